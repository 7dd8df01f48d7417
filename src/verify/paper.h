#pragma once

// Where a part of the page lies in the photo, as the words about it say.

#include <optional>
#include <span>
#include <vector>

#include "align/affine_beside.h"
#include "align/align.h"
#include "image/warp.h"
#include "page/registered_page.h"

namespace barium::verify {

class Paper {
 public:
  Paper(const page::PageModel& page, const align::Alignment& alignment);

  struct Local {
    image::Warp photo_from_page;  // good for a word's surroundings
    double support = 0;           // of the words beside: 1 is a word at the place itself
  };
  // own: a word that is itself placed there; its place is held to.
  Local at(base::Vec2 p_in_page, std::optional<std::size_t> own) const;
  // How far words stand from one plane, on the median, less their marks (pt, one for each word): small of a
  // screen, and of flat paper through a good lens. 1e9 where no word was placed.
  double off_plane_pt(const page::PageModel& page, std::span<const double> marks) const;
  // Where the other words say that this one lies.
  image::Warp without(std::size_t word) const;

 private:
  align::AffineBeside beside(base::Vec2 p_in_page, std::optional<std::size_t> but) const;
  struct Seen {
    base::Vec2 p_in_page, displacement;
  };
  base::Box domain_;
  image::Warp smooth_;
  std::vector<std::optional<Seen>> seen_;  // one for each word
};

// Whether the words that were placed stand square to the photo's rows and columns, as on a screen or a scan.
bool is_square(const page::PageModel& page, const align::Alignment& alignment);

}  // namespace barium::verify
