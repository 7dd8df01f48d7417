#include <algorithm>

#include "find/word_check.h"

namespace barium::find {
namespace {

constexpr std::size_t kAllWords = 2000, kFewWords = 40;
// Of the words in view that differ; of more, evenly taken ones.
constexpr std::size_t kMostHeard = 120;
// Two renderings of one word at the same place correlate to 0.95 and more; words that differ in one letter of
// six to 0.8 or so.
constexpr double kSameWord = 0.9;
// A word displaced by a mark is the same word; so is one that was rounded to another pixel. pt.
constexpr double kDisplacements[] = {0, -0.25, 0.25, -0.5, 0.5};
constexpr Margin kInPhoto{4, 4};
constexpr double kReachPt = 35;
// The photo's word is the one rather than the other if it is by so much more like it.
constexpr double kClearlyLiker = 0.1;
// Where the rival has blank paper: a word that is there agrees; where paper is blank, noise is no liker than
// this. Between them, blur and damage tell nothing.
constexpr double kThere = kAgrees, kNotThere = 0.35;

// Over the words of a page that the rival shows differently, by weight: what the photo says.
struct Testimony {
  bool differ = false;
  double for_page = 0, for_rival = 0;
};

bool is_same_word(const Template& word, const page::PageRaster& other, base::Vec2 moved) {
  const base::Vec2 along = word.along * (1 / norm(word.along));
  return std::ranges::any_of(kDisplacements, [&](double pt) {
    return correlation(word, same_place(other, word, moved + along * pt)) >= kSameWord;
  });
}

Testimony hear(const PhotoFeatures& seen, const Rival& mine, const Rival& other) {
  const LocalMap photo_from_page(mine.checked.placement.photo_from_page, mine.checked.placement.matches,
                                 kReachPt);
  const auto differs = [&](const Template& word) {
    return !is_same_word(word, other.page.raster, other.shift - mine.shift);
  };
  struct Differing {
    Template here, there;
  };
  std::vector<Differing> words;
  for (Template& word :
       templates_in_view(mine.page, kAllWords, seen, mine.checked.placement.photo_from_page)) {
    if (!differs(word)) continue;
    Template there = same_place(other.page.raster, word, other.shift - mine.shift);
    there.centre = word.centre;
    words.push_back({std::move(word), std::move(there)});
  }
  // One word that differs out of the photo's view is enough to know that the pages are two.
  Testimony testimony{.differ = !words.empty() ||
                                std::ranges::any_of(templates_of(mine.page, kFewWords), differs) ||
                                std::ranges::any_of(templates_of(mine.page, kAllWords), differs)};
  const std::size_t stride = std::max<std::size_t>(1, (words.size() + kMostHeard - 1) / kMostHeard);
  for (std::size_t i = 0; i < words.size(); i += stride) {
    const auto look = [&](const Template& t) {
      return look_for(seen.picture, seen.px_per_photo_px, photo_from_page, t, kInPhoto);
    };
    const auto& [here, there] = words[i];
    const Sighting sighting = look(here);
    if (!sighting.in_view) continue;
    const bool blank = there.energy <= 0;
    const double lead = blank ? 0 : sighting.match - look(there).match;
    if (blank ? sighting.match >= kThere : lead > kClearlyLiker) testimony.for_page += here.weight;
    if (blank ? sighting.match <= kNotThere : lead < -kClearlyLiker) testimony.for_rival += here.weight;
  }
  return testimony;
}

// One word of ordinary length, and three times what speaks for the other page.
constexpr double kLeastWeight = 2;
constexpr double kLeastRatio = 3;
bool wins(double mine, double others) { return mine >= kLeastWeight && mine >= kLeastRatio * others; }

}  // namespace

Verdict decide(const PhotoFeatures& seen, const Rival& first, const Rival& second) {
  const Testimony on_first = hear(seen, first, second);
  const Testimony on_second = hear(seen, second, first);
  if (!on_first.differ && !on_second.differ) return Verdict::kSame;
  const double for_first = on_first.for_page + on_second.for_rival;
  const double for_second = on_first.for_rival + on_second.for_page;
  if (wins(for_first, for_second)) return Verdict::kFirst;
  if (wins(for_second, for_first)) return Verdict::kSecond;
  if (std::max(for_first, for_second) < kLeastWeight) return Verdict::kAlike;
  return Verdict::kUndecided;
}

}  // namespace barium::find
