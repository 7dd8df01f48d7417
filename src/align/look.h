#pragma once

// How a part of the original looks at a photo's resolution: the raster under the photo's blur, on a grid of
// every step-th raster pixel, with the derivatives that the match needs.

#include <vector>

#include "align/photo_levels.h"
#include "base/geometry.h"
#include "page/registered_page.h"

namespace barium::align {

struct Look {
  PatchGrid grid;  // of samples at raster pixel centres
  // One value for each sample, row-major; 1 is paper, 0 is black. Derivatives are per pt, along page x and y.
  std::vector<float> tone, dx, dy, dxx, dyy;
};

// area: pt, page frame. blur_pt: standard deviation of the photo's point spread on the page, as a Gaussian.
// step: raster pixels a sample, at least 1. An area with less than 3 by 3 samples gives an empty grid.
Look render_look(const page::PageRaster& raster, const base::Box& area, double blur_pt, int step);

// The samples of a look that lie in an area, by the same rules.
Look part_of(const Look& look, const base::Box& area);

}  // namespace barium::align
