#pragma once

// Words as they are fitted: a long one bends with the paper and is cut between its glyphs.

#include <optional>
#include <utility>
#include <vector>

#include "page/registered_page.h"
#include "verify/glyph_cells.h"

namespace barium::verify {

struct Piece {
  std::uint32_t word = 0;
  base::Box area;                  // pt, without what belongs to other words
  std::size_t first = 0, end = 0;  // cells
};

std::vector<Piece> cut_words(const page::PageModel& page, const GlyphCells& cells);

// Cut between two glyphs, as near to its middle as it goes; nullopt where a half would have fewer glyphs than
// least.
std::optional<std::pair<Piece, Piece>> halves_of(const page::PageModel& page, const GlyphCells& cells,
                                                 const Piece& piece, std::size_t least);

}  // namespace barium::verify
