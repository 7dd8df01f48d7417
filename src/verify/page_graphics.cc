#include "verify/page_graphics.h"

#include <algorithm>
#include <cmath>

#include "verify/regions.h"

namespace barium::verify {
namespace {

using image::FloatImage;
using Mask = image::Image<std::uint8_t>;

constexpr double kWordMarginPt = 1;  // ink reaches so far beyond its word's box
constexpr float kEdge = 0.06f;       // of full scale, from a sample to the next
constexpr double kLeastRulePt = 24;  // two parts
constexpr double kMostThickPt = 4;   // a thicker bar is two rules: its edges
constexpr double kSameRulePt = 2;    // both edges of a line
constexpr double kOpenShare = 0.5;   // of a rule, that is not under words
constexpr double kRulePartPt = 16, kPicturePartPt = 12;
constexpr double kBesideRulePt = 2;
constexpr double kLeastContrast = 0.04;    // standard deviation in a picture's part, of full scale
constexpr std::size_t kLeastSamples = 64;  // of such a part, that are neither words nor rules

struct Run {
  int x0 = 0, x1 = 0, y0 = 0, y1 = 0;  // samples; the ends are not in it
};

// A row's long stretches that are darker or lighter than the row above. Words over them are passed through.
std::vector<Run> runs_in_row(const FloatImage& original, const Mask& words, int y, int least) {
  constexpr int kGap = 2;
  std::vector<Run> runs;
  const float *above = original.row(y - 1), *here = original.row(y);
  const std::uint8_t* covered = words.row(y);
  int first = -1, last = -1, open = 0, gap = 0;
  const auto close = [&] {
    if (first >= 0 && last - first + 1 >= least && open >= kOpenShare * (last - first + 1))
      runs.push_back({first, last + 1, y - 1, y + 1});
    first = -1, open = 0;
  };
  for (int x = 0; x < original.width(); ++x) {
    if (covered[x] != 0) continue;
    if (std::abs(here[x] - above[x]) > kEdge) {
      if (first < 0) first = x;
      last = x, gap = 0, ++open;
    } else if (first >= 0 && ++gap > kGap) {
      close();
    }
  }
  close();
  return runs;
}

// Runs of rows that lie together are one rule.
std::vector<Run> level_rules(const FloatImage& original, const Mask& words, double step_pt) {
  std::vector<Run> rules;
  std::size_t open = 0;  // those before are too far above
  const int apart = static_cast<int>(kSameRulePt / step_pt);
  for (int y = 1; y < original.height(); ++y) {
    while (open < rules.size() && rules[open].y1 + apart < y) ++open;
    for (const Run& run : runs_in_row(original, words, y, static_cast<int>(kLeastRulePt / step_pt))) {
      const auto same =
          std::find_if(rules.begin() + static_cast<std::ptrdiff_t>(open), rules.end(), [&](const Run& rule) {
            const int common = std::min(rule.x1, run.x1) - std::max(rule.x0, run.x0);
            return rule.y1 + apart >= y && 10 * common > 7 * std::max(rule.x1 - rule.x0, run.x1 - run.x0);
          });
      if (same == rules.end()) {
        rules.push_back(run);
        continue;
      }
      same->x0 = std::min(same->x0, run.x0), same->x1 = std::max(same->x1, run.x1);
      same->y1 = run.y1;
    }
  }
  std::erase_if(rules, [&](const Run& rule) { return rule.y1 - rule.y0 - 2 > kMostThickPt / step_pt; });
  return rules;
}

template <class T>
image::Image<T> transposed(const image::Image<T>& from) {
  constexpr int kTile = 32;
  image::Image<T> out(from.height(), from.width());
  for (int y = 0; y < from.height(); y += kTile)
    for (int x = 0; x < from.width(); x += kTile)
      for (int j = y; j < std::min(y + kTile, from.height()); ++j)
        for (int i = x; i < std::min(x + kTile, from.width()); ++i) out.at(j, i) = from.at(i, j);
  return out;
}

void mark(Mask& mask, const base::Box& box_pt, double step_pt) {
  for (int y = std::max(0, static_cast<int>(std::floor(box_pt.y0 / step_pt)));
       y < std::min<double>(mask.height(), std::ceil(box_pt.y1 / step_pt)); ++y)
    for (int x = std::max(0, static_cast<int>(std::floor(box_pt.x0 / step_pt)));
         x < std::min<double>(mask.width(), std::ceil(box_pt.x1 / step_pt)); ++x)
      mask.at(x, y) = 1;
}

Graphic rule_of(const Run& run, bool upright, double step_pt) {
  Graphic rule{.kind = Graphic::Kind::kRule, .upright = upright, .where = {}, .parts = {}};
  const auto box = [&](double x0, double x1) {
    const base::Box level{x0, run.y0 * step_pt, x1, run.y1 * step_pt};
    return upright ? base::Box{level.y0, level.x0, level.y1, level.x1} : level;
  };
  const double x0 = run.x0 * step_pt, length = (run.x1 - run.x0) * step_pt;
  rule.where = box(x0, x0 + length);
  const int parts = std::max(2, static_cast<int>(length / kRulePartPt));
  for (int i = 0; i < parts; ++i)
    rule.parts.push_back(box(x0 + length * i / parts, x0 + length * (i + 1) / parts));
  return rule;
}

bool has_contrast(const FloatImage& original, const Mask& taken, const base::Box& part, double step_pt) {
  double sum = 0, squares = 0;
  std::size_t n = 0;
  const int x0 = static_cast<int>(part.x0 / step_pt), y0 = static_cast<int>(part.y0 / step_pt);
  for (int y = y0; y < std::min<double>(original.height(), part.y1 / step_pt); ++y)
    for (int x = x0; x < std::min<double>(original.width(), part.x1 / step_pt); ++x) {
      if (taken.at(x, y) != 0) continue;
      const double v = static_cast<double>(original.at(x, y));
      ++n, sum += v, squares += v * v;
    }
  if (n < kLeastSamples) return false;
  const double mean = sum / static_cast<double>(n);
  return squares / static_cast<double>(n) - mean * mean > kLeastContrast * kLeastContrast;
}

// Squares with contrast, and those that touch them, together.
std::vector<Graphic> pictures_of(const FloatImage& original, const Mask& taken, double step_pt) {
  const int columns = static_cast<int>(original.width() * step_pt / kPicturePartPt),
            rows = static_cast<int>(original.height() * step_pt / kPicturePartPt);
  const auto square = [&](int c, int r) {
    return base::Box{c * kPicturePartPt, r * kPicturePartPt, (c + 1) * kPicturePartPt,
                     (r + 1) * kPicturePartPt};
  };
  Mask contrast(columns, rows);
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c)
      contrast.at(c, r) = has_contrast(original, taken, square(c, r), step_pt);
  const Regions regions = connected_regions(contrast);
  std::vector<Graphic> pictures(regions.count, Graphic{.kind = Graphic::Kind::kPicture, .parts = {}});
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c) {
      if (regions.number.at(c, r) == 0) continue;
      Graphic& picture = pictures[regions.number.at(c, r) - 1];
      picture.where = picture.parts.empty() ? square(c, r) : base::united(picture.where, square(c, r));
      picture.parts.push_back(square(c, r));
    }
  return pictures;
}

}  // namespace

PageGraphics graphics_of(const FloatImage& original, double step_pt, const page::PageModel& page) {
  PageGraphics out{.words = Mask(original.width(), original.height()), .graphics = {}};
  for (const page::Word& word : page.words) mark(out.words, word.box.grown(kWordMarginPt), step_pt);
  Mask taken = out.words;
  const auto add = [&](const std::vector<Run>& rules, bool upright) {
    for (const Run& run : rules) {
      out.graphics.push_back(rule_of(run, upright, step_pt));
      mark(taken, out.graphics.back().where.grown(kBesideRulePt), step_pt);
    }
  };
  add(level_rules(original, out.words, step_pt), false);
  add(level_rules(transposed(original), transposed(out.words), step_pt), true);
  for (Graphic& picture : pictures_of(original, taken, step_pt)) out.graphics.push_back(std::move(picture));
  return out;
}

}  // namespace barium::verify
