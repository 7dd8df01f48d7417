#pragma once

// The geometric half of word building: glyphs that stand together on one baseline become runs, runs become
// words, words on one baseline a line. Knows boxes and gaps, nothing of carriers.

#include <cstdint>
#include <string>
#include <vector>

#include "page/content.h"

namespace barium::page {

// A word to be. `t` runs along the baseline, `s` across it, from the page's origin.
struct GlyphRun {
  std::vector<std::uint32_t> glyphs;  // into PageContent::glyphs, in order of t
  base::Vec2 along;                   // unit vector
  base::Vec2 up;                      // page frame, one size long
  double s = 0;                       // dot(origin, across)
  double t0 = 0, t1 = 0;              // dot(origin, along) at both ends
  double size_pt = 0;
  double ascent = 0, descent = 0;  // in units of the size
  bool vertical = false;           // writing mode 1: the baseline runs through the middle of the glyphs
  bool invisible = false;
  bool space_before = false, space_after = false;  // a blank was drawn there: do not join
  bool overdrawn = false;                          // other text stands on the same place
  std::int32_t line = -1;
};

base::Vec2 across(base::Vec2 along);  // to the right of `along` in the y-down frame

// Where the ink of ordinary text lies around the baseline, in units of the size: cap height, descender.
inline constexpr double kInkAscent = 0.72, kInkDescent = 0.22;

// The interval of s that the run's ink fills.
struct InkBand {
  double low, high;
};
InkBand ink_band(const GlyphRun& run);
base::Box hull(const GlyphRun& run);  // page frame: from t0 to t1, descent to ascent

// Runs in order of their first glyph; lines are numbered in order of appearance.
std::vector<GlyphRun> find_runs(const PageContent& content);

// The text of a run in logical order, UTF-8.
std::string run_text(const PageContent& content, const GlyphRun& run);

}  // namespace barium::page
