#pragma once

// What is done to samples on the page's grid, wherever it is: extremes around each, and connected regions.

#include <cstdint>

#include "image/image.h"

namespace barium::verify {

enum class Extreme { kLightest, kDarkest };
// Of the square of 2 radius + 1 samples around each, of the part that lies inside.
image::FloatImage extremes(const image::FloatImage& picture, int radius, Extreme extreme);

// Samples that hang together, also over corners.
struct Regions {
  image::Image<std::uint32_t> number;  // from 1, in the order of their first samples; 0: in none
  std::uint32_t count = 0;
};
// mask: what is not 0.
Regions connected_regions(const image::Image<std::uint8_t>& mask);

}  // namespace barium::verify
