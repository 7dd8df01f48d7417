#pragma once

// Paper that bends away behind a blank: text past it is foreshortened, and stands nearer than the paper
// before the blank says. Neither a smooth field nor a word's own surroundings reach it; a patch of several
// words, tried at a few foreshortenings in a window as wide as the blank allows, does.

#include <optional>

#include "align/affine_beside.h"
#include "align/photo_levels.h"
#include "page/registered_page.h"

namespace barium::align {

// The displacement around `at` as the patch of text there shows it best; nullopt where none shows it.
//   coarse     the page's picture, reduced to 50 dpi or so
//   last_seen  the place nearest to `at` that is known, where `beside` holds
std::optional<AffineBeside::Affine> foreshortened(const PhotoLevels& photo, const page::PageRaster& coarse,
                                                  const base::Box& domain,
                                                  const image::Homography& photo_from_page, base::Vec2 at,
                                                  base::Vec2 last_seen, const AffineBeside::Affine& beside);

}  // namespace barium::align
