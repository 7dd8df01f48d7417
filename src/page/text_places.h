#pragma once

// Where two texts of one page part, as points of the page: the characters on both sides of every gap that
// an extractor printed otherwise. Plain text says what changed; the same program's XML says where that
// stands.

#include <string>
#include <string_view>
#include <vector>

#include "base/geometry.h"
#include "page/extracted_text.h"

namespace barium::page {

// A character that is not blank, and where its middle stands: points, page frame.
struct PlacedCharacter {
  char32_t character = 0;
  base::Vec2 at;
};

// The pages of extract_placed, in the order of the extractor's plain text as far as the XML tells.
std::vector<std::vector<PlacedCharacter>> placed_characters(Extractor extractor, std::string_view xml);

// A character that is not blank, and the blanks printed behind it.
struct PrintedCharacter {
  char32_t character = 0;
  std::string gap;
};
// Marks of direction are left out.
std::vector<PrintedCharacter> printed_characters(std::string_view page_text);

// Characters of `original` behind which `changed` reads otherwise, in order, each once.
std::vector<std::size_t> parting_characters(std::string_view original, std::string_view changed);

// Both sides of the gap behind character `index`.
struct Gap {
  base::Vec2 before, after;
};
// Looked for by the characters around it; those that read alike elsewhere on the page may be meant instead,
// so at most three, the nearest in the order of the text first.
std::vector<Gap> find_gap(const std::vector<PrintedCharacter>& printed, std::size_t index,
                          const std::vector<PlacedCharacter>& placed);

}  // namespace barium::page
