#include "app/flow/see_page.h"

#include <algorithm>

namespace barium::app {

namespace {

// Of fewer words placed than one in so many, the page is looked at as a negative, too.
constexpr std::ptrdiff_t kFewPlaced = 4;

// A screen in dark mode shows light words on a dark page; words are matched dark on light.
image::GrayImage negative(image::GrayView picture) {
  image::GrayImage out(picture.width(), picture.height());
  for (int y = 0; y < picture.height(); ++y)
    for (int x = 0; x < picture.width(); ++x)
      out.at(x, y) = static_cast<std::uint8_t>(255 - picture.at(x, y));
  return out;
}

std::ptrdiff_t placed(const align::Alignment& aligned) {
  return std::ranges::count_if(aligned.words, &page::WordMeasurement::placed);
}

}  // namespace

std::optional<PageInView> see_page(image::GrayView picture, const find::Index& index,
                                   const find::PageSource& page_of) {
  const std::optional<find::Placement> placement = find::identify(picture, index, page_of);
  if (!placement) return std::nullopt;
  const page::RegisteredPage page = page_of(placement->page);
  PageInView view{*placement, align::align_page(picture, page, placement->photo_from_page)};
  if (kFewPlaced * placed(view.aligned) < std::ssize(view.aligned.words)) {
    align::Alignment light = align::align_page(negative(picture), page, placement->photo_from_page);
    if (placed(light) > placed(view.aligned)) view.aligned = std::move(light);
  }
  return view;
}

}  // namespace barium::app
