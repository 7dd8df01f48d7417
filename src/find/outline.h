#pragma once

// Where a page lies in the photo.

#include <optional>

#include "find/find.h"

namespace barium::find {

class Outline {
 public:
  // margin: beyond the page's edges, as a share of its size; paper that bends reaches beyond its map.
  Outline(const Placement& placement, const page::PageModel& page, double margin)
      : page_from_photo_(placement.photo_from_page.inverse()),
        centre_(placement.photo_from_page * base::Vec2{page.width_pt / 2, page.height_pt / 2}),
        box_{-margin * page.width_pt, -margin * page.height_pt, (1 + margin) * page.width_pt,
             (1 + margin) * page.height_pt} {}

  bool holds(base::Vec2 p_in_photo) const {
    if (!page_from_photo_) return false;
    const base::Vec2 p = *page_from_photo_ * p_in_photo;
    return p.x > box_.x0 && p.x < box_.x1 && p.y > box_.y0 && p.y < box_.y1;
  }
  bool overlaps(const Outline& other) const { return holds(other.centre_) || other.holds(centre_); }

 private:
  std::optional<image::Homography> page_from_photo_;
  base::Vec2 centre_;
  base::Box box_;
};

}  // namespace barium::find
