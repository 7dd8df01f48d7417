#include "verify/black_outs.h"

#include <algorithm>
#include <cmath>

#include "base/median.h"
#include "verify/dark_areas.h"
#include "verify/tones.h"

namespace barium::verify {
namespace {

using image::FloatImage;

constexpr double kStepPt = kLaidStepPt;
constexpr double kHidden = 0.5;  // of a word's box
// Of a bar: from its median level, of full scale.
constexpr float kFlatLevel = 0.04f;
// Its edges go on from step to step over so much of the word. Beyond, the photo is lighter by this share at
// once: the shadow of a fold is less sharp.
constexpr double kStraightShare = 0.6, kBeyondPt = 1.5, kMostTilt = 0.2;
constexpr float kLeastStep = 0.25f;
// Lines of letters in a deep shadow are as flat, but not so high, of the word's box.
constexpr double kHigh = 0.8;
// The edge of the original's own dark ground lies so near, and three deviations of where paper is.
constexpr double kOwnEdgePt = 1, kOwnEdgeUnsure = 3;
// Of a shorter word what lies beside it counts, too: anything is straight for a few points.
constexpr double kLeastLengthPt = 24;

int samples(double pt) { return static_cast<int>(std::lround(pt / kStepPt)); }

double share_of(const page::Word& word, const image::Image<std::uint8_t>& mask) {
  const int x0 = std::max(0, samples(word.box.x0)), x1 = std::min(mask.width(), samples(word.box.x1));
  const int y0 = std::max(0, samples(word.box.y0)), y1 = std::min(mask.height(), samples(word.box.y1));
  double all = 0, dark = 0;
  for (int y = y0; y < y1; ++y)
    for (int x = x0; x < x1; ++x) all += 1, dark += mask.at(x, y) != 0;
  return all > 0 ? dark / all : 0;
}

// The flat dark area that a word lies in, one step along the line after the other.
class Bar {
 public:
  Bar(const LaidPage& laid, const image::FloatImage& ground, const page::Word& word)
      : photo_(laid.rough),
        laid_(laid.laid),
        ground_(ground),
        upright_(std::abs(word.along.y) > std::abs(word.along.x)),
        on_light_(tones_of(laid.original, kStepPt, word.box).paper > kLightGround),
        level_(level_around(word)) {
    tolerance_ = samples(kOwnEdgePt + kOwnEdgeUnsure * std::min(laid.unsure_at(word.box.centre()),
                                                                kOwnEdgeUnsure * laid.unsure_pt));
    walk(word.box);
  }
  float level() const { return level_; }
  // Its upper and lower edges are those of a bar that the page does not have there.
  bool is_one() const { return flat_ >= kHidden * steps_ && is_straight(above_) && is_straight(below_); }

 private:
  // The median of the middle of the word's box.
  float level_around(const page::Word& word) const {
    const base::Box inner = word.box.grown(-std::min(word.box.width(), word.box.height()) / 4);
    std::vector<double> levels;
    for (int y = std::max(0, samples(inner.y0)); y < std::min(photo_.height(), samples(inner.y1)); ++y)
      for (int x = std::max(0, samples(inner.x0)); x < std::min(photo_.width(), samples(inner.x1)); ++x)
        if (laid_.at(x, y) > 0) levels.push_back(static_cast<double>(photo_.at(x, y)));
    return levels.empty() ? 1.0f : static_cast<float>(base::median(std::move(levels)));
  }

  void walk(const base::Box& box) {
    const double first = upright_ ? box.y0 : box.x0, last = upright_ ? box.y1 : box.x1;
    const int middle = samples(upright_ ? box.centre().x : box.centre().y);
    const int reach = samples((upright_ ? box.width() : box.height()) / 2);
    const double short_of = std::max(0.0, kLeastLengthPt - (last - first)) / 2;
    for (int along = samples(first - short_of); along < samples(last + short_of); ++along) {
      const bool of_word = along >= samples(first) && along < samples(last);
      int inside = middle;
      for (int off = 0; off <= reach && !is_flat(along, inside); ++off)
        inside = is_flat(along, middle - off) ? middle - off : middle + off;
      steps_ += of_word || is_flat(along, inside);
      if (!is_flat(along, inside)) continue;
      int above = inside, below = inside;
      while (is_flat(along, above - 1)) --above;
      while (is_flat(along, below + 1)) ++below;
      flat_ += below - above + 1 >= 2 * kHigh * reach;
      if (is_edge(along, above, -1) && !is_own(along, above, -1)) above_.push_back(above);
      if (is_edge(along, below, 1) && !is_own(along, below, 1)) below_.push_back(below);
    }
  }

