#pragma once

// Values between pixels, other sizes, other types. Points are in the frame of the image: the centre of the
// first pixel is at (0.5, 0.5), and outside the image its edge goes on.

#include <algorithm>
#include <cmath>

#include "base/geometry.h"
#include "image/image.h"

namespace barium::image {

template <class T>
float sample_bilinear(ImageView<const T> image, base::Vec2 p_in_image, int channel = 0) {
  const double x = std::clamp(p_in_image.x - 0.5, 0.0, static_cast<double>(image.width() - 1));
  const double y = std::clamp(p_in_image.y - 0.5, 0.0, static_cast<double>(image.height() - 1));
  const int x0 = static_cast<int>(x), y0 = static_cast<int>(y);
  const int x1 = std::min(x0 + 1, image.width() - 1), y1 = std::min(y0 + 1, image.height() - 1);
  const float u = static_cast<float>(x - x0), v = static_cast<float>(y - y0);
  const float top = static_cast<float>(image.at(x0, y0, channel)) * (1 - u) +
                    static_cast<float>(image.at(x1, y0, channel)) * u;
  const float bottom = static_cast<float>(image.at(x0, y1, channel)) * (1 - u) +
                       static_cast<float>(image.at(x1, y1, channel)) * u;
  return top * (1 - v) + bottom * v;
}
inline float sample_bilinear(GrayView image, base::Vec2 p_in_image, int channel = 0) {
  return sample_bilinear<std::uint8_t>(image, p_in_image, channel);
}
inline float sample_bilinear(FloatView image, base::Vec2 p_in_image, int channel = 0) {
  return sample_bilinear<float>(image, p_in_image, channel);
}

// Another size, any number of channels. An axis that shrinks takes the mean over each new pixel's exact area;
// one that grows is interpolated by Catmull and Rom's cubic ("A class of local interpolating splines", 1974).
// width, height: at least 1, as those of the source.
GrayImage resize(GrayView image, int width, int height);
FloatImage resize(FloatView image, int width, int height);

// Luma of Rec. ITU-R BT.601 on the stored sRGB values, as JPEG's Y; 1, 3 or 4 channels, the fourth (alpha)
// is ignored.
GrayImage to_gray(ImageView<const std::uint8_t> image);

// The same numbers, 0 to 255, as floats; and back, rounded and clamped.
FloatImage to_float(GrayView image);
GrayImage to_bytes(FloatView image);

// Quarter turns clockwise, 0 to 3, after mirroring left to right if asked.
enum class Mirror { kNo, kYes };
GrayImage turned(GrayView image, int quarter_turns, Mirror mirror = Mirror::kNo);

}  // namespace barium::image
