#include "image/jpeg_blocks.h"

#include <gtest/gtest.h>
#include <turbojpeg.h>

#include <cmath>
#include <memory>

#include "image/decode.h"

namespace barium::image {
namespace {

base::Bytes jpeg_of(int width, int height, TJSAMP sampling, int flags, int quality = 80) {
  Image<std::uint8_t> picture(width, height, 3, 240);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int c = 0; c < 3; ++c)
        if ((x / 5 + y / 7) % 3 == 0) picture.at(x, y, c) = static_cast<std::uint8_t>(20 + 50 * c);
  const std::unique_ptr<void, int (*)(tjhandle)> codec(tjInitCompress(), tjDestroy);
  unsigned char* data = nullptr;
  unsigned long size = 0;
  tjCompress2(codec.get(), picture.row(0), width, 0, height, TJPF_RGB, &data, &size, sampling, quality,
              flags);
  base::Bytes bytes(data, data + size);
  tjFree(data);
  return bytes;
}

Image<std::uint8_t> decoded(base::ByteView jpeg) { return decode_photo(jpeg).frames.front().pixels; }

TEST(JpegBlocks, WrittenAgainShowTheSamePixels) {
  for (const TJSAMP sampling : {TJSAMP_GRAY, TJSAMP_444, TJSAMP_422, TJSAMP_420})
    for (const int flags : {0, TJFLAG_PROGRESSIVE}) {
      const base::Bytes jpeg = jpeg_of(131, 77, sampling, flags);
      const JpegBlocks blocks = read_jpeg_blocks(jpeg, 1'000'000);
      EXPECT_EQ(blocks.progressive, flags != 0);
      const base::Bytes again = write_jpeg_blocks(blocks);
      EXPECT_EQ(decoded(again), decoded(jpeg)) << sampling << " " << flags;
      EXPECT_EQ(write_jpeg_blocks(blocks), again);
    }
}

TEST(JpegBlocks, SurviveTheirWayToPixelsAndBack) {
  const JpegBlocks blocks = read_jpeg_blocks(jpeg_of(64, 64, TJSAMP_GRAY, 0), 1'000'000);
  const auto& component = blocks.components.front();
  float pixels[64];
  std::int16_t back[64];
  for (std::size_t at = 0; at < component.coefficients.size(); at += 64) {
    jpeg_to_pixels(component.coefficients.data() + at, *blocks.tables[component.table], pixels);
    pixels_to_jpeg(pixels, *blocks.tables[component.table], back);
    for (std::size_t i = 0; i < 64; ++i) EXPECT_EQ(back[i], component.coefficients[at + i]);
  }
}

TEST(JpegBlocks, AreTheGreyThatTheDecoderShows) {
  const base::Bytes jpeg = jpeg_of(100, 60, TJSAMP_GRAY, 0);
  const GrayImage gray = gray_of(read_jpeg_blocks(jpeg, 1'000'000)), shown = decoded(jpeg);
  for (std::size_t i = 0; i < gray.pixels().size(); ++i) EXPECT_NEAR(gray.pixels()[i], shown.pixels()[i], 1);
}

TEST(JpegBlocks, OfACutOrForeignFileAreRefused) {
  const base::Bytes jpeg = jpeg_of(131, 77, TJSAMP_420, 0);
  for (std::size_t size = 0; size < jpeg.size(); size += 37)
    EXPECT_THROW(read_jpeg_blocks(base::ByteView(jpeg).first(size), 1'000'000), base::Error) << size;
  EXPECT_THROW(read_jpeg_blocks(jpeg, 100), base::Error);
}

}  // namespace
}  // namespace barium::image
