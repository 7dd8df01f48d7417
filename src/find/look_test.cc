#include "find/look.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/rng.h"

namespace barium::find {
namespace {

// A picture of a made-up word: random bars of ink in its frame.
image::GrayImage drawn(const Frame& frame, std::uint64_t seed) {
  image::GrayImage ink(400, 400);
  std::vector<double> heights;
  base::Rng rng(seed, "look_test");
  for (int i = 0; i < 16; ++i) heights.push_back(rng.uniform(-1.7, 1.7));
  for (int y = 0; y < 400; ++y) {
    for (int x = 0; x < 400; ++x) {
      const base::Vec2 p = base::Vec2{x + 0.5, y + 0.5} - frame.centre;
      const double determinant = cross(frame.along, frame.across);
      const double a = cross(p, frame.across) / determinant, b = cross(frame.along, p) / determinant;
      const int bar = static_cast<int>(std::floor((a + 1.73) / 3.46 * 16));
      if (bar >= 0 && bar < 16 && std::abs(b) < 1.7 && b > heights[static_cast<std::size_t>(bar)])
        ink.at(x, y) = 255;
    }
  }
  return ink;
}

double product(const Look& a, const Look& b) {
  double sum = 0;
  for (int k = 0; k < kLookSize; ++k) sum += static_cast<double>(a[k]) * static_cast<double>(b[k]);
  return sum;
}

const Frame kUpright{{200, 200}, {60, 0}, {0, 12}};
const Frame kSlanted{{190, 210}, {38, 22}, {-9, 8}};

TEST(Look, DoesNotDependOnPlaceSizeTurnOrSlant) {
  const Look a = look_of(drawn(kUpright, 1), kUpright), b = look_of(drawn(kSlanted, 1), kSlanted);
  EXPECT_GT(product(a, b), 0.95);
}

TEST(Look, TellsWordsApart) {
  const Look a = look_of(drawn(kUpright, 1), kUpright), b = look_of(drawn(kUpright, 2), kUpright);
  EXPECT_LT(product(a, b), 0.6);
}

TEST(Look, OfAWordUpsideDownFollowsFromTheUprightOne) {
  const auto ink = drawn(kSlanted, 3);
  const Look turned = look_of(ink, kSlanted.reversed()), computed = reversed(look_of(ink, kSlanted));
  for (int k = 0; k < kLookSize; ++k) EXPECT_NEAR(turned[k], computed[k], 1e-3) << k;
  EXPECT_EQ(sign_bits(reversed(computed)), sign_bits(look_of(ink, kSlanted)));
}

TEST(Look, OfABlankPlaceIsZero) {
  const Look look = look_of(image::GrayImage(50, 50), Frame{{25, 25}, {8, 0}, {0, 2}});
  for (const float value : look) EXPECT_EQ(value, 0);
}

}  // namespace
}  // namespace barium::find
