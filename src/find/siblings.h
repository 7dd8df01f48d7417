#pragma once

// Text that repeats: a page may show one paragraph many times over, and so may its neighbours. A photo that
// agrees with one place then agrees with others too. Both pages are known and flat, so where else it may lie
// is a matter of translations, which the words that look alike vote for.

#include <span>
#include <vector>

#include "find/find.h"

namespace barium::find {

// p_in_other = p_in_page + by, pt; so many pairs of points that look alike are `by` apart.
struct Shift {
  base::Vec2 by;
  int votes = 0;
};

// The translations that at least `least` pairs agree on, most votes first.
std::vector<Shift> shifts_between(std::span<const PagePoint> page, std::span<const PagePoint> other,
                                  int least);

}  // namespace barium::find
