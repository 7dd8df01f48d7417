#include "verify/bar.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/median.h"
#include "verify/tones.h"

namespace barium::verify {
namespace {

// Edges go on from step to step over so much of the word. Beyond, the photo is lighter by this share at
// once: the shadow of a fold is less sharp.
constexpr double kStraightShare = 0.6, kBeyondPt = 1.5;
constexpr float kLeastStep = 0.25f;
// Between steps so far apart edges run along the line but for this, on the median: where one bar meets
// another they leap.
constexpr double kTiltOverPt = 8, kMostTilt = 0.25;
// Lines of letters in a deep shadow are as flat, but not so high, of the word's box.
constexpr double kHigh = 0.8;
// Of a shorter word what lies beside it counts, too: anything is straight for a few points.
constexpr double kLeastLengthPt = 24;
// A bar's ends are this much beyond the word, or less.
constexpr double kEndPt = 6;

int samples(double pt) { return static_cast<int>(std::lround(pt / kLaidStepPt)); }

struct Step {
  int along = 0, across = 0;
};

// The laid photo and the original by steps along a word's line and across it.
class Strip {
 public:
  Strip(const LaidPage& laid, const image::FloatImage& grounds, const page::Word& word, double unsure_pt)
      : photo_(laid.rough),
        laid_(laid.laid),
        original_(laid.original),
        tones_(tones_of(laid.original, kLaidStepPt, word.box)),
        grounds_(grounds),
        upright_(std::abs(word.along.y) > std::abs(word.along.x)),
        first_(samples(upright_ ? word.box.y0 : word.box.x0)),
        last_(samples(upright_ ? word.box.y1 : word.box.x1)),
        top_(samples(upright_ ? word.box.x0 : word.box.y0)),
        bottom_(samples(upright_ ? word.box.x1 : word.box.y1)),
        unsure_(samples(unsure_pt)),
        level_(middle_level()) {}

  int first() const { return first_; }
  int last() const { return last_; }
  int top() const { return top_; }
  int bottom() const { return bottom_; }
  float level() const { return level_; }

  bool is_flat(int along, int across) const {
    return is_inside(along, across) && std::abs(at(photo_, along, across) - level_) <= kFlatLevel;
  }
  // Of the original: nearer to the letters' tone than to the ground's.
  bool is_letter(int along, int across) const {
    const int x = upright_ ? across : along, y = upright_ ? along : across;
    if (x < 0 || y < 0 || x >= original_.width() || y >= original_.height()) return false;
    return std::abs(original_.at(x, y) - tones_.paper) > std::abs(tones_.contrast) / 2;
  }
  // Beyond, the photo is lighter at once, and no ground of the original ends there.
  bool is_edge(Step from, Step outwards) const { return is_step(from, outwards) && !is_own(from, outwards); }

 private:
  bool is_inside(int along, int across) const {
    const int x = upright_ ? across : along, y = upright_ ? along : across;
    return x >= 0 && y >= 0 && x < photo_.width() && y < photo_.height() && laid_.at(x, y) > 0;
  }
  float at(const image::FloatImage& picture, int along, int across) const {
    return upright_ ? picture.at(across, along) : picture.at(along, across);
  }
  float middle_level() const {
    const int in = std::min(last_ - first_, bottom_ - top_) / 4;
    std::vector<double> levels;
    for (int along = first_ + in; along < last_ - in; ++along)
      for (int across = top_ + in; across < bottom_ - in; ++across)
        if (is_inside(along, across)) levels.push_back(static_cast<double>(at(photo_, along, across)));
    return levels.empty() ? 1.0f : static_cast<float>(base::median(std::move(levels)));
  }
  bool is_step(Step from, Step outwards) const {
    for (int off = 1; off <= samples(kBeyondPt); ++off) {
      const int along = from.along + off * outwards.along, across = from.across + off * outwards.across;
      if (is_inside(along, across) && level_ <= (1 - kLeastStep) * at(photo_, along, across)) return true;
    }
    return false;
  }
  bool is_own(Step from, Step outwards) const {
    if (unsure_ <= 0) return false;
    const int far = samples(kBeyondPt);
    for (int off = -unsure_; off <= unsure_; ++off) {
      const int along = from.along + off * outwards.along, across = from.across + off * outwards.across;
      const int next = along + far * outwards.along, beyond = across + far * outwards.across;
      if (is_inside(along, across) && is_inside(next, beyond) &&
          at(grounds_, next, beyond) - at(grounds_, along, across) > kOtherGround)
        return true;
    }
    return false;
  }

