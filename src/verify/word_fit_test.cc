#include "verify/word_fit.h"

#include <gtest/gtest.h>

namespace barium::verify {
namespace {

constexpr double kPxPerPt = 2;

image::Warp flat() {
  image::Warp warp;
  warp.homography.m = {kPxPerPt, 0, 0, 0, kPxPerPt, 0, 0, 0, 1};
  warp.displacement = {{0, 0, 100, 80}, -1, {}, {}};
  return warp;
}

TEST(Stretched, AStepAlongIsWhatAStepOfBothWasAndAStepAcrossStays) {
  const base::Vec2 about{40, 30};
  for (const base::Vec2 along : {base::Vec2{1, 0}, base::Vec2{0, 1}, base::Vec2{0.6, 0.8}}) {
    const base::Vec2 across{-along.y, along.x}, by = -0.3 * along + 0.2 * across;
    const image::Warp moved = stretched(flat(), about, along, by);
    const auto near = [](base::Vec2 seen, base::Vec2 expected) { return base::norm(seen - expected) < 1e-9; };
    EXPECT_TRUE(near(moved * about, kPxPerPt * about));
    EXPECT_TRUE(near(moved * (about + along), kPxPerPt * (about + along + by)));
    EXPECT_TRUE(near(moved * (about + across), kPxPerPt * (about + across)));
  }
}

}  // namespace
}  // namespace barium::verify
