#include "find/rivals.h"
#include "image/sample.h"

namespace barium::find {
namespace {

constexpr std::size_t kMostChecked = 6;
// Inverted and mirrored pictures are clean ones mostly, and every foreign picture comes this way too.
constexpr std::size_t kMostCheckedOtherwise = 2;

std::optional<Placement> best_of(const PhotoFeatures& seen, const Index& index, const PageSource& page_of,
                                 std::size_t most) {
  return winner(seen, rivals(seen, index, page_of, most));
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
