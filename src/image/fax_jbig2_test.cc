#include <gtest/gtest.h>

#include "base/rng.h"
#include "image/fax.h"
#include "image/jbig2.h"
#include "image/jbig2_symbols.h"

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

// Letters of a few looks on lines, some out of line, in a frame.
Samples lettering(std::uint64_t seed) {
  Samples bitmap{403, 300, 1, {}};
  bitmap.rows.resize(bitmap.row_bytes() * static_cast<std::size_t>(bitmap.height));
  const auto put = [&](int x, int y) { bitmap.row(y)[x >> 3] |= static_cast<std::uint8_t>(0x80 >> (x & 7)); };
  base::Rng rng(seed, "fax_jbig2_test");
  for (int line = 20; line < 280; line += 20)
    for (int x = 10; x < 380; x += 11 + static_cast<int>(rng.below(2))) {
      const auto look = rng.below(12);
      for (int y = 0; y < 12; ++y)
        for (int i = 0; i < 8; ++i)
          if (i == 0 || base::Rng(look, "look", static_cast<std::uint64_t>(8 * y + i)).below(3) > 0)
            put(x + i, line - y + (x > 300));
    }
  for (int x = 2; x < 400; ++x) put(x, 2), put(x, 297);
  for (int y = 2; y < 298; ++y) put(2, y), put(399, y);
  return bitmap;
}

TEST(Jbig2, OfLettersThatRepeatDecodesToWhatWasEncoded) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Samples bitmap = lettering(seed);
    EXPECT_EQ(decode_jbig2(encode_jbig2(bitmap), bitmap.width, bitmap.height), bitmap) << seed;
  }
}

// A letter that repeats costs its place and its name, and no more than that: some three bytes.
TEST(Jbig2, DrawsLettersThatRepeatFromADictionary) {
  const Samples bitmap = lettering(1);
  const RepeatedPieces pieces = repeated_pieces(bitmap);
  ASSERT_GT(pieces.places.size(), 300u);
  EXPECT_LE(pieces.symbols.size(), 24u);  // twelve looks, some in two pieces
  EXPECT_LT(encode_jbig2(bitmap).size(), 400 + 3 * pieces.places.size());
}

TEST(RepeatedPieces, AndTheRestAreTheBitmap) {
  const Samples bitmap = lettering(2);
  RepeatedPieces pieces = repeated_pieces(bitmap);
  EXPECT_NE(pieces.rest, bitmap);
  for (const SymbolPlace& place : pieces.places) {
    const Jbig2Symbol& symbol = pieces.symbols[place.symbol];
    for (int y = 0; y < symbol.height; ++y)
      for (int x = 0; x < symbol.width; ++x)
        if (symbol.pixels[static_cast<std::size_t>(y * symbol.width + x)] != 0) {
          const int row = place.y - symbol.height + 1 + y, column = place.x + x;
          EXPECT_FALSE(pieces.rest.bit(column, row));
          pieces.rest.row(row)[column >> 3] |= static_cast<std::uint8_t>(0x80 >> (column & 7));
        }
  }
  EXPECT_EQ(pieces.rest, bitmap);
}

// A thin frame inside a frame: boxes would cover the page many times over.
TEST(RepeatedPieces, LeaveFramesToTheRest) {
  Samples bitmap{500, 500, 1, {}};
  bitmap.rows.resize(bitmap.row_bytes() * 500);
  for (const int x0 : {0, 200})
    for (int i = 0; i < 150; ++i)
      for (const auto& [x, y] : {std::pair(i, 0), {i, 149}, {0, i}, {149, i}})
        bitmap.row(y)[(x0 + x) >> 3] |= static_cast<std::uint8_t>(0x80 >> ((x0 + x) & 7));
  EXPECT_TRUE(repeated_pieces(bitmap).symbols.empty());
}

// The few bytes that say nothing (the end of coded data, that all symbols are exported) may change unseen.
TEST(Jbig2, CutOrDamagedIsRefusedOrShowsAnotherPicture) {
  const Samples bitmap = lettering(3);
  const base::Bytes data = encode_jbig2(bitmap);
  for (std::size_t size = 0; size < data.size(); ++size)
    EXPECT_THROW(decode_jbig2(base::ByteView(data).first(size), bitmap.width, bitmap.height), base::Error);
  base::Rng rng(1, "damage");
  int refused = 0, unseen = 0;
  for (int i = 0; i < 500; ++i) {
    base::Bytes damaged = data;
    damaged[rng.below(damaged.size())] ^= static_cast<std::uint8_t>(1 + rng.below(255));
    try {
      unseen += decode_jbig2(damaged, bitmap.width, bitmap.height) == bitmap;
    } catch (const base::Error&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 0);
  EXPECT_LT(unseen, 10);
}

TEST(Jbig2, OfAnotherSizeIsRefused) {
  const base::Bytes data = encode_jbig2(blobs(64, 64, 1));
  EXPECT_THROW(decode_jbig2(data, 65, 64), base::Error);
  EXPECT_THROW(decode_jbig2(base::ByteView(data).first(20), 64, 64), base::Error);
}

}  // namespace
}  // namespace barium::image
