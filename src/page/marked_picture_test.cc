#include "page/marked_picture.h"

#include <gtest/gtest.h>

#include "base/rng.h"

namespace barium::page {
namespace {

MarkedPicture random_picture(PictureCoding coding, int bits_per_pixel, int predictor_bytes) {
  MarkedPicture picture{.coding = coding, .predictor_bytes = predictor_bytes};
  picture.samples = {203, 90, bits_per_pixel, {}};
  picture.samples.rows.resize(picture.samples.row_bytes() * 90);
  base::Rng rng(7, "marked_picture_test");
  for (std::uint8_t& byte : picture.samples.rows) byte = static_cast<std::uint8_t>(rng.below(256));
  if (predictor_bytes > 0)
    for (int y = 0; y < 90; ++y) picture.row_filters.push_back(static_cast<std::uint8_t>(rng.below(5)));
  return picture;
}

const std::vector<PictureMove> kMoves = {{0, {3, 5, 31, 15}, 2, 0},
                                         {1, {40, 5, 77, 15}, -1, 0},
                                         {2, {100, 20, 110, 80}, 0, 3},
                                         {3, {190, 0, 203, 90}, 0, -1}};

int pixel(const image::Samples& s, int x, int y, int bit) {
  const int at = x * s.bits_per_pixel + bit;
  return s.row(y)[at / 8] >> (7 - at % 8) & 1;
}

// What moving means, bit by bit.
int moved_pixel(const image::Samples& original, const std::vector<std::int8_t>& signs, int x, int y,
                int bit) {
  for (const PictureMove& move : kMoves) {
    const PixelBox& a = move.area;
    if (x < a.x0 || x >= a.x1 || y < a.y0 || y >= a.y1) continue;
    const int from_x = x - move.dx * signs[move.carrier], from_y = y - move.dy * signs[move.carrier];
    if (from_x >= a.x0 && from_x < a.x1 && from_y >= a.y0 && from_y < a.y1)
      return pixel(original, from_x, from_y, bit);
  }
  return pixel(original, x, y, bit);
}

struct Kind {
  const char* name;
  PictureCoding coding;
  int bits_per_pixel, predictor_bytes;
};

class EachPicture : public testing::TestWithParam<Kind> {
 protected:
  const MarkedPicture picture_ =
      random_picture(GetParam().coding, GetParam().bits_per_pixel, GetParam().predictor_bytes);
};

TEST_P(EachPicture, SurvivesItsBlob) {
  const MarkedPicture back = parse_marked_picture(serialize(picture_));
  EXPECT_EQ(back.samples, picture_.samples);
  EXPECT_EQ(back.row_filters, picture_.row_filters);
}

TEST_P(EachPicture, ReadsBackTheSignsItWasWrittenWith) {
  base::Rng rng(1, "marked_picture_test signs");
  for (int i = 0; i < 12; ++i) {
    std::vector<std::int8_t> signs;
    for (int k = 0; k < 4; ++k) signs.push_back(static_cast<std::int8_t>(static_cast<int>(rng.below(3)) - 1));
    const auto possible = possible_signs(picture_, kMoves, picture_data(picture_, kMoves, signs, 6));
    ASSERT_EQ(possible.size(), 4u);
    for (std::size_t k = 0; k < 4; ++k) EXPECT_EQ(possible[k], signs[k] > 0 ? 1 : signs[k] < 0 ? 2 : 4) << k;
  }
}

TEST_P(EachPicture, WithAnotherPixelChangedIsNoCopy) {
  MarkedPicture other = picture_;
  other.samples.row(50)[5] ^= 0x10;
  const std::vector<std::int8_t> signs = {1, -1, 0, 1};
  EXPECT_TRUE(possible_signs(picture_, kMoves, picture_data(other, kMoves, signs, 6)).empty());
}

TEST_P(EachPicture, OfACutBlobIsMalformed) {
  const base::Bytes blob = serialize(picture_);
  for (std::size_t size = 0; size < blob.size(); size += 13)
    EXPECT_THROW(parse_marked_picture(base::ByteView(blob).first(size)), base::Error) << size;
}

INSTANTIATE_TEST_SUITE_P(Kind, EachPicture,
                         testing::Values(Kind{"Bits", PictureCoding::kFlate, 1, 0},
                                         Kind{"Nibbles", PictureCoding::kFlate, 4, 0},
                                         Kind{"Gray", PictureCoding::kFlate, 8, 0},
                                         Kind{"RgbWithPredictor", PictureCoding::kFlate, 24, 3},
                                         Kind{"BitsWithPredictor", PictureCoding::kFlate, 1, 1},
                                         Kind{"Fax", PictureCoding::kFax4, 1, 0},
                                         Kind{"Jbig2", PictureCoding::kJbig2, 1, 0}),
                         [](const auto& kind) { return std::string(kind.param.name); });

TEST(MarkedPicture, MovesItsAreasAndNothingElseToTheBit) {
  for (const int bits : {1, 2, 4, 8, 24}) {
    const MarkedPicture picture = random_picture(PictureCoding::kFlate, bits, 0);
    const std::vector<std::int8_t> signs = {1, -1, -1, 1};
    MarkedPicture copy = picture;
    copy.samples.rows = parse_marked_picture([&] {
                          base::ByteWriter blob;
                          blob.put_raw(base::ByteView(serialize(picture)).first(12 + 4));
                          blob.put_blob(picture_data(picture, kMoves, signs, 6));
                          return blob.take();
                        }())
                            .samples.rows;
    for (int y = 0; y < 90; ++y)
      for (int x = 0; x < 203; ++x)
        for (int bit = 0; bit < bits; ++bit)
          ASSERT_EQ(pixel(copy.samples, x, y, bit), moved_pixel(picture.samples, signs, x, y, bit))
              << x << "," << y;
  }
}

TEST(MarkedPicture, RefusesAMoveThatLeavesIt) {
  const MarkedPicture picture = random_picture(PictureCoding::kFlate, 8, 0);
  for (const PictureMove& move : {PictureMove{0, {-1, 0, 5, 5}, 1, 0}, PictureMove{0, {0, 0, 204, 5}, 1, 0},
                                  PictureMove{0, {5, 5, 5, 9}, 1, 0}, PictureMove{0, {0, 0, 5, 5}, 5, 0},
                                  PictureMove{0, {0, 0, 5, 91}, 1, 0}})
    EXPECT_THROW(check_moves(picture, std::vector{move}), base::Error);
}

}  // namespace
}  // namespace barium::page
