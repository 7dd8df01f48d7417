#pragma once

// Pieces of ink of a bitmap that occur more than once, dot for dot: what JBIG2 draws from a dictionary. A
// scan that was compressed with one consists of little else. Private to the module.

#include <vector>

#include "image/samples.h"

namespace barium::image {

struct Jbig2Symbol {
  int width = 0, height = 0;
  base::Bytes pixels;  // height rows of width bytes, 1 is black
  bool operator==(const Jbig2Symbol&) const = default;
};

// Where a symbol's bottom left pixel lies.
struct SymbolPlace {
  int x = 0, y = 0;
  std::uint32_t symbol = 0;
};

struct RepeatedPieces {
  std::vector<Jbig2Symbol> symbols;  // by height, then by width
  std::vector<SymbolPlace> places;   // by row, then by column
  Samples rest;                      // the bitmap without them
};

// A piece has at least a pixel of ink in so many of its box: frames and slanted rules are rest. So the boxes
// of all pieces together cover no more than so many times the bitmap.
inline constexpr std::int64_t kThinnestPiece = 16;

// bitmap: one bit a pixel, 1 is black. Of a bitmap in too many pieces (a halftone) everything is rest.
RepeatedPieces repeated_pieces(const Samples& bitmap);

}  // namespace barium::image
