#include "page/run_clusters.h"

#include <algorithm>
#include <cmath>

#include "base/disjoint_sets.h"
#include "page/neighbours.h"

namespace barium::page {
namespace {

// White between parts of one thing, in units of the smaller size: TeX's kerns around superscripts.
constexpr double kTouch = 0.08;
// Parts of one word differ in size less than this; a dropped capital is more.
constexpr double kMaxSizeRatio = 2.2;
// Bands of ink that share less of the lower one belong to different lines.
constexpr double kMinCommon = 0.15;
// Runs on one baseline have been joined or parted by their blanks before.
constexpr double kOneBaseline = 0.1;
// A longer run that lies on another is text on text, not an accent or a logo's letter.
constexpr std::size_t kMaxPartGlyphs = 2;

bool touch(const GlyphRun& a, const GlyphRun& b) {
  const double small = std::min(a.size_pt, b.size_pt), large = std::max(a.size_pt, b.size_pt);
  if (a.invisible != b.invisible || norm(a.along - b.along) > 1e-3 || large > kMaxSizeRatio * small)
    return false;
  const InkBand s = ink_band(a), t = ink_band(b);
  const double common = std::min(s.high, t.high) - std::max(s.low, t.low);
  if (common < kMinCommon * std::min(s.high - s.low, t.high - t.low)) return false;
  const double gap = std::max(a.t0, b.t0) - std::min(a.t1, b.t1);
  const double shorter = std::min(a.t1 - a.t0, b.t1 - b.t0);
  const bool both_long = std::min(a.glyphs.size(), b.glyphs.size()) > kMaxPartGlyphs;
  if (a.overdrawn || b.overdrawn || (both_long && -gap > 0.3 * shorter)) return false;
  // A drawn blank parts two words, whatever their gap; only a small part may stand after or before one.
  const bool blank = a.t0 < b.t0 ? a.space_after || b.space_before : b.space_after || a.space_before;
  const bool one_baseline = std::abs(a.s - b.s) < kOneBaseline * small;
  return gap < kTouch * small && !(blank && (one_baseline || both_long));
}

// The part that gives the word its baseline.
bool leads(const GlyphRun& a, const GlyphRun& b) {
  if (a.size_pt != b.size_pt) return a.size_pt > b.size_pt;
  return a.glyphs.size() > b.glyphs.size();
}

void add_part(GlyphRun& word, const GlyphRun& part) {
  word.glyphs.insert(word.glyphs.end(), part.glyphs.begin(), part.glyphs.end());
  word.t0 = std::min(word.t0, part.t0);
  word.t1 = std::max(word.t1, part.t1);
  const double rise = word.s - part.s;
  word.ascent = std::max(word.ascent, (rise + part.ascent * part.size_pt) / word.size_pt);
  word.descent = std::min(word.descent, (rise + part.descent * part.size_pt) / word.size_pt);
}

}  // namespace

std::vector<GlyphRun> join_touching_runs(std::vector<GlyphRun> runs) {
  std::vector<base::Box> boxes;
  double width = 1, height = 1;
  for (const GlyphRun& run : runs) {
    boxes.push_back(hull(run).grown(kTouch * run.size_pt));
    width = std::max(width, std::min(boxes.back().x1, 2e4));
    height = std::max(height, std::min(boxes.back().y1, 2e4));
  }
  const Neighbours neighbours(boxes, width, height);
  base::DisjointSets clusters(runs.size());
  for (std::uint32_t i = 0; i < runs.size(); ++i) {
    neighbours.visit(boxes[i], [&](std::uint32_t k) {
      if (k > i && touch(runs[i], runs[k])) clusters.join(i, k);
    });
  }
  std::vector<std::vector<std::uint32_t>> members(runs.size());
  for (std::uint32_t i = 0; i < runs.size(); ++i) members[clusters.root(i)].push_back(i);
  std::vector<GlyphRun> words;
  for (const auto& group : members) {
    if (group.empty()) continue;
    const auto lead = *std::min_element(group.begin(), group.end(), [&](std::uint32_t a, std::uint32_t b) {
      return leads(runs[a], runs[b]);
    });
    GlyphRun word = runs[lead];
    for (const std::uint32_t i : group) {
      if (i != lead) add_part(word, runs[i]);
    }
    words.push_back(std::move(word));
  }
  return words;
}

}  // namespace barium::page
