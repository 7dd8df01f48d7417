#include <algorithm>

#include "find/find.h"
#include "image/sample.h"

namespace barium::find {
namespace {

constexpr std::size_t kMostChecked = 6;
// A candidate with less than this share of the best one's votes is not looked at once one has passed.
constexpr double kShareOfBestVotes = 0.4;
// Pages of one template differ by some words; the right one leads by them.
constexpr double kClearLead = 0.03;

std::optional<Placement> best_of(const PhotoFeatures& seen, const Index& index, const PageSource& page_of) {
  std::vector<Placement> passed;
  double best_votes = 0;
  for (const Candidate& candidate : index.candidates(seen, kMostChecked)) {
    if (!passed.empty() && candidate.votes < kShareOfBestVotes * best_votes) break;
    if (auto placement = check(seen, page_of(candidate.page), candidate)) {
      best_votes = std::max(best_votes, candidate.votes);
      passed.push_back(*placement);
    }
  }
  if (passed.empty()) return std::nullopt;
  std::stable_sort(passed.begin(), passed.end(),
                   [](const Placement& a, const Placement& b) { return a.score > b.score; });
  if (passed.size() > 1 && passed[0].score - passed[1].score < kClearLead) return std::nullopt;
  return passed.front();
}

}  // namespace

std::optional<Placement> identify(image::GrayView photo, const Index& index, const PageSource& page_of) {
  if (auto found = best_of(photo_features(photo), index, page_of)) return found;
  if (auto found = best_of(photo_features(photo, Polarity::kLightOnDark), index, page_of)) return found;
  const image::GrayImage mirrored = image::turned(photo, 0, image::Mirror::kYes);
  auto found = best_of(photo_features(mirrored), index, page_of);
  if (found) {
    const image::Homography photo_from_mirrored{
        {-1, 0, static_cast<double>(photo.width()), 0, 1, 0, 0, 0, 1}};
    found->photo_from_page = (photo_from_mirrored * found->photo_from_page).normalized();
  }
  return found;
}

}  // namespace barium::find
