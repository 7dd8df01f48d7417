#include "app/flow/see_pages.h"

#include <algorithm>

namespace barium::app {

namespace {

// Of fewer words placed than one in so many of those in view, the page is looked at as a negative, too.
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

std::ptrdiff_t in_view(image::GrayView picture, const find::Placement& placement,
                       const page::PageModel& page) {
  const base::Box frame{0, 0, static_cast<double>(picture.width()), static_cast<double>(picture.height())};
  return std::ranges::count_if(page.words, [&](const page::Word& word) {
    return frame.contains(placement.photo_from_page * word.box.centre());
  });
}

PageInView align_well(image::GrayView picture, const find::Placement& placement,
                      const page::RegisteredPage& page) {
  PageInView view{placement, align::align_page(picture, page, placement.photo_from_page, placement.matches)};
  if (kFewPlaced * placed(view.aligned) < in_view(picture, placement, page.model)) {
    align::Alignment light =
        align::align_page(negative(picture), page, placement.photo_from_page, placement.matches);
    if (placed(light) > placed(view.aligned)) view.aligned = std::move(light);
  }
  return view;
}

}  // namespace

PagesSeen see_pages(image::GrayView picture, const find::Index& index, const find::PageSource& page_of) {
  const find::PagesInPhoto found = find::identify_all(picture, index, page_of);
  PagesSeen seen{{}, found.likeness, found.words_seen};
  for (const find::Placement& placement : found.pages) {
    PageInView& view = seen.pages.emplace_back(align_well(picture, placement, page_of(placement.page)));
    for (const find::Placement& twin : placement.twins)
      view.twins.push_back(align_well(picture, twin, page_of(twin.page)));
    for (const find::Placement& other : placement.elsewhere)
      view.elsewhere.push_back(align_well(picture, other, page_of(other.page)));
  }
  return seen;
}

}  // namespace barium::app