  bool is_inside(int along, int across) const {
    const int x = upright_ ? across : along, y = upright_ ? along : across;
    return x >= 0 && y >= 0 && x < photo_.width() && y < photo_.height() && laid_.at(x, y) > 0;
  }
  float at(const FloatImage& picture, int along, int across) const {
    return upright_ ? picture.at(across, along) : picture.at(along, across);
  }
  bool is_flat(int along, int across) const {
    return is_inside(along, across) && std::abs(at(photo_, along, across) - level_) <= kFlatLevel;
  }
  // The photo is lighter beyond, at once.
  bool is_edge(int along, int across, int outwards) const {
    const int beyond = across + outwards * samples(kBeyondPt);
    return is_inside(along, beyond) && level_ <= (1 - kLeastStep) * at(photo_, along, beyond);
  }
  // The ground that the word stands on in the original ends there, too.
  bool is_own(int along, int across, int outwards) const {
    if (on_light_) return false;
    for (int off = -tolerance_; off <= tolerance_; ++off) {
      const int a = across + off, b = a + outwards;
      if (is_inside(along, a) && is_inside(along, b) &&
          (at(ground_, along, a) > kLightGround) != (at(ground_, along, b) > kLightGround))
        return true;
    }
    return false;
  }
  // It goes on from step to step, and along the line from its first half to its second.
  bool is_straight(const std::vector<int>& edge) const {
    if (edge.size() < 4) return false;
    int level = 0;
    for (std::size_t i = 1; i < edge.size(); ++i) level += std::abs(edge[i] - edge[i - 1]) <= 1;
    const auto half = static_cast<std::ptrdiff_t>(edge.size() / 2);
    const std::vector<double> first(edge.begin(), edge.begin() + half),
        second(edge.begin() + half, edge.end());
    const double tilt = (base::median(second) - base::median(first)) / static_cast<double>(half);
    return level >= kStraightShare * steps_ && std::abs(tilt) <= kMostTilt;
  }

  const FloatImage &photo_, &laid_, &ground_;
  bool upright_, on_light_;
  float level_;
  int tolerance_ = 0, steps_ = 0, flat_ = 0;
  std::vector<int> above_, below_;
};

bool is_under_bar(const LaidPage& laid, const DarkAreas& dark, const page::Word& word) {
  const Bar bar(laid, dark.ground, word);
  const base::Vec2 middle = word.box.centre();
  const int x = std::clamp(samples(middle.x), 0, laid.rough.width() - 1),
            y = std::clamp(samples(middle.y), 0, laid.rough.height() - 1);
  return 1 - bar.level() / std::max(0.02f, dark.paper.at(x, y)) > kAsDarkAsInk * dark.ink && bar.is_one();
}

}  // namespace

std::vector<HiddenWord> look_for_hidden_words(const LaidPage& laid, const page::RegisteredPage& page,
                                              const align::Alignment& alignment) {
  if (laid.rough.empty()) return {};
  const DarkAreas dark = dark_areas(laid, page.model, alignment);
  if (!(dark.ink > 0)) return {};
  std::vector<HiddenWord> hidden;
  for (std::uint32_t i = 0; i < page.model.words.size(); ++i) {
    const page::Word& word = page.model.words[i];
    const bool across = share_of(word, laid.across) > 0;
    const bool under_bar = !across && is_under_bar(laid, dark, word);
    if (across || under_bar || share_of(word, dark.areas) >= kHidden) hidden.push_back({i, under_bar});
  }
  return hidden;
}

void note_hidden_words(std::span<const HiddenWord> hidden, const page::PageModel& page,
                       std::vector<WordFinding>& findings) {
  for (const auto& [word, under_bar] : hidden) {
    if (findings[word].state == WordState::kVouched) continue;
    findings[word] = WordFinding{.reason = Reason::kCovered};
    if (under_bar)
      findings[word] = {.state = WordState::kAltered,
                        .p_value = kBlackOutFalseAlarm,
                        .where = page.words[word].box,
                        .what = Altered::kBlackedOut};
  }
}

}  // namespace barium::verify
