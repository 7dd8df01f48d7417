#pragma once

// How far apart neighbouring pieces of ink are.

#include <cstdint>
#include <vector>

#include "image/image.h"

namespace barium::find {

struct Gap {
  std::uint32_t a = 0, b = 0;  // pieces, a < b
  double px = 0;               // between their nearest pixels
};

// Gaps between pieces whose cells in the area Voronoi diagram touch, up to kWidestGapPx; sorted by (a, b).
// labels: 1 + piece at its pixels, 0 elsewhere.
std::vector<Gap> piece_gaps(const image::Image<std::uint32_t>& labels);

inline constexpr int kWidestGapPx = 24;

}  // namespace barium::find
