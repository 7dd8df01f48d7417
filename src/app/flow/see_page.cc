#include "app/flow/see_page.h"

#include <algorithm>

namespace barium::app {

namespace {

// A screen in dark mode shows light words on a dark page; words are matched dark on light.
image::GrayImage negative(image::GrayView picture) {
  image::GrayImage out(picture.width(), picture.height());
  for (int y = 0; y < picture.height(); ++y)
    for (int x = 0; x < picture.width(); ++x)
      out.at(x, y) = static_cast<std::uint8_t>(255 - picture.at(x, y));
  return out;
}

bool any_placed(const align::Alignment& aligned) {
  return std::ranges::any_of(aligned.words, &page::WordMeasurement::placed);
}

}  // namespace

std::optional<PageInView> see_page(image::GrayView picture, const find::Index& index,
                                   const find::PageSource& page_of) {
  const std::optional<find::Placement> placement = find::identify(picture, index, page_of);
  if (!placement) return std::nullopt;
  const page::RegisteredPage page = page_of(placement->page);
  PageInView view{*placement, align::align_page(picture, page, placement->photo_from_page)};
  if (!any_placed(view.aligned))
    view.aligned = align::align_page(negative(picture), page, placement->photo_from_page);
  return view;
}

}  // namespace barium::app
