#pragma once

// Grey morphology with squares: erosion and dilation. Outside the image its edge goes on, which changes no
// extreme.

#include "image/image.h"

namespace barium::image {

enum class Extreme { kLightest, kDarkest };

// Of the square of 2 radius + 1 pixels around each. T: std::uint8_t, float. 1 channel. Its
// cost grows with the logarithm of the radius.
template <class T>
Image<T> extremes(Image<T> image, int radius, Extreme extreme);

}  // namespace barium::image
