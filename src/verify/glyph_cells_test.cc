#include "verify/glyph_cells.h"

#include <gtest/gtest.h>

namespace barium::verify {
namespace {

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

}  // namespace
}  // namespace barium::verify
