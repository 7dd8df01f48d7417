#pragma once

// Runs that touch become one word whatever their baselines: superscripts, footnote marks, vowel signs drawn
// on their own, the letters of the TeX logo. Moved together they keep their look, and none is in another's
// way.

#include <vector>

#include "page/glyph_runs.h"

namespace barium::page {

std::vector<GlyphRun> join_touching_runs(std::vector<GlyphRun> runs);

}  // namespace barium::page
