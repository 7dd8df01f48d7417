#pragma once

// Which part of the page each word is looked for by, and where.

#include <span>
#include <vector>

#include "base/geometry.h"
#include "page/word.h"

namespace barium::align {

struct WordSite {
  base::Box area;       // pt: the word's box with a small margin, without what belongs to a neighbour
  base::Vec2 along;     // unit
  double shift_pt = 0;  // of a carrier; 0 for other words
};

// One for each word of the page, in its order. A neighbour moves independently, so its ink must not be in the
// patch: where boxes overlap, or come closer than the margin, the border runs in the middle.
std::vector<WordSite> word_sites(const page::PageModel& page);

}  // namespace barium::align
