#pragma once

// A page as the vault holds it: its words, and a picture of the original that photos are compared with.

#include "image/image.h"
#include "page/word.h"

namespace barium::page {

// 200 dpi: a 12-Mpx photo of A4 has 4 pixels a point, a messenger's has 2; measured in bench/suites, the
// mark's sigma gains nothing above.
inline constexpr double kRasterPxPerPt = 200.0 / 72.0;

struct PageRaster {
  image::GrayImage picture;           // the whole page on white; 255 is paper
  double px_per_pt = kRasterPxPerPt;  // p_in_raster = px_per_pt * p_in_page
};

struct RegisteredPage {
  PageModel model;
  PageRaster raster;
};

// A lossless blob (PNG). parse_raster throws base::Error(kMalformed, kLimit).
base::Bytes serialize(const PageRaster& raster);
PageRaster parse_raster(base::ByteView bytes);

}  // namespace barium::page
