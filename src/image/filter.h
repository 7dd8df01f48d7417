#pragma once

// Smoothing over neighbourhoods. Outside the image its edge goes on, except where said otherwise.

#include <cstdint>
#include <vector>

#include "image/image.h"

namespace barium::image {

// Separable Gaussian, any number of channels; the kernel is cut at four sigma and sums to one. Cost grows
// with sigma; sigma_px <= 0 copies.
FloatImage gaussian_blur(FloatView image, double sigma_px);

// Sums over any upright box in constant time, of the first channel. Held modulo 2^32: right for boxes of up
// to 16 million pixels, whatever the size of the image.
class IntegralImage {
 public:
  explicit IntegralImage(GrayView image);
  // Over [x0, x1) x [y0, y1), which must lie inside.
  std::uint32_t sum(int x0, int y0, int x1, int y1) const {
    return at(x1, y1) - at(x0, y1) - at(x1, y0) + at(x0, y0);
  }
  int width() const { return width_; }
  int height() const { return height_; }

 private:
  std::uint32_t at(int x, int y) const {
    return sums_[static_cast<std::size_t>(y) * static_cast<std::size_t>(width_ + 1) +
                 static_cast<std::size_t>(x)];
  }

  int width_, height_;
  std::vector<std::uint32_t> sums_;  // (width + 1) x (height + 1): all that is above and left of a corner
};

// Mean over the (2 radius_px + 1)^2 window around each pixel, of the part that lies inside the image.
// 1 channel; radius_px from 0 to 2000.
FloatImage box_mean(GrayView image, int radius_px);

}  // namespace barium::image
