#pragma once

// What a copy changed, against the original: pixels outside the words that moved, and where glyphs stand.

#include <cstdint>
#include <span>
#include <vector>

#include "bench/oracle/renderers.h"
#include "image/image.h"
#include "page/word.h"

namespace barium::oracle {

// The signs of one page's carriers.
using Signs = std::span<const std::int8_t>;

struct PixelDifference {
  std::size_t pixels = 0;  // that differ outside the moved words
  int most = 0;            // by how much, 0 to 255
};
PixelDifference difference_outside(const page::PageModel& page, Signs signs, image::GrayView original,
                                   image::GrayView copy);

struct DisplacementError {
  double most_pt = 0;      // over all glyphs of the page: actual against intended
  std::size_t glyphs = 0;  // compared
  bool comparable = true;  // false: the two traces do not hold the same glyphs
};
DisplacementError displacement_error(const page::PageModel& page, Signs signs,
                                     std::span<const TracedGlyph> original,
                                     std::span<const TracedGlyph> copy);

}  // namespace barium::oracle
