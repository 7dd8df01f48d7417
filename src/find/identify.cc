#include <algorithm>

#include "find/word_check.h"
#include "image/sample.h"

namespace barium::find {
namespace {

constexpr std::size_t kMostChecked = 6;
// Inverted and mirrored pictures are clean ones mostly, and every foreign picture comes this way too.
constexpr std::size_t kMostCheckedOtherwise = 2;
// A candidate with less than this share of the best one's votes is not looked at once one has passed.
constexpr double kShareOfBestVotes = 0.4;
// Pages of one template differ by some words; the right one leads by them.
constexpr double kClearLead = 0.03;

struct Passed {
  CheckedPage checked;
  page::RegisteredPage page;
};

std::vector<Passed> passing(const PhotoFeatures& seen, const Index& index, const PageSource& page_of,
                            std::size_t most) {
  std::vector<Passed> passed;
  double best_votes = 0;
  for (const Candidate& candidate : index.candidates(seen, most)) {
    if (!passed.empty() && candidate.votes < kShareOfBestVotes * best_votes) break;
    auto page = page_of(candidate.page);
    auto checked = check_words(seen, page, candidate);
    if (!checked) continue;
    best_votes = std::max(best_votes, candidate.votes);
    passed.push_back({std::move(*checked), std::move(page)});
  }
  std::stable_sort(passed.begin(), passed.end(), [](const Passed& a, const Passed& b) {
    return a.checked.placement.score > b.checked.placement.score;
  });
  return passed;
}

std::optional<Placement> best_of(const PhotoFeatures& seen, const Index& index, const PageSource& page_of,
                                 std::size_t most) {
  const auto passed = passing(seen, index, page_of, most);
  if (passed.empty()) return std::nullopt;
  std::size_t best = 0;
  std::vector<PageId> twins;
  for (std::size_t i = 1; i < passed.size(); ++i) {
    if (passed[best].checked.placement.score - passed[i].checked.placement.score >= kClearLead) continue;
    switch (decide(seen, passed[best].page, passed[best].checked, passed[i].page, passed[i].checked)) {
      case Verdict::kFirst:
        break;
      case Verdict::kSecond:
        best = i, twins.clear();
        break;
      case Verdict::kSame:
        twins.push_back(passed[i].checked.placement.page);
        break;
      case Verdict::kUndecided:
        return std::nullopt;
    }
  }
  Placement placement = passed[best].checked.placement;
  placement.twins = std::move(twins);
  return placement;
}

}  // namespace

std::optional<Placement> identify(image::GrayView photo, const Index& index, const PageSource& page_of) {
  if (auto found = best_of(photo_features(photo), index, page_of, kMostChecked)) return found;
  if (auto found = best_of(photo_features(photo, Polarity::kDarkOnLight, Print::kBroken), index, page_of,
                           kMostChecked))
    return found;
  if (auto found =
          best_of(photo_features(photo, Polarity::kLightOnDark), index, page_of, kMostCheckedOtherwise))
    return found;
  const image::GrayImage mirrored = image::turned(photo, 0, image::Mirror::kYes);
  auto found = best_of(photo_features(mirrored), index, page_of, kMostCheckedOtherwise);
  if (found) {
    const image::Homography photo_from_mirrored{
        {-1, 0, static_cast<double>(photo.width()), 0, 1, 0, 0, 0, 1}};
    found->photo_from_page = (photo_from_mirrored * found->photo_from_page).normalized();
  }
  return found;
}

}  // namespace barium::find
