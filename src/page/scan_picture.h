#pragma once

// Pictures of a PDF as scanners put them on pages: their samples, how the copies code them again, and what
// of them is ink. Decoders that are not ours run as a program (pdftoppm), as for rendering: foreign bytes, so
// call it in a confined worker only.

#include <optional>
#include <qpdf/QPDFObjectHandle.hh>
#include <string>

#include "image/image.h"
#include "page/marked_picture.h"
#include "page/pdf_file.h"

namespace barium::page {

struct ScanPicture {
  QPDFObjectHandle object;              // the stream whose data hold the letters: the picture, or its mask
  QPDFObjectHandle filter, parameters;  // that the copies' data have
  MarkedPicture picture;
  image::GrayImage levels;  // of Level, in the picture's frame
  int trace_px = 1;         // how far letters may have traces beyond their ink
};

struct ScanPictureOrReason {
  std::optional<ScanPicture> scan;
  std::string reason;  // plain words, where there is none
};

// image: a stream with /Subtype /Image.
ScanPictureOrReason read_scan_picture(PdfFile& file, QPDFObjectHandle image);

}  // namespace barium::page
