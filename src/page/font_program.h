#pragma once

// What an embedded font program (ISO 32000-1:2008, 9.9) says of its glyphs, for fonts whose dictionary leaves
// that out. Read with FreeType; foreign bytes, so what cannot be read is absent.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace barium::page {

// Where a glyph leaves ink, in units of the font size, from its origin; y up.
struct GlyphInk {
  double x0 = 0, y0 = 0, x1 = 0, y1 = 0;
  bool empty() const { return !(x0 < x1 && y0 < y1); }
};

class FontProgram {
 public:
  // Type 1, CFF, TrueType or OpenType. Keeps the bytes.
  explicit FontProgram(base::Bytes bytes);
  ~FontProgram();
  FontProgram(FontProgram&&) noexcept;
  FontProgram& operator=(FontProgram&&) noexcept;

  // Whether FreeType could make anything of it.
  bool readable() const;
  // The glyph name that the program's own encoding gives a code; empty: none, and in TrueType always.
  std::string name_of(unsigned code) const;
  // Advance in units of the font size, of the glyph that a simple font's code selects. glyph: the name that
  // the font dictionary's encoding gives the code, or empty. nullopt: the program has no such glyph.
  std::optional<double> width(unsigned code, std::string_view glyph) const;
  // Of the same glyph. Empty: the program has no such glyph, or the glyph no ink.
  GlyphInk ink(unsigned code, std::string_view glyph) const;
  // Of a composite font's glyph: the CID in a CFF font program, the glyph's index in a TrueType one.
  GlyphInk ink_of_index(unsigned index) const;

 private:
  struct Face;
  std::unique_ptr<Face> face_;
};

}  // namespace barium::page
