#include "image/exif.h"

#include <gtest/gtest.h>

namespace barium::image {
namespace {

using base::Bytes;

// A TIFF header and one directory with one entry: tag 274, SHORT, count 1.
Bytes little_endian_block(std::uint8_t orientation) {
  return {'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0};
}
Bytes big_endian_block(std::uint8_t orientation) {
  return {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0};
}

TEST(ExifOrientation, ReadsBothByteOrders) {
  for (std::uint8_t orientation = 1; orientation <= 8; ++orientation) {
    EXPECT_EQ(exif_orientation(little_endian_block(orientation)), orientation);
    EXPECT_EQ(exif_orientation(big_endian_block(orientation)), orientation);
  }
}

TEST(ExifOrientation, NonsenseIsUpright) {
  EXPECT_EQ(exif_orientation(little_endian_block(0)), 1);
  EXPECT_EQ(exif_orientation(little_endian_block(9)), 1);
  EXPECT_EQ(exif_orientation({}), 1);
  Bytes far = little_endian_block(6);
  far[7] = 0xFF;  // the directory lies 4 GB away
  EXPECT_EQ(exif_orientation(far), 1);
  Bytes wrong_type = little_endian_block(6);
  wrong_type[12] = 2;
  EXPECT_EQ(exif_orientation(wrong_type), 1);
}

TEST(ExifOrientation, EveryCutOfTheBlockIsRead) {
  const Bytes block = big_endian_block(6);
  for (std::size_t size = 0; size < 20; ++size) {
    EXPECT_EQ(exif_orientation(base::ByteView(block).first(size)), 1) << size;
  }
}

TEST(ExifOrientation, FindsTheBlockInAPng) {
  Bytes file{0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n', 0, 0, 0, 26, 'e', 'X', 'I', 'f'};
  const Bytes block = little_endian_block(3);
  file.insert(file.end(), block.begin(), block.end());
  EXPECT_EQ(png_orientation(file), 1);  // the chunk lacks its checksum
  file.insert(file.end(), 4, 0);
  EXPECT_EQ(png_orientation(file), 3);
}

TEST(ExifOrientation, FindsTheBlockInAWebp) {
  Bytes file{'R', 'I', 'F', 'F', 0, 0, 0, 0, 'W', 'E', 'B', 'P', 'x', 'x', 'x', 'x',
             3,   0,   0,   0,   1, 2, 3, 0, 'E', 'X', 'I', 'F', 26,  0,   0,   0};
  const Bytes block = little_endian_block(8);
  file.insert(file.end(), block.begin(), block.end());
  EXPECT_EQ(webp_orientation(file), 8);
}

}  // namespace
}  // namespace barium::image
