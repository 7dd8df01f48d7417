#pragma once

// How a picture lies on its page, for one that is not skewed: turned by quarters, perhaps mirrored. The
// upright frame is that of the picture's pixels turned so that x runs to the right on the page and y down.

#include <array>
#include <optional>

#include "base/geometry.h"
#include "image/image.h"
#include "page/picture_words.h"

namespace barium::page {

class PictureFrame {
 public:
  // page_from_image: as PlacedImage. nullopt where its sides are not at right angles to each other, to a
  // degree, or it has no size.
  static std::optional<PictureFrame> make(const std::array<double, 6>& page_from_image, int width,
                                          int height);

  base::Vec2 page_from_upright(double x, double y) const { return origin_ + right_ * x + down_ * y; }
  base::Vec2 along() const { return right_ * (1 / base::norm(right_)); }
  double pt_per_px_along() const { return base::norm(right_); }
  double pt_per_px_down() const { return base::norm(down_); }
  base::Box page_box(const PixelBox& upright) const;

  PixelBox picture_from_upright(const PixelBox& box) const;
  // A step to the right in the upright frame, in the picture: (dx, dy).
  std::array<int, 2> step() const;
  image::GrayImage upright(const image::GrayImage& picture) const;

 private:
  int width_ = 0, height_ = 0;  // upright
  bool transposed_ = false, flip_x_ = false, flip_y_ = false;
  base::Vec2 origin_, right_, down_;  // page frame: of the upright frame's origin, and a pixel's steps
};

}  // namespace barium::page
