#include "image/filter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/rng.h"
#include "image/sample.h"

namespace barium::image {
namespace {

GrayImage noise(int width, int height, int channels = 1) {
  base::Rng rng(2, "noise");
  GrayImage image(width, height, channels);
  for (auto& v : image.pixels()) v = static_cast<std::uint8_t>(rng.below(256));
  return image;
}

// The definition, in two dimensions and double precision.
double slow_gaussian(FloatView image, int x, int y, int channel, double sigma) {
  const int radius = static_cast<int>(std::ceil(4 * sigma));
  double sum = 0, total = 0;
  for (int dy = -radius; dy <= radius; ++dy) {
    for (int dx = -radius; dx <= radius; ++dx) {
      const double weight = std::exp(-0.5 * (dx * dx + dy * dy) / (sigma * sigma));
      sum += weight * image.at(std::clamp(x + dx, 0, image.width() - 1),
                               std::clamp(y + dy, 0, image.height() - 1), channel);
      total += weight;
    }
  }
  return sum / total;
}

TEST(GaussianBlur, IsTheWeightedMeanOfItsDefinition) {
  for (const int channels : {1, 3}) {
    const FloatImage image = to_float(noise(300, 20, channels));
    for (const double sigma : {0.4, 1.0, 3.3}) {
      const FloatImage blurred = gaussian_blur(image, sigma);
      for (const auto& [x, y] : {std::pair{0, 0}, {299, 19}, {150, 10}, {257, 3}}) {
        EXPECT_NEAR(blurred.at(x, y, channels - 1), slow_gaussian(image, x, y, channels - 1, sigma), 1e-3);
      }
    }
  }
}

TEST(GaussianBlur, NoSigmaIsACopy) {
  const FloatImage image = to_float(noise(9, 9));
  EXPECT_EQ(gaussian_blur(image, 0), image);
}

TEST(GaussianBlur, AnImageSmallerThanTheKernelKeepsItsConstant) {
  const FloatImage blurred = gaussian_blur(FloatImage(1, 2, 1, 77.0f), 5);
  for (const float v : blurred.pixels()) EXPECT_NEAR(v, 77, 1e-4);
}

TEST(IntegralImage, SumsAnyBox) {
  const GrayImage image = noise(37, 23);
  const IntegralImage sums(image);
  for (const auto& [x0, y0, x1, y1] :
       {std::array{0, 0, 37, 23}, {3, 4, 4, 5}, {10, 0, 37, 1}, {5, 5, 5, 9}}) {
    std::uint32_t sum = 0;
    for (int y = y0; y < y1; ++y) {
      for (int x = x0; x < x1; ++x) sum += image.at(x, y);
    }
    EXPECT_EQ(sums.sum(x0, y0, x1, y1), sum);
  }
}

TEST(BoxMean, CountsOnlyThePartInsideTheImage) {
  GrayImage image(3, 1);
  image.pixels() = {10, 20, 60};
  EXPECT_EQ(box_mean(image, 1).pixels(), (std::vector<float>{15, 30, 40}));
  EXPECT_EQ(box_mean(image, 5).pixels(), (std::vector<float>{30, 30, 30}));
  EXPECT_EQ(box_mean(image, 0).pixels(), (std::vector<float>{10, 20, 60}));
}

TEST(BoxMean, IsTheIntegralImageOverTheArea) {
  const GrayImage image = noise(67, 41);
  const IntegralImage sums(image);
  for (const int radius : {1, 7, 20, 33, 40, 100}) {
    const FloatImage mean = box_mean(image, radius);
    for (int y = 0; y < 41; ++y) {
      for (int x = 0; x < 67; ++x) {
        const int x0 = std::max(0, x - radius), x1 = std::min(67, x + radius + 1);
        const int y0 = std::max(0, y - radius), y1 = std::min(41, y + radius + 1);
        const double exact = static_cast<double>(sums.sum(x0, y0, x1, y1)) / ((x1 - x0) * (y1 - y0));
        ASSERT_NEAR(mean.at(x, y), exact, 1e-4) << radius << ": " << x << ", " << y;
      }
    }
  }
}

}  // namespace
}  // namespace barium::image
