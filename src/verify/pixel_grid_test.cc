#include "verify/pixel_grid.h"

#include <gtest/gtest.h>

namespace barium::verify {
namespace {

// Bright where x + y is even, at two pixels a pt.
page::PageRaster chequered() {
  page::PageRaster raster{image::GrayImage(20, 12), 2};
  for (int y = 0; y < 12; ++y)
    for (int x = 0; x < 20; ++x) raster.picture.at(x, y) = (x + y) % 2 == 0 ? 255 : 0;
  return raster;
}

TEST(RasterSums, MeansAreExactOfPixelsAndTheirParts) {
  const RasterSums sums(chequered());
  EXPECT_NEAR(sums.mean({0, 0, 0.5, 0.5}), 1, 1e-6);
  EXPECT_NEAR(sums.mean({0.5, 0, 1, 0.5}), 0, 1e-6);
  EXPECT_NEAR(sums.mean({0.125, 0, 0.625, 0.5}), 0.75, 1e-6);
  EXPECT_NEAR(sums.mean({0, 0, 10, 6}), 0.5, 1e-6);
  EXPECT_NEAR(sums.mean({-3, -3, 0.5, 0.5}), 1, 1e-6) << "past the edge";
}

TEST(CaughtArea, OfPixelsThatLieOnTheRastersIsTheRaster) {
  const page::PageRaster raster = chequered();
  const RasterSums sums(raster);
  image::Warp photo_from_page;
  photo_from_page.homography.m = {2, 0, 0, 0, 2, 0, 0, 0, 1};
  const auto area = CaughtArea::of(sums, photo_from_page, 1, {2, 2, 4, 4}, {0, 0});
  ASSERT_TRUE(area);
  for (int y = 4; y < 8; ++y)
    for (int x = 4; x < 8; ++x)
      EXPECT_NEAR(area->tone_at({(x + 0.5) / 2, (y + 0.5) / 2}), raster.picture.at(x, y) / 255.0, 1e-5);
  const auto moved = CaughtArea::of(sums, photo_from_page, 1, {2, 2, 4, 4}, {0.5, 0});
  ASSERT_TRUE(moved);
  EXPECT_NEAR(moved->tone_at({2.25, 2.25}), area->tone_at({2.75, 2.25}), 1e-5);
}

TEST(CaughtArea, PixelsHalfBetweenSeeTheMeanOfBoth) {
  const RasterSums sums(chequered());
  image::Warp photo_from_page;
  photo_from_page.homography.m = {2, 0, 0.5, 0, 2, 0, 0, 0, 1};
  const auto area = CaughtArea::of(sums, photo_from_page, 1, {2, 2, 4, 4}, {0, 0});
  ASSERT_TRUE(area);
  for (const double x : {2.0, 2.5, 3.0}) EXPECT_NEAR(area->tone_at({x, 2.25}), 0.5, 1e-5);
}

TEST(CaughtArea, IsNoneWhereTheMapFoldsOrIsNoNumber) {
  const RasterSums sums(chequered());
  image::Warp photo_from_page;
  photo_from_page.homography.m = {2, 0, 0, 4, 0, 0, 0, 0, 1};
  EXPECT_FALSE(CaughtArea::of(sums, photo_from_page, 1, {2, 2, 4, 4}, {0, 0})) << "onto a line";
  photo_from_page.homography.m = {2, 0, 0, 0, 2, 0, 0, 0, 0};
  EXPECT_FALSE(CaughtArea::of(sums, photo_from_page, 1, {2, 2, 4, 4}, {0, 0})) << "at infinity";
  photo_from_page.homography.m = {1e6, 0, 0, 0, 1e6, 0, 0, 0, 1};
  EXPECT_FALSE(CaughtArea::of(sums, photo_from_page, 1, {2, 2, 4, 4}, {0, 0})) << "without bounds";
}

TEST(RasterSums, HoldNoMoreThanTheyCanCount) {
  EXPECT_TRUE(RasterSums::holds({image::GrayImage(4000, 4000), 2}));
  EXPECT_FALSE(RasterSums::holds({image::GrayImage(5000, 4000), 2}));
}

}  // namespace
}  // namespace barium::verify
