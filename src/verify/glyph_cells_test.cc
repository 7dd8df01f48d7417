#include "verify/glyph_cells.h"

#include <gtest/gtest.h>

#include "align/synthetic_page_test.h"

namespace barium::verify {
namespace {

namespace synthetic = align::synthetic;

TEST(GlyphCells, ALigatureIsOneGlyphOfSeveralCharacters) {
  page::Word word;
  word.text = "efficient", word.pens = {0, 5, 14, 19, 22, 27, 32};
  const std::u32string characters = characters_of_glyphs(word);
  ASSERT_EQ(characters.size(), word.pens.size());
  EXPECT_EQ(characters[1], 0xFB03u);
  EXPECT_EQ(text_of_glyphs(characters), word.text);
  word.pens.pop_back();
  EXPECT_TRUE(characters_of_glyphs(word).empty());
}

TEST(GlyphCells, LettersThatJoinAreKnown) {
  page::Word word;
  for (const char* text : {"word", "слово", "日本", "12.50"}) {
    word.text = text;
    EXPECT_FALSE(has_joined_letters(word)) << text;
  }
  word.text = "الشعوب";
  EXPECT_TRUE(has_joined_letters(word));
}

// A stem each, and on one of them a dot that is a fifteenth of both inks: a c and an e of a light hand.
TEST(GlyphCells, LettersThatDifferByLittleAreRivals) {
  synthetic::Page drawn;
  drawn.model.width_pt = 100, drawn.model.height_pt = 60;
  for (const std::string text : {"cc", "ee"}) {
    const auto index = drawn.model.words.size();
    page::Word word{.text = text, .origin = {20, 20 + 20.0 * static_cast<double>(index)}, .along = {1, 0}};
    word.length_pt = 12, word.size_pt = 10, word.pens = {0, 6};
    word.box = {20, word.origin.y - 8, 32, word.origin.y + 2};
    for (const double x : {22.0, 28.0}) {
      drawn.ink.push_back({{x, word.origin.y - 7, x + 1, word.origin.y}, index});
      if (text == "ee") drawn.ink.push_back({{x + 1, word.origin.y - 4, x + 2, word.origin.y - 3}, index});
    }
    drawn.model.words.push_back(word);
  }
  const GlyphCells glyphs = glyph_cells(synthetic::registered(drawn));
  const GlyphCell &c = glyphs.cells[0], &e = glyphs.cells[2];
  EXPECT_EQ(glyphs.looks[c.look].rivals, std::vector<std::uint32_t>{e.look});
  EXPECT_EQ(glyphs.looks[e.look].rivals, std::vector<std::uint32_t>{c.look});
}

// Words of one stroke a glyph: "a" and "o" stand upright at the left or in the middle of their place, and are
// thin in some words and broad in others.
struct TwoWeights : testing::Test {
  static constexpr double kThinPt = 0.9, kBroadPt = 1.8;
  synthetic::Page drawn;
  void add(const std::string& text, double broad_pt) {
    const auto index = drawn.model.words.size();
    page::Word word{.text = text, .origin = {20, 30 + 20.0 * static_cast<double>(index)}, .along = {1, 0}};
    word.length_pt = 6.0 * static_cast<double>(text.size()), word.size_pt = 10;
    word.box = {20, word.origin.y - 8, 20 + word.length_pt, word.origin.y + 2};
    for (std::size_t i = 0; i < text.size(); ++i) {
      word.pens.push_back(6.0f * static_cast<float>(i));
      const double x = 20 + 6.0 * static_cast<double>(i) + (text[i] == 'a' ? 1 : 3);
      drawn.ink.push_back({{x, word.origin.y - 7, x + broad_pt, word.origin.y}, index});
    }
    drawn.model.words.push_back(word);
  }
  GlyphCells cells() {
    drawn.model.width_pt = 100, drawn.model.height_pt = 120;
    return glyph_cells(synthetic::registered(drawn));
  }
};

TEST_F(TwoWeights, ARivalIsTakenFromWordsWithStrokesLikeItsOwn) {
  add("ooo", kBroadPt), add("ooo", kThinPt), add("aaa", kThinPt), add("aaa", kBroadPt);
  GlyphCells glyphs = cells();
  // As if both weights shared one look, which light and regular letters of small print do.
  GlyphLook all;
  for (std::uint32_t i = 0; i < glyphs.cells.size(); ++i)
    if (glyphs.cells[i].character == U'o') all.cells.push_back(i);
  glyphs.looks.push_back(all);
  const auto look = static_cast<std::uint32_t>(glyphs.looks.size() - 1);
  EXPECT_EQ(glyphs.like_those_of(2, look).word, 1u);
  EXPECT_EQ(glyphs.like_those_of(3, look).word, 0u);
}

}  // namespace
}  // namespace barium::verify
