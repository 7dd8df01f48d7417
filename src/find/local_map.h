#pragma once

// A page on bent paper: a homography, and what matches around a point say about how far it errs there.

#include <span>
#include <vector>

#include "find/find.h"

namespace barium::find {

class LocalMap {
 public:
  // reach_pt: matches count with a Gaussian weight of this deviation.
  LocalMap(const image::Homography& photo_from_page, std::span<const Match> matches, double reach_pt);
  base::Vec2 operator*(base::Vec2 p_in_page) const;

 private:
  image::Homography homography_;
  std::vector<Match> errors_;  // in_photo holds the error
  double reach_pt_;
};

// Least squares, with matches far off the rest taken out; an affine map where they are few. nullopt for
// fewer than three or degenerate ones.
std::optional<image::Homography> robust_homography(std::span<const Match> matches, double tolerance_px);

}  // namespace barium::find
