#pragma once

// Displacements that renderers undo exactly. mupdf keeps the text matrix in single precision: e + d - d must
// give back e to the last bit, or every glyph after a displaced word flips its sub-pixel phase. poppler keeps
// it in double precision, and glyphs stand on borders between phases more often than chance has it. So d is
// a multiple of the spacing of floats around e, and its number is one from which poppler computes just that
// (docs/methods/carriers.md).

#include <string>

#include "page/content.h"

namespace barium::page {

struct ExactShift {
  std::string number;   // the TJ number of symbol -1 (the one that moves against `along`), at most 17 digits
  std::string negated;  // its opposite: moves the pen by shift_pt along `along`
  double shift_pt = 0;  // what it moves by in the page frame; 0: this text cannot be displaced
};

// kShort: of 9 digits, exact in single precision alone; a copy grows by a bit a number less.
enum class ShiftNumbers { kExact, kShort };

// The displacement nearest wanted_pt, for words drawn by `show` along the unit vector `along`. One that was
// returned before is kept by either kind of number.
ExactShift exact_shift(const ShowOperator& show, base::Vec2 along, double wanted_pt,
                       ShiftNumbers numbers = ShiftNumbers::kExact);

}  // namespace barium::page
