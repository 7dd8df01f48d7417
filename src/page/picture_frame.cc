#include "page/picture_frame.h"

#include <algorithm>
#include <cmath>

namespace barium::page {

using base::Vec2;

std::optional<PictureFrame> PictureFrame::make(const std::array<double, 6>& m, int width, int height) {
  constexpr double kMostSkew = 0.02;  // of a right angle's cosine: about a degree
  const Vec2 x{m[0] / width, m[1] / width}, y{-m[2] / height, -m[3] / height};  // steps of a pixel
  const double size = base::norm(x) * base::norm(y);
  if (!(size > 1e-9) || !std::isfinite(size) || std::abs(base::dot(x, y)) > kMostSkew * size)
    return std::nullopt;
  PictureFrame frame;
  frame.transposed_ = std::abs(x.x) < std::abs(x.y);
  frame.width_ = frame.transposed_ ? height : width;
  frame.height_ = frame.transposed_ ? width : height;
  frame.right_ = frame.transposed_ ? y : x;
  frame.down_ = frame.transposed_ ? x : y;
  frame.origin_ = {m[2] + m[4], m[3] + m[5]};
  if (frame.right_.x < 0) {
    frame.flip_x_ = true;
    frame.origin_ = frame.origin_ + frame.right_ * frame.width_;
    frame.right_ = frame.right_ * -1;
  }
  if (frame.down_.y < 0) {
    frame.flip_y_ = true;
    frame.origin_ = frame.origin_ + frame.down_ * frame.height_;
    frame.down_ = frame.down_ * -1;
  }
  return frame;
}

base::Box PictureFrame::page_box(const PixelBox& b) const {
  base::Box box{1e18, 1e18, -1e18, -1e18};
  for (const int x : {b.x0, b.x1})
    for (const int y : {b.y0, b.y1}) {
      const Vec2 p = page_from_upright(x, y);
      box = base::united(box, {p.x, p.y, p.x, p.y});
    }
  return box;
}

PixelBox PictureFrame::picture_from_upright(const PixelBox& box) const {
  PixelBox b = box;
  if (flip_x_) b = {width_ - b.x1, b.y0, width_ - b.x0, b.y1};
  if (flip_y_) b = {b.x0, height_ - b.y1, b.x1, height_ - b.y0};
  if (transposed_) b = {b.y0, b.x0, b.y1, b.x1};
  return b;
}

std::array<int, 2> PictureFrame::step() const {
  const int step = flip_x_ ? -1 : 1;
  return transposed_ ? std::array{0, step} : std::array{step, 0};
}

image::GrayImage PictureFrame::upright(const image::GrayImage& picture) const {
  if (!transposed_ && !flip_x_ && !flip_y_) return picture;
  image::GrayImage out(width_, height_);
  for (int y = 0; y < height_; ++y) {
    const int v = flip_y_ ? height_ - 1 - y : y;
    for (int x = 0; x < width_; ++x) {
      const int u = flip_x_ ? width_ - 1 - x : x;
      out.at(x, y) = transposed_ ? picture.at(v, u) : picture.at(u, v);
    }
  }
  return out;
}

}  // namespace barium::page
