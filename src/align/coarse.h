#pragma once

// From a homography that is off by up to a line's height to a warp that is good to a word's search window:
// patches of several words each are matched at low resolution, and a smooth field is fitted to what agrees.

#include <span>
#include <vector>

#include "align/photo_levels.h"
#include "align/word_sites.h"
#include "image/warp.h"
#include "page/registered_page.h"

namespace barium::align {

struct CoarseStart {
  image::Warp photo_from_page;
  double spread_pt = 0;    // how far a word may still be from where the warp has it, 1 sigma
  std::size_t agreed = 0;  // patches that the field explains
};

CoarseStart coarse_start(const PhotoLevels& photo, const page::RegisteredPage& page,
                         const std::vector<WordSite>& sites, const image::Homography& photo_from_page,
                         std::span<const image::Match> matches);

// At half the resolution; an odd last row or column is left out.
page::PageRaster halved(const page::PageRaster& full);

// Photo pixels a pt at a page point.
double px_per_pt_at(const image::Homography& photo_from_page, base::Vec2 p_in_page);

// The displacement field's value for a thing that a warp had at p and that was found off by `offset`.
base::Vec2 displacement_seen(const image::Warp& photo_from_page, base::Vec2 p_in_page, base::Vec2 offset_pt);

}  // namespace barium::align
