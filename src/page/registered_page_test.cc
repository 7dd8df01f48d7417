#include "page/registered_page.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace barium::page {
namespace {

PageRaster raster() {
  PageRaster raster{image::GrayImage(37, 21), 1.75};
  for (int y = 0; y < 21; ++y)
    for (int x = 0; x < 37; ++x) raster.picture.at(x, y) = static_cast<std::uint8_t>(x * 7 + y * 11);
  return raster;
}

TEST(PageRaster, ComesBackPixelForPixel) {
  const PageRaster back = parse_raster(serialize(raster()));
  EXPECT_EQ(back.picture, raster().picture);
  EXPECT_EQ(back.px_per_pt, 1.75);
}

TEST(PageRaster, WhatIsNoneIsRefused) {
  base::Bytes bytes = serialize(raster());
  for (const std::size_t size : {0, 4, 8, 12})
    EXPECT_THROW(parse_raster(base::ByteView(bytes).first(size)), base::Error);
  std::fill(bytes.begin(), bytes.begin() + 8, std::uint8_t{0});
  EXPECT_THROW(parse_raster(bytes), base::Error);
}

}  // namespace
}  // namespace barium::page
