#pragma once

// What must be known of the world's scripts to cut lines into words: which are written without spaces, which
// from right to left, and what must stay together.

#include <string_view>
#include <vector>

namespace barium::page {

// Han, kana, bopomofo, CJK punctuation, Thai, Lao, Khmer, Burmese.
bool is_spaceless(char32_t c);
// Full-width cells with white on both sides: Han, kana, CJK punctuation.
bool is_full_width(char32_t c);
bool is_right_to_left(char32_t c);
// Marks and vowels that belong to the glyph before (after).
bool joins_previous(char32_t c);
bool joins_next(char32_t c);
// Marks so small that their place tells nothing: full stops, quotes, dashes, bullets.
bool is_slight(char32_t c);

// Glyphs' texts come in order from left to right; text of a right-to-left script is turned round, digits
// within it staying as they are.
void put_in_logical_order(std::vector<std::u32string_view>& parts);

}  // namespace barium::page
