#pragma once

// Two independent renderers and text extractors, poppler and mupdf, run as programs on a file on disk. They
// say what a PDF looks like to the world, and so what a copy may not change.

#include <string>
#include <vector>

#include "base/bytes.h"
#include "image/image.h"

namespace barium::oracle {

enum class Renderer { kPoppler, kMupdf };

struct Pages {
  int first = 1, last = 1;
};

// Gray pictures of the pages at `dpi`, whole pages as the program sizes them.
std::vector<image::GrayImage> render(Renderer renderer, const std::string& file, Pages pages, int dpi);

// What the extractors print.
struct ExtractedText {
  std::string poppler, mupdf;  // pdftotext; mutool draw -F txt
  std::string poppler_layout;  // pdftotext -layout
};
ExtractedText extract_text(const std::string& file);

// qpdf --check: 0 fine, 2 errors, 3 warnings.
int qpdf_check(const std::string& file);

// A glyph as mupdf draws it. Page frame: pt, origin at the top-left of the CropBox, y down.
struct TracedGlyph {
  std::string unicode;
  double x = 0, y = 0;
};
// One list a page, in drawing order.
std::vector<std::vector<TracedGlyph>> trace_glyphs(const std::string& file, Pages pages);

}  // namespace barium::oracle
