#pragma once

// What a piece of a word that looks odd shows in place of the page's own glyphs. docs/methods/verify.md,
// Reading.

#include <vector>

#include "page/registered_page.h"
#include "verify/page_fit.h"
#include "verify/relate.h"

namespace barium::verify {

// Fills in the evidence's is_other, other and left. cells: of the page, related.
void read_odd_pieces(const page::RegisteredPage& page, const PageFit& fit, std::vector<WeighedCell>& cells);

}  // namespace barium::verify
