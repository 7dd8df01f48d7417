#include "base/rng.h"

#include <gtest/gtest.h>

#include <cmath>

namespace barium::base {
namespace {

TEST(Rng, SameSeedPurposeAndIndexGiveTheSameNumbers) {
  Rng a(1, "camera", 2), b(1, "camera", 2), c(1, "camera", 3), d(1, "cameras", 2);
  const std::uint64_t first = a.bits();
  EXPECT_EQ(first, b.bits());
  EXPECT_NE(first, c.bits());
  EXPECT_NE(first, d.bits());
}

TEST(Rng, MomentsOfUniformAndNormal) {
  Rng rng(7, "moments");
  constexpr int kTrials = 200'000;
  double uniform_sum = 0, normal_sum = 0, normal_squares = 0;
  for (int i = 0; i < kTrials; ++i) {
    uniform_sum += rng.uniform();
    const double z = rng.normal();
    normal_sum += z;
    normal_squares += z * z;
  }
  EXPECT_NEAR(uniform_sum / kTrials, 0.5, 5 / std::sqrt(12.0 * kTrials));  // five standard errors
  EXPECT_NEAR(normal_sum / kTrials, 0.0, 5 / std::sqrt(1.0 * kTrials));
  EXPECT_NEAR(normal_squares / kTrials, 1.0, 5 * std::sqrt(2.0 / kTrials));
}

TEST(Rng, BelowCoversItsRangeEvenly) {
  Rng rng(7, "below");
  int counts[3] = {0, 0, 0};
  for (int i = 0; i < 30'000; ++i) ++counts[rng.below(3)];
  for (const int count : counts) EXPECT_NEAR(count, 10'000, 5 * std::sqrt(30'000 * 2.0 / 9));
}

}  // namespace
}  // namespace barium::base
