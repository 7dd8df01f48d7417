#pragma once

// Which pages a picture shows, and where each of their words lies: find and align in one, for examine and
// measure.

#include <vector>

#include "align/align.h"
#include "find/find.h"

namespace barium::app {

struct PageInView {
  find::Placement placement;
  align::Alignment aligned;
  std::vector<PageInView> twins;  // of the same look: placement.twins, in their order
  std::vector<PageInView>
      elsewhere;  // placement.elsewhere: where there are any, it may as well be one of them
};

struct PagesSeen {
  std::vector<PageInView> pages;  // the surest first; none: no page of the index is recognised
  double likeness = 0;            // as of find::PagesInPhoto
  std::size_t words_seen = 0;
};
PagesSeen see_pages(image::GrayView picture, const find::Index& index, const find::PageSource& page_of);

}  // namespace barium::app
