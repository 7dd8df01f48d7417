#pragma once

// A plane projective map, named target_from_source: p_in_target = target_from_source * p_in_source.
// Hartley and Zisserman, Multiple View Geometry, 2nd edition 2004, chapters 2 and 4.

#include <array>
#include <optional>
#include <span>

#include "base/geometry.h"

namespace barium::image {

struct Homography {
  std::array<double, 9> m{1, 0, 0, 0, 1, 0, 0, 0, 1};  // row-major; m[8] is 1 after normalized()

  base::Vec2 operator*(base::Vec2 p) const;
  Homography operator*(const Homography& source_from_other) const;  // composition
  std::optional<Homography> inverse() const;                        // nullopt where singular
  Homography normalized() const;
  // Determinant of the derivative at p: target area per source area; negative where the map mirrors.
  double area_scale(base::Vec2 p) const;
};

// Least squares over n >= 4 pairs (normalised DLT, algorithm 4.2); nullopt for degenerate configurations.
// weights: empty, or one a pair.
std::optional<Homography> fit_homography(std::span<const base::Vec2> source,
                                         std::span<const base::Vec2> target,
                                         std::span<const double> weights = {});

}  // namespace barium::image
