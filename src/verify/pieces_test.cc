#include "verify/pieces.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "verify/numbers_page_test.h"

namespace barium::verify {
namespace {

struct Halves : testing::Test {
  const page::RegisteredPage page = align::synthetic::registered(numbers::page_of_numbers());
  const GlyphCells cells = glyph_cells(page);
  const std::vector<Piece> pieces = cut_words(page.model, cells);
  const Piece& piece_of(std::size_t glyphs) const {
    return *std::ranges::find_if(pieces, [&](const Piece& p) { return p.end - p.first == glyphs; });
  }
};

TEST_F(Halves, ShareThePiecesGlyphsAndMeetBetweenThem) {
  for (const std::size_t glyphs : {4u, 5u}) {
    const Piece& piece = piece_of(glyphs);
    const auto halves = halves_of(page.model, cells, piece, 2);
    ASSERT_TRUE(halves);
    EXPECT_EQ(halves->first.first, piece.first);
    EXPECT_EQ(halves->first.end, halves->second.first);
    EXPECT_EQ(halves->second.end, piece.end);
    EXPECT_EQ(halves->first.word, piece.word);
    const double cut = page.model.words[piece.word].origin.x + cells.cells[halves->second.first].t0;
    EXPECT_NEAR(halves->first.area.x1, cut, 1.1);
    EXPECT_NEAR(halves->second.area.x0, cut, 1.1);
    EXPECT_EQ(halves->first.area.x0, piece.area.x0);
    EXPECT_EQ(halves->second.area.x1, piece.area.x1);
  }
}

TEST(HalvesOf, UnequalGlyphsAreCutNearestToTheMiddle) {
  page::PageModel page;
  page::Word word{.text = "lllWlll", .origin = {0, 10}, .along = {1, 0}, .length_pt = 20, .size_pt = 10};
  word.box = {0, 2, 20, 12};
  page.words.push_back(word);
  GlyphCells cells;
  const double ends[] = {0, 2, 4, 12, 14, 16, 18, 20};
  for (std::size_t i = 0; i < 7; ++i) cells.cells.push_back({.number = i, .t0 = ends[i], .t1 = ends[i + 1]});
  const auto halves = halves_of(page, cells, {0, word.box, 0, 7}, 2);
  ASSERT_TRUE(halves);
  EXPECT_EQ(halves->second.first, 3u);
}

TEST_F(Halves, OfTooFewGlyphsThereAreNone) {
  EXPECT_FALSE(halves_of(page.model, cells, piece_of(3), 2));
  EXPECT_FALSE(halves_of(page.model, cells, piece_of(5), 3));
}

}  // namespace
}  // namespace barium::verify
