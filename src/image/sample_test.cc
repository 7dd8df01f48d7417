#include "image/sample.h"

#include <gtest/gtest.h>

#include "base/rng.h"

namespace barium::image {
namespace {

GrayImage noise(int width, int height, int channels = 1) {
  base::Rng rng(1, "noise");
  GrayImage image(width, height, channels);
  for (auto& v : image.pixels()) v = static_cast<std::uint8_t>(rng.below(256));
  return image;
}

TEST(SampleBilinear, PixelCentresAreAtAHalf) {
  GrayImage image(2, 2);
  image.pixels() = {10, 20, 30, 40};
  EXPECT_FLOAT_EQ(sample_bilinear(image, {0.5, 0.5}), 10);
  EXPECT_FLOAT_EQ(sample_bilinear(image, {1.5, 1.5}), 40);
  EXPECT_FLOAT_EQ(sample_bilinear(image, {1.0, 1.0}), 25);
  EXPECT_FLOAT_EQ(sample_bilinear(image, {1.25, 0.5}), 17.5);
}

TEST(SampleBilinear, OutsideTheEdgeGoesOn) {
  GrayImage image(2, 2);
  image.pixels() = {10, 20, 30, 40};
  EXPECT_FLOAT_EQ(sample_bilinear(image, {-100, -100}), 10);
  EXPECT_FLOAT_EQ(sample_bilinear(image, {100, 1.0}), 30);
}

TEST(Resize, TheSameSizeIsTheSameImage) { EXPECT_EQ(resize(noise(7, 5, 3), 7, 5), noise(7, 5, 3)); }

TEST(Resize, ShrinkingTakesTheExactMeanOfTheArea) {
  GrayImage image(3, 1);
  image.pixels() = {0, 90, 180};
  const GrayImage half = resize(image, 2, 1);  // each covers one and a half pixels
  EXPECT_EQ(half.at(0, 0), 30);                // (0 + 90 / 2) / 1.5
  EXPECT_EQ(half.at(1, 0), 150);
}

TEST(Resize, ShrinkingKeepsTheMeanForAnyRatio) {
  const FloatImage image = to_float(noise(101, 67));
  for (const auto& [w, h] : {std::pair{50, 33}, {13, 66}, {1, 1}, {100, 5}}) {
    const FloatImage small = resize(image, w, h);
    double before = 0, after = 0;
    for (const float v : image.pixels()) before += v;
    for (const float v : small.pixels()) after += v;
    EXPECT_NEAR(after / (w * h), before / (101 * 67), 1e-3) << w << " x " << h;
  }
}

TEST(Resize, GrowingPassesThroughLinearRamps) {
  FloatImage ramp(10, 1);
  for (int x = 0; x < 10; ++x) ramp.at(x, 0) = static_cast<float>(x) + 0.5f;
  const FloatImage grown = resize(ramp, 40, 1);
  for (int x = 8; x < 32; ++x) EXPECT_NEAR(grown.at(x, 0), (x + 0.5) / 4, 1e-5);
}

TEST(Resize, ACropIsResizedLikeItsCopy) {
  const GrayImage image = noise(40, 30, 3);
  const auto part = image.view().crop(5, 6, 20, 10);
  GrayImage copy(20, 10, 3);
  for (int y = 0; y < 10; ++y) std::copy(part.row(y), part.row(y) + 60, copy.row(y));
  EXPECT_EQ(resize(part, 7, 9), resize(copy, 7, 9));
}

TEST(ToGray, FollowsRec601) {
  for (const int channels : {3, 4}) {
    const GrayImage color = noise(33, 9, channels);
    const GrayImage gray = to_gray(color);
    for (int y = 0; y < 9; ++y) {
      for (int x = 0; x < 33; ++x) {
        const double luma = 0.299 * color.at(x, y, 0) + 0.587 * color.at(x, y, 1) + 0.114 * color.at(x, y, 2);
        EXPECT_NEAR(gray.at(x, y), luma, 0.51);
      }
    }
  }
  EXPECT_EQ(to_gray(GrayImage(2, 2, 3, 255)).at(1, 1), 255);
  EXPECT_EQ(to_gray(noise(5, 5)), noise(5, 5));
}

TEST(ToBytes, UndoesToFloatAndClamps) {
  EXPECT_EQ(to_bytes(to_float(noise(31, 3))), noise(31, 3));
  FloatImage image(4, 1);
  image.pixels() = {-5, 300, 1.4f, 1.6f};
  EXPECT_EQ(to_bytes(image).pixels(), (std::vector<std::uint8_t>{0, 255, 1, 2}));
}

TEST(Turned, MovesTheFirstPixelAsAClockDoes) {
  GrayImage image(3, 2);
  image.pixels() = {1, 2, 3,  //
                    4, 5, 6};
  EXPECT_EQ(turned(image, 1).pixels(), (std::vector<std::uint8_t>{4, 1, 5, 2, 6, 3}));
  EXPECT_EQ(turned(image, 2).pixels(), (std::vector<std::uint8_t>{6, 5, 4, 3, 2, 1}));
  EXPECT_EQ(turned(image, 3).pixels(), (std::vector<std::uint8_t>{3, 6, 2, 5, 1, 4}));
  EXPECT_EQ(turned(image, 0, Mirror::kYes).pixels(), (std::vector<std::uint8_t>{3, 2, 1, 6, 5, 4}));
  EXPECT_EQ(turned(image, 1, Mirror::kYes).pixels(), (std::vector<std::uint8_t>{6, 3, 5, 2, 4, 1}));
}

}  // namespace
}  // namespace barium::image
