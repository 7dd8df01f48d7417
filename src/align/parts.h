#pragma once

// Words cut into groups of letters, upper and lower halves, each matched alone. A mark moves all parts of a
// word alike, so how they differ tells of the paper only: its stretch, turn and shear right at the word, and
// where it lies next to the neighbours' nearest letters. docs/methods/align.md.

#include <span>
#include <vector>

#include "align/photo_levels.h"
#include "align/word_sites.h"
#include "align/word_state.h"
#include "image/warp.h"

namespace barium::align {

struct Part {
  std::size_t word = 0;
  base::Vec2 p_in_page;
  base::Vec2 displacement;  // as the smooth field's value
  base::Vec2 variance;      // pt^2, of the match
};

// In the order of the words; a word of which no part is seen has none.
std::vector<Part> measure_parts(const PhotoLevels& photo, std::span<const WordSite> sites,
                                std::span<const WordState> words, const image::Warp& photo_from_page);

}  // namespace barium::align
