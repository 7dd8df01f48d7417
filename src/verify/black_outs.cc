#include "verify/black_outs.h"

#include <algorithm>
#include <cmath>

#include "image/extremes.h"
#include "verify/bar.h"
#include "verify/dark_areas.h"
#include "verify/paper.h"
#include "verify/tones.h"

namespace barium::verify {
namespace {

constexpr double kHidden = 0.5;  // of a word's box
// The edge of the original's own dark ground lies so near, and three deviations of where paper is.
constexpr double kOwnEdgePt = 1, kOwnEdgeUnsure = 3;
// Where letters are gone their place must be surer: within half a word's height of where the words around
// say, which say as much as one that stands there, and six of the page's deviations are less, too. Bench:
// verify_black_outs, where one honest word is off by more than they say.
constexpr double kLettersUnsure = 6, kLettersSupport = 1;
// Of a bar on light ground, and of one on dark ground, which may have no edges above and below but its own.
constexpr double kFlatSteps = 0.5, kFlatBox = 0.85, kLeastLetters = 0.1;
// Letters on dark ground would stand out from it by so many times what is taken for flat.
constexpr float kWouldStandOut = 3;
// Beyond a word's own dark ground is paper so near.
constexpr double kBesidePt = 24;

int samples(double pt) { return static_cast<int>(std::lround(pt / kLaidStepPt)); }

// Of the samples of the laid grid in a word's box, those that are so: is_so(x, y).
template <class IsSo>
double share_of(const page::Word& word, const LaidPage& laid, const IsSo& is_so) {
  const int x0 = std::max(0, samples(word.box.x0)), x1 = std::min(laid.rough.width(), samples(word.box.x1));
  const int y0 = std::max(0, samples(word.box.y0)), y1 = std::min(laid.rough.height(), samples(word.box.y1));
  double all = 0, so = 0;
  for (int y = y0; y < y1; ++y)
    for (int x = x0; x < x1; ++x) all += 1, so += is_so(x, y);
  return all > 0 ? so / all : 0;
}

// Where light letters stand on dark ground, what is wider than they are.
image::FloatImage without_light_strokes(const image::FloatImage& picture) {
  const int thick = samples(kThickPt / 2);
  return extremes(extremes(picture, thick, image::Extreme::kDarkest), thick, image::Extreme::kLightest);
}

// What is lightest above the word and what is below it, the darker of both: a shadow on the word is on one of
// them.
float light_beside(const LaidPage& laid, const page::Word& word) {
  const auto lightest = [&](const base::Box& box) {
    float light = 0;
    for (int y = std::max(0, samples(box.y0)); y < std::min(laid.rough.height(), samples(box.y1)); ++y)
      for (int x = std::max(0, samples(box.x0)); x < std::min(laid.rough.width(), samples(box.x1)); ++x)
        if (laid.laid.at(x, y) > 0) light = std::max(light, laid.rough.at(x, y));
    return light;
  };
  const bool upright = std::abs(word.along.y) > std::abs(word.along.x);
  base::Box above = word.box, below = word.box;
  (upright ? above.x0 : above.y0) -= kBesidePt, (upright ? below.x1 : below.y1) += kBesidePt;
  return std::min(lightest(above), lightest(below));
}

// The photo where words may be hidden, and what the page has there itself.
struct Scene {
  const LaidPage& laid;
  DarkAreas dark;
  image::FloatImage dark_grounds;
  Paper paper;

  // The lightest around the word: in its middle a bar may be all that is near.
  float paper_of(const page::Word& word) const {
    float lightest = 0.02f;
    for (const double x : {word.box.x0, word.box.x1})
      for (const double y : {word.box.y0, word.box.y1})
        lightest = std::max(lightest, dark.paper.at(std::clamp(samples(x), 0, laid.rough.width() - 1),
                                                    std::clamp(samples(y), 0, laid.rough.height() - 1)));
    return lightest;
  }
};

// Else what is taken for the word's place may be the plain ground beside it.
bool is_place_sure(const Scene& scene, const page::Word& word) {
  const base::Vec2 middle = word.box.centre();
  const double half = std::min(word.box.width(), word.box.height()) / 2;
  const double unsure = scene.laid.unsure_at(middle);
  return scene.paper.at(middle, std::nullopt).support >= kLettersSupport &&
         kOwnEdgePt + kLettersUnsure * scene.laid.unsure_pt <= half &&
         (unsure == LaidPage::kNotKnownPt || kOwnEdgePt + kOwnEdgeUnsure * unsure <= half);
}

// Light letters on dark ground are not there, and light enough fell on them.
bool are_letters_gone(const Scene& scene, const Bar& bar, const Tones& tones, const page::Word& word) {
  const float light = std::max(light_beside(scene.laid, word), bar.level / std::max(0.02f, tones.paper));
  return tones.contrast * scene.dark.ink * light >= kWouldStandOut * kFlatLevel && is_place_sure(scene, word);
}

bool is_under_bar(const Scene& scene, const page::Word& word) {
  const Tones tones = tones_of(scene.laid.original, kLaidStepPt, word.box);
  const bool on_light = tones.paper > kLightGround;
  const double unsure =
      std::min(scene.laid.unsure_at(word.box.centre()), kOwnEdgeUnsure * scene.laid.unsure_pt);
  const Bar bar = bar_around(scene.laid, tones.contrast < 0 ? scene.dark.ground : scene.dark_grounds, word,
                             on_light ? 0 : kOwnEdgePt + kOwnEdgeUnsure * unsure);
  if (1 - bar.level / scene.paper_of(word) <= kAsDarkAsInk * scene.dark.ink) return false;
  // A dark square is no letters that a bar might hide.
  const bool hides = on_light || bar.flat_letters >= kFlatSteps;
  if (bar.flat_steps >= kFlatSteps && bar.above && bar.below) return hides;
  // A dash is a small part of its box: that is flat whether it is there or not.
  if (on_light || scene.laid.two_tones || bar.flat_box < kFlatBox || bar.flat_letters < kFlatBox ||
      bar.letters < kLeastLetters)
    return false;
  return bar.ends || are_letters_gone(scene, bar, tones, word);
}

}  // namespace

std::vector<HiddenWord> look_for_hidden_words(const LaidPage& laid, const page::RegisteredPage& page,
                                              const align::Alignment& alignment) {
  if (laid.rough.empty()) return {};
  const Scene scene{.laid = laid,
                    .dark = dark_areas(laid, page.model, alignment),
                    .dark_grounds = without_light_strokes(laid.original),
                    .paper = Paper(page.model, alignment)};
  if (!(scene.dark.ink > 0)) return {};
  std::vector<HiddenWord> hidden;
  for (std::uint32_t i = 0; i < page.model.words.size(); ++i) {
    const page::Word& word = page.model.words[i];
    const auto is_across = [&](int x, int y) { return laid.across.at(x, y) != 0; };
    const auto is_hidden = [&](int x, int y) {
      return scene.dark.areas.at(x, y) != 0 || (laid.laid.at(x, y) > 0 && laid.is_glare(x, y));
    };
    const bool across = share_of(word, laid, is_across) > 0;
    const bool under_bar = !across && is_under_bar(scene, word);
    if (across || under_bar || share_of(word, laid, is_hidden) >= kHidden) hidden.push_back({i, under_bar});
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