  const image::FloatImage &photo_, &laid_, &original_;
  Tones tones_;
  const image::FloatImage& grounds_;
  bool upright_;
  int first_, last_, top_, bottom_, unsure_;
  float level_;
};

// It goes on from step to step, and along the line.
bool is_straight(const std::vector<int>& edge, int steps) {
  if (edge.size() < 4) return false;
  int goes_on = 0;
  std::vector<double> tilts;
  for (std::size_t i = 1; i < edge.size(); ++i) goes_on += std::abs(edge[i] - edge[i - 1]) <= 1;
  const std::size_t over = std::min(static_cast<std::size_t>(samples(kTiltOverPt)), edge.size() / 4);
  for (std::size_t i = over; i < edge.size(); ++i)
    tilts.push_back(static_cast<double>(edge[i] - edge[i - over]) / static_cast<double>(over));
  return goes_on >= kStraightShare * steps && std::abs(base::median(std::move(tilts))) <= kMostTilt;
}

std::optional<int> flat_near(const Strip& strip, int along) {
  const int middle = (strip.top() + strip.bottom()) / 2;
  for (int off = 0; off <= (strip.bottom() - strip.top()) / 2; ++off)
    for (const int across : {middle - off, middle + off})
      if (strip.is_flat(along, across)) return across;
  return std::nullopt;
}

void look_across(const Strip& strip, Bar& bar) {
  const int short_of = std::max(0, samples(kLeastLengthPt) - (strip.last() - strip.first())) / 2;
  std::vector<int> above, below;
  int steps = 0, high = 0;
  for (int along = strip.first() - short_of; along < strip.last() + short_of; ++along) {
    const std::optional<int> inside = flat_near(strip, along);
    steps += inside || (along >= strip.first() && along < strip.last());
    if (!inside) continue;
    int upper = *inside, lower = *inside;
    while (strip.is_flat(along, upper - 1)) --upper;
    while (strip.is_flat(along, lower + 1)) ++lower;
    high += lower - upper + 1 >= kHigh * (strip.bottom() - strip.top());
    if (strip.is_edge({along, upper}, {0, -1})) above.push_back(upper);
    if (strip.is_edge({along, lower}, {0, 1})) below.push_back(lower);
  }
  bar.flat_steps = steps > 0 ? static_cast<double>(high) / steps : 0;
  bar.above = is_straight(above, steps), bar.below = is_straight(below, steps);
}

bool ends_at(const Strip& strip, int side) {
  std::vector<int> end;
  const int from = side < 0 ? strip.first() : strip.last() - 1;
  for (int across = strip.top(); across < strip.bottom(); ++across) {
    int along = from;
    while (std::abs(along - from) <= samples(kEndPt) && strip.is_flat(along + side, across)) along += side;
    if (strip.is_flat(from, across) && strip.is_edge({along, across}, {side, 0})) end.push_back(along);
  }
  return is_straight(end, strip.bottom() - strip.top());
}

}  // namespace

Bar bar_around(const LaidPage& laid, const image::FloatImage& without_letters, const page::Word& word,
               double unsure_pt) {
  const Strip strip(laid, without_letters, word, unsure_pt);
  Bar bar{.level = strip.level()};
  int all = 0, flat = 0, letters = 0, flat_letters = 0;
  for (int along = strip.first(); along < strip.last(); ++along)
    for (int across = strip.top(); across < strip.bottom(); ++across) {
      const bool is_flat = strip.is_flat(along, across), is_letter = strip.is_letter(along, across);
      ++all, flat += is_flat, letters += is_letter, flat_letters += is_flat && is_letter;
    }
  bar.flat_box = all > 0 ? static_cast<double>(flat) / all : 0;
  bar.letters = all > 0 ? static_cast<double>(letters) / all : 0;
  bar.flat_letters = letters > 0 ? static_cast<double>(flat_letters) / letters : 0;
  look_across(strip, bar);
  bar.ends = ends_at(strip, -1) && ends_at(strip, 1);
  return bar;
}

}  // namespace barium::verify
