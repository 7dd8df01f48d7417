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
  // That differ further from a moved word's box than letters reach, but in ink of its own: brackets and roots
  // of mathematics hang far below their boxes. Ink is the word's own where ink joins it to the box, in the
  // original or in the copy, on a way that stays within a font size of the box.
  std::size_t hanging = 0;
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
