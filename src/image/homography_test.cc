#include "image/homography.h"

#include <gtest/gtest.h>

#include "base/rng.h"

namespace barium::image {
namespace {

using base::Vec2;

const Homography kPhotoFromPage{{2.1, 0.3, 40, -0.2, 1.9, 25, 1e-4, -2e-4, 1}};

TEST(Homography, TheIdentityChangesNothing) { EXPECT_EQ(Homography{} * Vec2(3, 4), Vec2(3, 4)); }

TEST(Homography, MapsAKnownPoint) {
  const Vec2 q = kPhotoFromPage * Vec2{100, 200};  // w = 1 + 0.01 - 0.04 = 0.97
  EXPECT_NEAR(q.x, 310 / 0.97, 1e-12);
  EXPECT_NEAR(q.y, 385 / 0.97, 1e-12);
}

TEST(Homography, InverseOfInverseAndComposition) {
  const Homography back = *kPhotoFromPage.inverse();
  const Vec2 p{123, 456};
  EXPECT_NEAR(norm(back * (kPhotoFromPage * p) - p), 0, 1e-9);
  EXPECT_NEAR(norm((back * kPhotoFromPage) * p - p), 0, 1e-9);
  EXPECT_DOUBLE_EQ(back.m[8], 1);
}

TEST(Homography, ASingularMapHasNoInverse) {
  EXPECT_FALSE((Homography{{1, 2, 3, 2, 4, 6, 0, 0, 1}}.inverse()));
  EXPECT_FALSE((Homography{{0, 0, 0, 0, 0, 0, 0, 0, 0}}.inverse()));
}

TEST(Homography, AVerySmallScaleIsNotSingular) {
  const Homography tiny{{1e-5, 0, 0, 0, 1e-5, 0, 0, 0, 1}};
  ASSERT_TRUE(tiny.inverse());
  EXPECT_NEAR((*tiny.inverse() * Vec2{1e-5, 2e-5}).y, 2, 1e-9);
}

TEST(Homography, AreaScaleIsTheDeterminantOfTheDerivative) {
  const Vec2 p{100, 200};
  constexpr double kStep = 1e-4;
  const Vec2 dx =
      (kPhotoFromPage * (p + Vec2{kStep, 0}) - kPhotoFromPage * (p - Vec2{kStep, 0})) * (0.5 / kStep);
  const Vec2 dy =
      (kPhotoFromPage * (p + Vec2{0, kStep}) - kPhotoFromPage * (p - Vec2{0, kStep})) * (0.5 / kStep);
  EXPECT_NEAR(kPhotoFromPage.area_scale(p), cross(dx, dy), 1e-6);
  EXPECT_LT((Homography{{-1, 0, 0, 0, 1, 0, 0, 0, 1}}.area_scale(p)), 0);
}

TEST(FitHomography, RecoversARandomMapFromFourAndFromManyPoints) {
  base::Rng rng(1, "homography");
  for (const std::size_t count : {4u, 5u, 300u}) {
    std::vector<Vec2> source, target;
    for (std::size_t i = 0; i < count; ++i) {
      source.push_back({rng.uniform(0, 595), rng.uniform(0, 842)});
      target.push_back(kPhotoFromPage * source.back());
    }
    const auto fitted = fit_homography(source, target);
    ASSERT_TRUE(fitted);
    for (std::size_t i = 0; i < count; ++i) EXPECT_NEAR(norm(*fitted * source[i] - target[i]), 0, 1e-6);
  }
}

TEST(FitHomography, FourPointsGiveTheSameAsTheGeneralFit) {
  base::Rng rng(2, "four");
  const std::vector<double> equal(4, 1.0);
  for (int trial = 0; trial < 200; ++trial) {
    std::vector<Vec2> source, target;
    for (int i = 0; i < 4; ++i) {
      source.push_back({rng.uniform(0, 595), rng.uniform(0, 842)});
      target.push_back(kPhotoFromPage * source.back());
    }
    const auto fast = fit_homography(source, target), general = fit_homography(source, target, equal);
    ASSERT_TRUE(fast && general);
    for (int i = 0; i < 9; ++i) EXPECT_NEAR(fast->m[i], general->m[i], 1e-6 * (1 + std::abs(general->m[i])));
  }
}

TEST(FitHomography, AWeightOfZeroTakesAnOutlierOut) {
  std::vector<Vec2> source{{0, 0}, {100, 0}, {100, 100}, {0, 100}, {50, 50}}, target;
  for (const Vec2 p : source) target.push_back(kPhotoFromPage * p);
  target[4] = {1000, -1000};
  const std::vector<double> weights{1, 1, 2, 1, 0};
  const auto fitted = fit_homography(source, target, weights);
  ASSERT_TRUE(fitted);
  EXPECT_NEAR(norm(*fitted * source[2] - target[2]), 0, 1e-8);
}

TEST(FitHomography, DegenerateConfigurationsGiveNothing) {
  const std::vector<Vec2> square{{0, 0}, {1, 0}, {1, 1}, {0, 1}};
  const std::vector<Vec2> line{{0, 0}, {1, 1}, {2, 2}, {3, 3}};
  const std::vector<Vec2> three_on_a_line{{0, 0}, {1, 0}, {2, 0}, {0, 1}};
  const std::vector<Vec2> point(4, Vec2{5, 5});
  EXPECT_FALSE(fit_homography(line, square));
  EXPECT_FALSE(fit_homography(three_on_a_line, square));
  EXPECT_FALSE(fit_homography(square, three_on_a_line));
  EXPECT_FALSE(fit_homography(square, point));
  EXPECT_FALSE(fit_homography(std::span(square).first(3), std::span(square).first(3)));
}

}  // namespace
}  // namespace barium::image
