#include "image/encode.h"

#include <gtest/gtest.h>

namespace barium::image {
namespace {

TEST(EncodePng, BeginsWithItsSignatureAndItsSize) {
  const base::Bytes bytes = encode_png(GrayImage(258, 3, 1, 200));
  ASSERT_GT(bytes.size(), 24u);
  EXPECT_EQ(base::as_text(bytes).substr(0, 8), "\x89PNG\r\n\x1a\n");
  EXPECT_EQ(base::as_text(bytes).substr(12, 12), std::string_view("IHDR\0\0\1\2\0\0\0\3", 12));
}

TEST(EncodeJpeg, QualityCostsBytes) {
  GrayImage image(64, 64, 3);
  for (std::size_t i = 0; i < image.pixels().size(); ++i) {
    image.pixels()[i] = static_cast<std::uint8_t>(i * 2654435761u >> 24);
  }
  const base::Bytes good = encode_jpeg(image, 95), poor = encode_jpeg(image, 20);
  EXPECT_EQ(base::as_text(good).substr(0, 2), "\xff\xd8");
  EXPECT_GT(good.size(), 2 * poor.size());
  EXPECT_GT(encode_jpeg(image, 90, Chroma::kFull).size(), encode_jpeg(image, 90, Chroma::kHalved).size());
}

TEST(Encode, RefusesWhatTheFormatCannotHold) {
  EXPECT_THROW(encode_jpeg(GrayImage(2, 2, 4), 80), std::logic_error);
  EXPECT_THROW(encode_jpeg(GrayImage(2, 2), 0), std::logic_error);
  EXPECT_THROW(encode_png(GrayImage(2, 2, 2)), std::logic_error);
  EXPECT_THROW(encode_png(GrayImage()), std::logic_error);
}

}  // namespace
}  // namespace barium::image
