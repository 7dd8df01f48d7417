#include <gtest/gtest.h>

#include "base/rng.h"
#include "image/fax.h"
#include "image/jbig2.h"

namespace barium::image {
namespace {

// Blobs on white, and some rows that repeat; with a width that is no multiple of 8.
Samples blobs(int width, int height, std::uint64_t seed) {
  Samples bitmap{width, height, 1, {}};
  bitmap.rows.resize(bitmap.row_bytes() * static_cast<std::size_t>(height));
  base::Rng rng(seed, "fax_jbig2_test");
  for (int i = 0; i < 60; ++i) {
    const int x0 = static_cast<int>(rng.below(width)), y0 = static_cast<int>(rng.below(height));
    const int w = 1 + static_cast<int>(rng.below(9)), h = 1 + static_cast<int>(rng.below(12));
    for (int y = y0; y < std::min(height, y0 + h); ++y)
      for (int x = x0; x < std::min(width, x0 + w); ++x)
        bitmap.row(y)[x >> 3] = static_cast<std::uint8_t>(bitmap.row(y)[x >> 3] ^ 0x80 >> (x & 7));
  }
  return bitmap;
}

TEST(Fax4, DecodesToWhatWasEncoded) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Samples bitmap = blobs(101 + static_cast<int>(seed), 90, seed);
    EXPECT_EQ(decode_fax4(encode_fax4(bitmap), bitmap.width, bitmap.height), bitmap) << seed;
  }
}

// T.6: a row like the one above is a single "1" bit (V0); the block ends with two 000000000001.
TEST(Fax4, OfFourWhiteRowsIsFourBitsAndTheEndOfBlock) {
  const Samples white{16, 4, 1, base::Bytes(8)};
  EXPECT_EQ(encode_fax4(white), (base::Bytes{0xF0, 0x01, 0x00, 0x10}));
}

TEST(Jbig2, DecodesToWhatWasEncoded) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Samples bitmap = blobs(101 + static_cast<int>(seed), 90, seed);
    EXPECT_EQ(decode_jbig2(encode_jbig2(bitmap), bitmap.width, bitmap.height), bitmap) << seed;
  }
}

TEST(Jbig2, OfAnotherSizeIsRefused) {
  const base::Bytes data = encode_jbig2(blobs(64, 64, 1));
  EXPECT_THROW(decode_jbig2(data, 65, 64), base::Error);
  EXPECT_THROW(decode_jbig2(base::ByteView(data).first(20), 64, 64), base::Error);
}

}  // namespace
}  // namespace barium::image
