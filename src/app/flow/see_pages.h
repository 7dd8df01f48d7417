#pragma once

// Which page a picture shows, and where each of its words lies: find and align in one, for examine and
// measure.

#include <optional>

#include "align/align.h"
#include "find/find.h"

namespace barium::app {

struct PageInView {
  find::Placement placement;
  align::Alignment aligned;
};

// nullopt: no page of the index is recognised.
std::optional<PageInView> see_page(image::GrayView picture, const find::Index& index,
                                   const find::PageSource& page_of);

}  // namespace barium::app
