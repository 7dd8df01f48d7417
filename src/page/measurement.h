#pragma once

// What aligning a photo leaves per word: how far it stands from where the smooth warp puts it. Lives in page/
// because align makes it, and mark, verify and `measure` read it.

#include <cstdint>
#include <vector>

#include "base/geometry.h"

namespace barium::page {

struct WordMeasurement {
  std::uint32_t word = 0;  // index into the page's words
  bool placed =
      false;         // false: not found in the photo (covered, outside, too blurred); the rest is then unset
  double dx_pt = 0;  // along the word's baseline, after the smooth warp is taken out; + is along Word::along
  double dy_pt = 0;  // across it, to the right of `along` in the y-down frame (down for upright text)
  double sigma_pt = 0;  // one standard deviation of dx_pt: noise of the match and of the local warp
  double match = 0;     // normalised correlation with the original's look, -1 to 1
  // Where the word was seen, from where the smooth warp puts it: what paper does there beyond the warp, the
  // mark and the match's error. pt, page frame.
  base::Vec2 offset_pt;
  base::Vec2 offset_sigma_pt;  // one standard deviation of the match's error
};

}  // namespace barium::page
