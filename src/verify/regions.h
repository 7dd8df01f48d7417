#pragma once

#include <cstdint>

#include "image/image.h"

namespace barium::verify {

// Samples that hang together, also over corners.
struct Regions {
  image::Image<std::uint32_t> number;  // from 1, in the order of their first samples; 0: in none
  std::uint32_t count = 0;
};
// mask: what is not 0.
Regions connected_regions(const image::Image<std::uint8_t>& mask);

}  // namespace barium::verify
