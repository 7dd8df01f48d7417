#pragma once

// What a confined worker does, as ordinary functions. Each throws base::Error as its namesake in image/ or
// page/ does, kLimit, kMalformed or kConfinement for a worker that died, and kInterrupted for one that was
// stopped. Answers are bounded in every count before memory is taken for them.

#include <string>
#include <vector>

#include "app/confine/confinement.h"
#include "base/geometry.h"
#include "image/decode.h"
#include "page/document.h"
#include "page/render.h"

namespace barium::app {

image::Photo decode_photo(const Confinement& confinement, base::ByteView bytes,
                          const image::DecodeOptions& options);

page::OpenedDocument read_document(const Confinement& confinement, base::ByteView pdf,
                                   const page::ReadOptions& options);

// For who writes no copies.
page::DocumentModel read_words(const Confinement& confinement, base::ByteView pdf,
                               const page::ReadOptions& options);

// Also of a signed document: only its pages are wanted.
int count_pages(const Confinement& confinement, base::ByteView pdf, const std::string& password);

// first and last: pages, counting from 1.
std::vector<page::RenderedPage> render_pages(const Confinement& confinement, base::ByteView pdf, int first,
                                             int last, const page::RenderOptions& options);

// A word that tesseract reads in a picture.
struct ReadWord {
  std::string text;
  double confidence = 0;  // 0 to 100, as tesseract has it
  base::Box box;          // px
};

// Dark on light, in whatever languages are installed. Throws kUnsupported where tesseract is not.
std::vector<ReadWord> read_text(const Confinement& confinement, const image::GrayImage& picture);

// In the worker: request body in, answer body out.
base::Bytes do_decode_photo(base::ByteView request);
base::Bytes do_read_document(base::ByteView request);
base::Bytes do_read_words(base::ByteView request);
base::Bytes do_count_pages(base::ByteView request);
base::Bytes do_render_pages(base::ByteView request);
base::Bytes do_read_text(base::ByteView request);

}  // namespace barium::app
