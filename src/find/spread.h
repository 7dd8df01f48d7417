#pragma once

// From the words by which a page was found outwards, over paper that bends away: a word stands where those
// beside it point, in their own frames, stretched and turned as they are.

#include <span>
#include <vector>

#include "find/find.h"

namespace barium::find {

// The placement's matches, and those that were found beside them: of ink's centres, good to a few points.
std::vector<Match> spread(const PhotoFeatures& seen, std::span<const PagePoint> points,
                          const Placement& placement);

}  // namespace barium::find
