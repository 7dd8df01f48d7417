#include "verify/dark_areas.h"

#include <gtest/gtest.h>

namespace barium::verify {
namespace {

constexpr int kWidth = 400, kHeight = 600;

struct Sheet {
  LaidPage laid{.rough = image::FloatImage(kWidth, kHeight, 1, 0.9f),
                .laid = image::FloatImage(kWidth, kHeight, 1, 1.0f)};
  DarkAreas dark{.areas = image::Image<std::uint8_t>(kWidth, kHeight)};

  void bar(int x0, int x1) {
    for (int y = 300; y < 330; ++y)
      for (int x = x0; x < x1; ++x) laid.rough.at(x, y) = 0.05f, dark.areas.at(x, y) = 1;
  }
  void hole(int x0, int x1) {
    for (int y = 280; y < 340; ++y)
      for (int x = x0; x < x1; ++x) laid.laid.at(x, y) = 0;
  }
  bool is_across() const { return across_the_sheet(laid, dark).at(200, 315) != 0; }
};

TEST(DarkAreas, ACaptionRunsFromOneSideOfTheSheetToTheOther) {
  Sheet sheet;
  sheet.bar(0, kWidth);
  EXPECT_TRUE(sheet.is_across());
}

TEST(DarkAreas, ABarOverARowOfATableDoesNot) {
  Sheet sheet;
  sheet.bar(30, 370);
  EXPECT_FALSE(sheet.is_across());
}

// As a caption ends where nobody knows where the paper lies.
TEST(DarkAreas, WhatIsLaidOfASheetHasSides) {
  Sheet sheet;
  sheet.hole(0, 40);
  sheet.bar(41, kWidth);
  EXPECT_TRUE(sheet.is_across());
}

TEST(DarkAreas, AHoleInWhatIsLaidIsNoSide) {
  Sheet sheet;
  sheet.hole(40, 60);
  sheet.bar(61, kWidth);
  EXPECT_FALSE(sheet.is_across());
}

}  // namespace
}  // namespace barium::verify
