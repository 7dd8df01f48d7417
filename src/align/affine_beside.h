#pragma once

// The affine displacement of the paper around a point, from things seen near it.

#include "base/geometry.h"
#include "image/warp.h"

namespace barium::align {

class AffineBeside {
 public:
  // range_pt: standard deviation of the Gaussian weight. prior_pt2: what the slopes are held to zero by, in
  // weight times pt^2.
  AffineBeside(base::Vec2 at, double range_pt, double prior_pt2);
  void add(base::Vec2 p_in_page, base::Vec2 displacement, double weight);
  double weight() const { return weight_; }

  struct Affine {
    base::Vec2 at, displacement, per_x, per_y;  // displacement(p) = displacement + per_x dx + per_y dy
    base::Vec2 operator()(base::Vec2 p) const {
      return displacement + (p.x - at.x) * per_x + (p.y - at.y) * per_y;
    }
    // With the homography of photo_from_page in place of its own displacement.
    image::Warp warp(const image::Warp& photo_from_page, const base::Box& domain) const;
  };
  Affine solve() const;

 private:
  base::Vec2 at_;
  double range2_, prior_, weight_ = 0;
  double xx_ = 0, xy_ = 0, yy_ = 0, x_ = 0, y_ = 0;  // weighted moments of the place
  base::Vec2 d_, dx_, dy_;                           // of the displacement, and with the place
};

}  // namespace barium::align
