#include "find/siblings.h"

#include <gtest/gtest.h>

#include "base/rng.h"

namespace barium::find {
namespace {

using base::Vec2;

// Words of random looks, in lines 12 pt apart.
std::vector<PagePoint> paragraph(std::uint64_t seed, Vec2 at, int lines) {
  std::vector<PagePoint> points;
  base::Rng rng(seed, "siblings_test");
  for (int line = 0; line < lines; ++line)
    for (int word = 0; word < 8; ++word)
      points.push_back({{at + Vec2{word * 40.0, line * 12.0}, {rng.uniform(5, 12), 0}, {0, 2.5}},
                        static_cast<std::uint32_t>(rng.bits())});
  return points;
}

std::vector<PagePoint> together(std::vector<PagePoint> a, const std::vector<PagePoint>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

TEST(Shifts, AParagraphThatMovedIsFoundWhereItStands) {
  const auto shifts = shifts_between(paragraph(1, {70, 100}, 6), paragraph(1, {70.4, 175.3}, 6), 10);
  ASSERT_EQ(shifts.size(), 1u);
  EXPECT_EQ(shifts[0].votes, 48);
  EXPECT_NEAR(norm(shifts[0].by - Vec2{0.4, 75.3}), 0, 1e-9);
}

TEST(Shifts, AParagraphThatStandsTwiceIsFoundTwiceTheWholeOneFirst) {
  const auto whole = paragraph(1, {70, 100}, 6);
  const auto again = paragraph(1, {70, 300}, 4);
  const auto shifts = shifts_between(whole, together(again, paragraph(1, {70, 500}, 6)), 10);
  ASSERT_EQ(shifts.size(), 2u);
  EXPECT_NEAR(shifts[0].by.y, 400, 1e-9);
  EXPECT_NEAR(shifts[1].by.y, 200, 1e-9);
  EXPECT_EQ(shifts[1].votes, 32);
}

TEST(Shifts, OtherTextHasNone) {
  EXPECT_TRUE(shifts_between(paragraph(1, {70, 100}, 30), paragraph(2, {70, 100}, 30), 6).empty());
}

}  // namespace
}  // namespace barium::find
