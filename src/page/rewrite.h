#pragma once

// Content streams with slots: every show operator that draws a part of a carrier becomes a TJ array in which
// the part stands between two numbers, the displacement and its opposite. ISO 32000-1:2008, 9.4.3: "If the
// element is a number, the operator shall adjust the text position by that amount", subtracted, in
// thousandths of text space. Blanks go with the word before them. Where another carrier follows, one slot
// takes the pen from the one to the other: nothing, where both have the same sign. No other operator is
// touched.

#include <array>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "page/content.h"
#include "page/copy_layout.h"
#include "page/shift.h"

namespace barium::page {

// The texts of all slots of a document, each kept once.
class AlternativesTable {
 public:
  using Texts = std::array<std::string, 2 * Alternatives::kMostSteps + 1>;  // of -2 to +2 steps
  std::uint32_t add(Texts texts);
  // Views that live as long as the table.
  std::vector<Alternatives> views() const;

 private:
  std::map<Texts, std::uint32_t> numbers_;
  std::deque<const Texts*> texts_;  // keys of numbers_
};

struct RewrittenStream {
  std::uint32_t stream = 0;  // into OpenedPages::streams
  base::Bytes literals;
  std::vector<Slot> slots;
};

// The streams that hold carriers, in order of their number. A stream with carriers is drawn once.
std::vector<RewrittenStream> rewrite_streams(const OpenedPages& opened, AlternativesTable& table,
                                             ShiftNumbers numbers = ShiftNumbers::kExact);

}  // namespace barium::page
