#include "page/ccitt.h"

#include <gtest/gtest.h>

#include "base/rng.h"

namespace barium::page {
namespace {

base::Bytes blobs(BilevelSize size, std::uint64_t seed) {
  base::Rng rng(seed, "ccitt_test");
  base::Bytes packed(size.bytes(), 0);
  for (int i = 0; i < 40; ++i) {
    const std::size_t column = rng.below(size.columns), row = rng.below(size.rows);
    for (std::size_t y = row; y < std::min<std::size_t>(row + 9, size.rows); ++y)
      for (std::size_t x = column; x < std::min<std::size_t>(column + 13, size.columns); ++x)
        packed[y * size.row_bytes() + x / 8] |= static_cast<std::uint8_t>(0x80u >> (x % 8));
  }
  return packed;
}

TEST(Ccitt, DecodesWhatItEncoded) {
  for (const BilevelSize size : {BilevelSize{1, 1}, {8, 3}, {333, 77}, {2550, 330}})
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
      const base::Bytes packed = blobs(size, seed);
      EXPECT_EQ(ccitt_decode(ccitt_encode(packed, size), size), packed);
    }
}

// T.6: a white row under a white row is one V0 code, a single 1 bit; EOFB is 000000000001 twice.
TEST(Ccitt, EncodesWhiteRowsAsTheStandardSays) {
  const BilevelSize size{16, 4};
  EXPECT_EQ(ccitt_encode(base::Bytes(size.bytes(), 0), size), (base::Bytes{0xF0, 0x01, 0x00, 0x10}));
}

TEST(Ccitt, RefusesNothing) { EXPECT_THROW(ccitt_decode({}, {333, 77}), base::Error); }

}  // namespace
}  // namespace barium::page
