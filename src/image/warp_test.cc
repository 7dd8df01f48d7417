#include "image/warp.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/rng.h"

namespace barium::image {
namespace {

using base::Box;
using base::Vec2;

const Box kA4{0, 0, 595, 842};

TEST(SmoothField, NoDegreeIsNoDisplacement) { EXPECT_EQ(SmoothField{}.at({3, 4}), Vec2{}); }

TEST(SmoothField, BasisIsOrderedByTotalDegreeThenByJ) {
  double row[6];
  ASSERT_EQ(SmoothField::coefficients(2), 6);
  SmoothField::basis({-1, -1, 1, 1}, 2, {0.5, 0.25}, row);
  const double expected[] = {1, 0.5, 0.25, 2 * 0.25 - 1, 0.5 * 0.25, 2 * 0.0625 - 1};
  for (int i = 0; i < 6; ++i) EXPECT_DOUBLE_EQ(row[i], expected[i]) << i;
}

TEST(SmoothField, TheProductsAreChebyshevPolynomials) {
  double row[28];
  const double u = 0.3, v = -0.8;
  SmoothField::basis({-1, -1, 1, 1}, 6, {u, v}, row);
  int k = 0;
  for (int total = 0; total <= 6; ++total) {
    for (int j = 0; j <= total; ++j, ++k) {
      EXPECT_NEAR(row[k], std::cos((total - j) * std::acos(u)) * std::cos(j * std::acos(v)), 1e-12);
    }
  }
}

TEST(SmoothField, OutsideTheBoxTheEdgeRules) {
  const SmoothField field{kA4, 1, {0, 1, 0}, {0, 0, 1}};
  EXPECT_EQ(field.at({-50, 421}), field.at({0, 421}));
  EXPECT_EQ(field.at({700, 900}), field.at({595, 842}));
}

Warp bent_page() {
  Warp warp{{{2.5, 0.2, 40, -0.1, 2.4, 30, 1e-4, 5e-5, 1}}, {kA4, 5, {}, {}}};
  base::Rng rng(3, "bent");
  for (int i = 0; i < SmoothField::coefficients(5); ++i) {
    warp.displacement.x.push_back(rng.uniform(-2, 2));
    warp.displacement.y.push_back(rng.uniform(-2, 2));
  }
  return warp;
}

TEST(Warp, IsTheHomographyAfterTheDisplacement) {
  const Warp warp = bent_page();
  const Vec2 p{100, 700};
  EXPECT_EQ(warp * p, warp.homography * (p + warp.displacement.at(p)));
}

TEST(Warp, InverseBringsEveryPagePointBack) {
  const Warp warp = bent_page();
  base::Rng rng(4, "points");
  for (int i = 0; i < 200; ++i) {
    const Vec2 p{rng.uniform(0, 595), rng.uniform(0, 842)};
    EXPECT_NEAR(norm(warp.inverse(warp * p) - p), 0, 1e-6);
  }
}

}  // namespace
}  // namespace barium::image
