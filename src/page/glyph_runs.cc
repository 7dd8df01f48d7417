#include "page/glyph_runs.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/utf8.h"
#include "page/glyph_names.h"
#include "page/run_clusters.h"
#include "page/scripts.h"

namespace barium::page {
namespace {

using base::Vec2;

// All in units of the font size. Measured over data/pdf/core (bench/suites/core_words): gaps within words
// are below 0.08, TeX's tightest word space is 0.22, and 0.13 agrees best with poppler's words.
constexpr double kWordGap = 0.13;
// Less white than this after a drawn blank is none.
constexpr double kSeenBlank = 0.04;
// A glyph may start this far before the end of the last: kerning, combining marks, accents.
constexpr double kBackstep = 0.4;
// Baselines nearer than this are one: fake bold, rounding of producers.
constexpr double kSameBaseline = 0.1;
// Tracking (Tc) counts as part of the glyph up to this.
constexpr double kMaxTracking = 0.5;
// Words further apart than this are no reference for each other: two inches.
constexpr double kReferenceReachPt = 144;
constexpr double kMaxCoordinate = 1e6;

struct Placed {
  std::uint32_t index = 0;
  double s = 0, t0 = 0, t1 = 0;
  double reach = 0;  // t1 and tracking
};

class RunFinder {
 public:
  explicit RunFinder(const PageContent& content) : content_(content) {}

  std::vector<GlyphRun> run() {
    collect();
    std::vector<GlyphRun> joined;
    for (auto& group : baselines()) join(std::move(group), joined);
    joined = join_touching_runs(std::move(joined));
    std::vector<GlyphRun> words;
    for (GlyphRun& word : joined) cut_spaceless(std::move(word), words);
    std::stable_sort(words.begin(), words.end(), [](const GlyphRun& a, const GlyphRun& b) {
      return *std::min_element(a.glyphs.begin(), a.glyphs.end()) <
             *std::min_element(b.glyphs.begin(), b.glyphs.end());
    });
    renumber(words);
    return words;
  }

 private:
  static Vec2 direction(const ShowOperator& show) {
    const Vec2 pen = show.vertical ? -1.0 * show.pen_per_unit : show.pen_per_unit;
    const double length = norm(pen);
    return length > 0 ? pen * (1 / length) : Vec2{1, 0};
  }

  // Runs in drawing order: a glyph joins the last run where it continues it.
  void collect() {
    std::uint32_t last_show = UINT32_MAX;
    Vec2 along{1, 0};
    bool blank_before = false;
    for (std::uint32_t i = 0; i < content_.glyphs.size(); ++i) {
      const Glyph& glyph = content_.glyphs[i];
      const ShowOperator& show = content_.shows[glyph.show];
      if (glyph.show != last_show) along = direction(show);
      last_show = glyph.show;
      if (!usable(glyph, show)) continue;
      if (glyph.space) {
        if (!runs_.empty()) runs_.back().space_after = true;
        blank_before = true;
        continue;
      }
      const Placed placed = place(i, along);
      if (blank_before || runs_.empty() || !continues(runs_.back(), placed, show, along)) {
        start(placed, show, along, blank_before);
      }
      extend(runs_.back(), placed);
      blank_before = false;
    }
  }

  static bool usable(const Glyph& glyph, const ShowOperator& show) {
    return std::abs(glyph.origin.x) < kMaxCoordinate && std::abs(glyph.origin.y) < kMaxCoordinate &&
           glyph.width_pt < kMaxCoordinate && show.size_pt > 1e-3 && show.size_pt < kMaxCoordinate;
  }

  Placed place(std::uint32_t index, Vec2 along) const {
    const Glyph& glyph = content_.glyphs[index];
    Placed placed{index, dot(glyph.origin, across(along)), dot(glyph.origin, along)};
    placed.t1 = placed.t0 + glyph.width_pt;
    const double tracking = dot(glyph.advance, along) - glyph.width_pt;
    const bool more = index + 1 < content_.glyphs.size() && content_.glyphs[index + 1].show == glyph.show &&
                      content_.glyphs[index + 1].element == glyph.element;
    const double most = kMaxTracking * content_.shows[glyph.show].size_pt;
    placed.reach = placed.t1 + (more ? std::clamp(tracking, 0.0, most) : 0);
    return placed;
  }

  bool continues(const GlyphRun& run, const Placed& placed, const ShowOperator& show, Vec2 along) const {
    const double size = std::max(run.size_pt, show.size_pt);
    return run.invisible == content_.glyphs[placed.index].invisible && norm(run.along - along) < 1e-3 &&
           std::abs(run.s - placed.s) < kSameBaseline * size && placed.t0 < reach_ + kWordGap * size &&
           placed.t0 > reach_ - kBackstep * size;
  }

