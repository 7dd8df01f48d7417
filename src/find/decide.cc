#include "find/word_check.h"

namespace barium::find {
namespace {

constexpr std::size_t kAllWords = 2000;
// Two renderings of one word at the same place correlate to 0.95 and more; words that differ in one letter of
// six to 0.8 or so.
constexpr double kSameWord = 0.9;
constexpr Margin kInPhoto{4, 4};
constexpr double kReachPt = 35;
// The photo's word is the one rather than the other if it is by so much more like it.
constexpr double kClearlyLiker = 0.1;

// Over the words of a page that the rival shows differently, by weight: what the photo says.
struct Testimony {
  bool differ = false;
  double for_page = 0, for_rival = 0;
};

Testimony hear(const PhotoFeatures& seen, const Rival& mine, const Rival& other) {
  const LocalMap photo_from_page(mine.checked.placement.photo_from_page, mine.checked.placement.matches,
                                 kReachPt);
  Testimony testimony;
  for (const Template& word : templates_of(mine.page, kAllWords)) {
    Template there = same_place(other.page.raster, word, other.shift - mine.shift);
    if (correlation(word, there) >= kSameWord) continue;
    there.centre = word.centre;
    testimony.differ = true;
    const auto match = [&](const Template& t) {
      return t.energy > 0 ? look_for(seen.picture, seen.px_per_photo_px, photo_from_page, t, kInPhoto).match
                          : 0;
    };
    const double lead = match(word) - match(there);
    if (lead > kClearlyLiker) testimony.for_page += word.weight;
    if (lead < -kClearlyLiker) testimony.for_rival += word.weight;
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
  return Verdict::kUndecided;
}

}  // namespace barium::find
