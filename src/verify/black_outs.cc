#include "verify/black_outs.h"

#include <algorithm>
#include <cmath>

#include "base/median.h"
#include "image/extremes.h"
#include "verify/regions.h"

namespace barium::verify {
namespace {

using image::FloatImage;

constexpr double kStepPt = kLaidStepPt;
// Wider than strokes, and less than a line is high.
constexpr double kThickPt = 5;
// Paper is about as light around a bar as over so much, and somewhere within is no bar.
constexpr double kPaperPt = 60;
// Of how dark ink is: bench verify_black_outs.
constexpr float kAsDarkAsInk = 0.75f;
// Darker ground of the original is not looked at.
constexpr float kLightGround = 0.7f;
// The original's own dark areas reach so much farther, by blur and paper.
constexpr double kApartPt = 3;
constexpr double kHidden = 0.5;  // of a word's box
// A bar's upper edge stays within this of its median over most of the word, and so does its lower; paper that
// bends moves it less. Beyond both there is paper.
constexpr double kStraightPt = 1.5, kStraightShare = 0.8, kBeyondPt = 3;
// Of full scale, as a deviation.
constexpr double kFlatLevel = 0.04;
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

// Of the paper's brightness.
FloatImage lacks_of(const FloatImage& picture, const FloatImage& paper) {
  FloatImage lacks = picture;
  for (std::size_t i = 0; i < lacks.pixels().size(); ++i)
    lacks.pixels()[i] = 1 - picture.pixels()[i] / std::max(0.02f, paper.pixels()[i]);
  return lacks;
}

// Dark in the photo over more than a stroke's width, where the original is light.
image::Image<std::uint8_t> dark_areas(const LaidPage& laid, const page::PageModel& page,
                                      const align::Alignment& alignment) {
  const int thick = samples(kThickPt / 2);
  FloatImage paper = laid.rough;
  for (std::size_t i = 0; i < paper.pixels().size(); ++i) paper.pixels()[i] *= laid.laid.pixels()[i];
  paper = image::extremes(paper, samples(kPaperPt / 2), image::Extreme::kLightest);
  const auto opened = [&](const FloatImage& picture) {
    return image::extremes(image::extremes(picture, thick, image::Extreme::kLightest), thick,
                           image::Extreme::kDarkest);
  };
  const FloatImage ground = lacks_of(opened(laid.rough), paper);
  const FloatImage own = image::extremes(opened(laid.original), samples(kApartPt), image::Extreme::kDarkest);
  const float ink = static_cast<float>(darkness_of_ink(lacks_of(laid.rough, paper), page, alignment));
  image::Image<std::uint8_t> dark(ground.width(), ground.height());
  if (!(ink > 0)) return dark;
  for (std::size_t i = 0; i < dark.pixels().size(); ++i)
    dark.pixels()[i] = ground.pixels()[i] > kAsDarkAsInk * ink && own.pixels()[i] > kLightGround;
  return dark;
}

// In the middle half of the word's box: a deep shadow shows the letters.
bool is_flat(const FloatImage& photo, const page::Word& word) {
  const base::Box inner = word.box.grown(-std::min(word.box.width(), word.box.height()) / 4);
  double n = 0, sum = 0, squares = 0;
  for (int y = std::max(0, samples(inner.y0)); y < std::min(photo.height(), samples(inner.y1)); ++y)
    for (int x = std::max(0, samples(inner.x0)); x < std::min(photo.width(), samples(inner.x1)); ++x) {
      const double level = static_cast<double>(photo.at(x, y));
      n += 1, sum += level, squares += level * level;
    }
  return n > 0 && squares / n - sum / n * (sum / n) < kFlatLevel * kFlatLevel;
}

// Of the dark areas, one step along the line after the other.
class Edges {
 public:
  Edges(const image::Image<std::uint8_t>& dark, const FloatImage& laid, const page::Word& word)
      : dark_(dark), laid_(laid), upright_(std::abs(word.along.y) > std::abs(word.along.x)) {
    const base::Box& box = word.box;
    const double first = upright_ ? box.y0 : box.x0, last = upright_ ? box.y1 : box.x1;
    const int middle = samples(upright_ ? box.centre().x : box.centre().y);
    const int reach = samples((upright_ ? box.width() : box.height()) / 2);
    const double short_of = std::max(0.0, kLeastLengthPt - (last - first)) / 2;
    for (int along = samples(first - short_of); along < samples(last + short_of); ++along) {
      const bool of_word = along >= samples(first) && along < samples(last);
      steps_ += of_word;
      int inside = middle;
      for (int off = 0; off <= reach && !is_dark(along, inside); ++off)
        inside = is_dark(along, middle - off) ? middle - off : middle + off;
      if (!is_dark(along, inside)) continue;
      steps_ += !of_word;
      int above = inside, below = inside;
      while (is_dark(along, above - 1)) --above;
      while (is_dark(along, below + 1)) ++below;
      if (!is_laid(along, above - samples(kBeyondPt)) || !is_laid(along, below + samples(kBeyondPt)))
        continue;
      above_.push_back(above), below_.push_back(below);
    }
  }
  bool are_straight() const { return is_straight(above_) && is_straight(below_); }

 private:
  bool is_dark(int along, int across) const {
    const int x = upright_ ? across : along, y = upright_ ? along : across;
    return x >= 0 && y >= 0 && x < dark_.width() && y < dark_.height() && dark_.at(x, y) != 0;
  }
  bool is_laid(int along, int across) const {
    const int x = upright_ ? across : along, y = upright_ ? along : across;
    return x >= 0 && y >= 0 && x < laid_.width() && y < laid_.height() && laid_.at(x, y) > 0;
  }
  bool is_straight(std::vector<double> edge) const {
    if (edge.empty()) return false;
    const double middle = base::median(edge);
    const auto near = std::ranges::count_if(
        edge, [&](double at) { return std::abs(at - middle) * kStepPt <= kStraightPt; });
    return static_cast<double>(near) >= kStraightShare * steps_;
  }

  const image::Image<std::uint8_t>& dark_;
  const FloatImage& laid_;
  bool upright_;
  int steps_ = 0;
  std::vector<double> above_, below_;
};

}  // namespace

std::vector<HiddenWord> look_for_hidden_words(const LaidPage& laid, const page::RegisteredPage& page,
                                              const align::Alignment& alignment) {
  if (laid.rough.empty()) return {};
  const image::Image<std::uint8_t> dark = dark_areas(laid, page.model, alignment);
  std::vector<HiddenWord> hidden;
  for (std::uint32_t i = 0; i < page.model.words.size(); ++i)
    if (const page::Word& word = page.model.words[i]; share_of(word, dark) >= kHidden)
      hidden.push_back({i, is_flat(laid.rough, word) && Edges(dark, laid.laid, word).are_straight()});
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