  void start(const Placed& placed, const ShowOperator& show, Vec2 along, bool blank_before) {
    GlyphRun run;
    run.along = along;
    run.up = show.vertical ? across(along) * (-show.size_pt) : show.up;
    run.s = placed.s;
    run.t0 = placed.t0;
    run.t1 = placed.t1;
    run.size_pt = show.size_pt;
    run.vertical = show.vertical;
    run.ascent = show.vertical ? 0.5 : show.ascent;
    run.descent = show.vertical ? -0.5 : show.descent;
    run.invisible = content_.glyphs[placed.index].invisible;
    run.space_before = blank_before;
    runs_.push_back(std::move(run));
    reach_ = placed.reach;
  }

  void extend(GlyphRun& run, const Placed& placed) {
    run.glyphs.push_back(placed.index);
    run.t0 = std::min(run.t0, placed.t0);
    run.t1 = std::max(run.t1, placed.t1);
    reach_ = std::max(reach_, placed.reach);
  }

  // Runs that share direction and baseline, each group in order of t.
  std::vector<std::vector<GlyphRun>> baselines() {
    std::vector<std::uint32_t> order(runs_.size());
    std::iota(order.begin(), order.end(), 0u);
    const auto angle = [&](std::uint32_t i) {
      return std::lround(std::atan2(runs_[i].along.y, runs_[i].along.x) * 500);
    };
    std::vector<long> angles(runs_.size());
    for (std::uint32_t i = 0; i < runs_.size(); ++i) angles[i] = angle(i);
    std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
      return angles[a] != angles[b] ? angles[a] < angles[b] : runs_[a].s < runs_[b].s;
    });
    std::vector<std::vector<GlyphRun>> groups;
    const GlyphRun* first = nullptr;
    long group_angle = 0;
    for (const std::uint32_t i : order) {
      const GlyphRun& run = runs_[i];
      const bool same = first != nullptr && angles[i] == group_angle &&
                        run.s - first->s < kSameBaseline * std::min(run.size_pt, first->size_pt);
      if (!same) {
        groups.emplace_back();
        first = &run;
        group_angle = angles[i];
      }
      groups.back().push_back(run);
    }
    return groups;
  }

  // Joins neighbours on one baseline that no gap or blank parts, and double drawings of the same text.
  void join(std::vector<GlyphRun> group, std::vector<GlyphRun>& out) {
    std::stable_sort(group.begin(), group.end(),
                     [](const GlyphRun& a, const GlyphRun& b) { return a.t0 < b.t0; });
    const std::size_t first = out.size();
    for (GlyphRun& run : group) {
      if (out.size() > first && joins(out.back(), run)) {
        absorb(out.back(), run);
        continue;
      }
      const bool same_line = out.size() > first && run.t0 - out.back().t1 < kReferenceReachPt;
      run.line = same_line ? out.back().line : lines_++;
      out.push_back(std::move(run));
    }
  }

  bool joins(GlyphRun& left, GlyphRun& right) const {
    if (left.invisible != right.invisible) return false;
    const double size = std::max(left.size_pt, right.size_pt);
    const double gap = right.t0 - left.t1;
    const double overlap = std::min(left.t1, right.t1) - right.t0;
    if (overlap > 0.5 * std::min(left.t1 - left.t0, right.t1 - right.t0) && overlap > 0.1 * size) {
      if (is_double(left, right)) return true;
      left.overdrawn = right.overdrawn = true;
      return false;
    }
    // A blank parts words only where the eye sees it: some writers draw one and step back over it.
    const bool blank = left.space_after || right.space_before;
    return gap < (blank ? kSeenBlank : kWordGap) * size && gap > -kBackstep * size;
  }

  // Bold faked by drawing the same text again a little beside.
  bool is_double(const GlyphRun& a, const GlyphRun& b) const {
    return a.glyphs.size() == b.glyphs.size() && std::abs(a.t0 - b.t0) < 0.15 * a.size_pt &&
           std::abs(a.t1 - b.t1) < 0.15 * a.size_pt &&
           std::equal(a.glyphs.begin(), a.glyphs.end(), b.glyphs.begin(),
                      [&](auto i, auto k) { return content_.glyphs[i].code == content_.glyphs[k].code; });
  }

  static void absorb(GlyphRun& left, const GlyphRun& right) {
    left.glyphs.insert(left.glyphs.end(), right.glyphs.begin(), right.glyphs.end());
    if (right.size_pt > left.size_pt) {
      left.size_pt = right.size_pt;
      left.up = right.up;
    }
    left.ascent = std::max(left.ascent, right.ascent);
    left.descent = std::min(left.descent, right.descent);
    left.t0 = std::min(left.t0, right.t0);
    left.t1 = std::max(left.t1, right.t1);
    left.space_after = right.space_after;
    left.overdrawn |= right.overdrawn;
  }

