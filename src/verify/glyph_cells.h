#pragma once

// Where each glyph of a page stands, and which other glyphs of the page it could be changed into with the
// least to be seen: 3 for 8, c for e, a comma for a point. What a photo must show, to vouch for a word.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/geometry.h"
#include "page/registered_page.h"

namespace barium::verify {

struct GlyphCell {
  std::uint32_t word = 0;
  char32_t character = 0;  // 0: not known
  std::size_t number = 0;  // of the glyph in its word
  double t0 = 0, t1 = 0;   // pt along the baseline from the word's origin
  std::uint32_t look = 0;  // into GlyphCells::looks
};

struct GlyphLook {
  std::uint32_t cell = 0;             // the first that looks so
  std::vector<std::uint32_t> cells;   // all
  std::vector<std::uint32_t> rivals;  // looks, the most similar first
};

struct GlyphCells {
  std::vector<GlyphCell> cells;    // by word, then along the baseline
  std::vector<std::size_t> first;  // of each word's cells; one more than words
  std::vector<GlyphLook> looks;
  std::vector<double> stroke_em;  // of each word: how broad its strokes are, in units of its size

  // Of the cells that look so, the one whose word's strokes are the most like this word's: light and regular
  // letters may share a look, and a forger takes those that go unseen.
  const GlyphCell& like_those_of(std::uint32_t word, std::uint32_t look) const;
};

GlyphCells glyph_cells(const page::RegisteredPage& page);

// Whether its letters join (Arabic, Syriac and their like): they look as their neighbours have them, so that
// one may look like another of the page.
bool has_joined_letters(const page::Word& word);

// The word's text, a character a glyph, Latin ligatures as one; empty where they are not as many.
std::u32string characters_of_glyphs(const page::Word& word);
// Such characters as text, ligatures as their letters. UTF-8.
std::string text_of_glyphs(std::u32string_view characters);

}  // namespace barium::verify
