#include "image/extremes.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/rng.h"

namespace barium::image {
namespace {

template <class T>
class Extremes : public ::testing::Test {};
using Samples = ::testing::Types<std::uint8_t, float>;
TYPED_TEST_SUITE(Extremes, Samples);

template <class T>
T slow_extreme(const Image<T>& image, int x, int y, int radius, Extreme extreme) {
  T best = image.at(x, y);
  for (int v = std::max(0, y - radius); v <= std::min(image.height() - 1, y + radius); ++v)
    for (int u = std::max(0, x - radius); u <= std::min(image.width() - 1, x + radius); ++u)
      best = extreme == Extreme::kLightest ? std::max(best, image.at(u, v)) : std::min(best, image.at(u, v));
  return best;
}

TYPED_TEST(Extremes, AreThoseOfTheSquareAroundEachPixel) {
  base::Rng rng(1, "extremes");
  for (const auto& [width, height] : {std::pair{37, 23}, {1, 9}, {70, 1}}) {
    Image<TypeParam> image(width, height);
    for (auto& value : image.pixels()) value = static_cast<TypeParam>(rng.below(256));
    for (const int radius : {0, 1, 2, 3, 7, 40})
      for (const Extreme extreme : {Extreme::kLightest, Extreme::kDarkest}) {
        const auto result = extremes(image, radius, extreme);
        for (int y = 0; y < height; ++y)
          for (int x = 0; x < width; ++x)
            ASSERT_EQ(result.at(x, y), slow_extreme(image, x, y, radius, extreme))
                << x << ' ' << y << ' ' << radius;
      }
  }
}

}  // namespace
}  // namespace barium::image
