#pragma once

// Ink in the photo where the page is blank: words, stamps, handwriting. The photo is laid on the page as the
// words around say, its paper evened out by a grey-level closing (shadows and their edges stay, strokes go),
// and what is left that is as dark as the page's own ink is ink. docs/methods/verify.md.

#include <span>
#include <vector>

#include "align/align.h"
#include "base/geometry.h"
#include "image/image.h"
#include "page/registered_page.h"
#include "verify/graphics.h"
#include "verify/laid_page.h"
#include "verify/verify.h"

namespace barium::verify {

struct AddedInk {
  base::Box where;      // pt, page frame
  double area_pt2 = 0;  // that ink covers
  double darkness = 0;  // of its darkest, over that of the page's own words: near 1 and above for print
  bool line = false;    // thin and long, or with such a part
};

struct BlankPaper {
  std::vector<AddedInk> added;
  // On paper that is not flat: strokes of a pen, folds, or rules that paper carried off.
  std::vector<AddedInk> lines;
  // Where the page is blank and the paper's place is known well enough to say so: 255, else 0. Where it is
  // not known anywhere, all is 0: on crumpled paper the page's own ink is carried into what should be blank.
  page::PageRaster judged;
  double judged_share = 0;  // of what is blank
};

// words, graphics: of the page. What lies beside one that does not look as it should may be its own.
BlankPaper look_at_blank_paper(const LaidPage& laid, const page::RegisteredPage& page,
                               const align::Alignment& alignment, std::span<const WordFinding> words,
                               std::span<const GraphicFinding> graphics);

// 95 % bound on the share of unaltered pages on which ink is found. Bench: verify_real, 0 of the 82
// photographs whose paper is calm enough: 3 / 82.
inline constexpr double kAddedInkFalseAlarm = 0.037;

}  // namespace barium::verify