  char32_t first_character(std::uint32_t glyph) const {
    const Glyph& g = content_.glyphs[glyph];
    return g.text_size > 0 ? content_.text[g.text_begin] : 0;
  }

  // Scripts without spaces: a line becomes runs of 2 to 4 glyphs, each a word of its own.
  void cut_spaceless(GlyphRun word, std::vector<GlyphRun>& out) {
    const auto t_of = [&](std::uint32_t i) { return dot(content_.glyphs[i].origin, word.along); };
    std::stable_sort(word.glyphs.begin(), word.glyphs.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return t_of(a) < t_of(b); });
    const auto spaceless = static_cast<std::size_t>(std::count_if(
        word.glyphs.begin(), word.glyphs.end(), [&](auto i) { return is_spaceless(first_character(i)); }));
    if (word.glyphs.size() < 5 || 2 * spaceless < word.glyphs.size()) {
      out.push_back(std::move(word));
      return;
    }
    const std::size_t pieces = (word.glyphs.size() + 2) / 3;
    std::size_t from = 0;
    for (std::size_t piece = 1; piece <= pieces; ++piece) {
      std::size_t to = word.glyphs.size() * piece / pieces;
      while (to < word.glyphs.size() && !may_cut(word.glyphs[to - 1], word.glyphs[to])) ++to;
      if (to <= from) continue;
      out.push_back(part(word, from, to));
      from = to;
    }
  }

  // Not inside a cluster, and not between glyphs of one word in another script.
  bool may_cut(std::uint32_t left, std::uint32_t right) const {
    const char32_t a = first_character(left), b = first_character(right);
    if (content_.glyphs[right].width_pt < 1e-6 || joins_previous(b) || joins_next(a)) return false;
    return is_spaceless(a) || is_spaceless(b);
  }

  GlyphRun part(const GlyphRun& word, std::size_t from, std::size_t to) const {
    GlyphRun made = word;
    made.glyphs.assign(word.glyphs.begin() + static_cast<std::ptrdiff_t>(from),
                       word.glyphs.begin() + static_cast<std::ptrdiff_t>(to));
    made.t0 = 1e18, made.t1 = -1e18;
    for (const std::uint32_t i : made.glyphs) {
      const double t = dot(content_.glyphs[i].origin, word.along);
      made.t0 = std::min(made.t0, t);
      made.t1 = std::max(made.t1, t + content_.glyphs[i].width_pt);
    }
    return made;
  }

  void renumber(std::vector<GlyphRun>& words) const {
    std::vector<std::int32_t> number(static_cast<std::size_t>(lines_), -1);
    std::int32_t next = 0;
    for (GlyphRun& word : words) {
      std::int32_t& line = number[static_cast<std::size_t>(word.line)];
      if (line < 0) line = next++;
      word.line = line;
    }
  }

  const PageContent& content_;
  std::vector<GlyphRun> runs_;
  double reach_ = 0;  // of the last run's last glyph
  std::int32_t lines_ = 0;
};

}  // namespace

Vec2 across(Vec2 along) { return {-along.y, along.x}; }

InkBand ink_band(const GlyphRun& run) {
  if (run.vertical) return {run.s - 0.5 * run.size_pt, run.s + 0.5 * run.size_pt};
  return {run.s - kInkAscent * run.size_pt, run.s + kInkDescent * run.size_pt};
}

base::Box hull(const GlyphRun& run) {
  const Vec2 start = run.along * run.t0 + across(run.along) * run.s;
  const Vec2 end = start + run.along * (run.t1 - run.t0);
  base::Box box{1e18, 1e18, -1e18, -1e18};
  for (const Vec2 on_baseline : {start, end}) {
    for (const double height : {run.descent, run.ascent}) {
      const Vec2 corner = on_baseline + run.up * height;
      box = united(box, {corner.x, corner.y, corner.x, corner.y});
    }
  }
  return box;
}

std::vector<GlyphRun> find_runs(const PageContent& content) { return RunFinder(content).run(); }

std::string run_text(const PageContent& content, const GlyphRun& run) {
  std::vector<std::u32string_view> parts;
  for (const std::uint32_t i : run.glyphs) {
    const Glyph& glyph = content.glyphs[i];
    parts.push_back(std::u32string_view(content.text).substr(glyph.text_begin, glyph.text_size));
  }
  put_in_logical_order(parts);
  std::string out;
  for (const std::u32string_view part : parts) {
    for (const char32_t c : part) {
      if (c >= 0x20) base::append_utf8(out, c);
    }
  }
  return out;
}

}  // namespace barium::page
