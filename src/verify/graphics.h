#pragma once

// Are the rules (lines of tables, edges of bars and boxes) and pictures of a photographed page the
// original's? Each is looked for at its place part by part. A rule is altered where the photo has no line
// there, a picture where the photo does not look like it; what paper may have carried off is unreadable.
// Rules that were added on blank paper are not told: creases look like them. docs/methods/verify.md.

#include <vector>

#include "align/align.h"
#include "image/image.h"
#include "verify/graphic_evidence.h"
#include "verify/laid_page.h"

namespace barium::verify {

struct GraphicFinding {
  enum class State { kVouched, kAltered, kUnreadable } state = State::kUnreadable;
  Graphic::Kind kind = Graphic::Kind::kPicture;
  base::Box where;       // pt, page frame: of an altered one, the parts that differ
  bool missing = false;  // of an altered one: the photo shows next to nothing there, else something else
  // Of an altered one: bound on the share of unaltered pages on which any is called altered; measured.
  double p_value = 1;
};

// One for each rule and picture of the page, in the order of graphics_of.
std::vector<GraphicFinding> look_at_graphics(const LaidPage& laid, const page::RegisteredPage& page,
                                             const align::Alignment& alignment);
// The judgement alone. page_unsure_pt: as LaidPage::unsure_pt.
std::vector<GraphicFinding> judge_graphics(const std::vector<GraphicEvidence>& page, double page_unsure_pt);

}  // namespace barium::verify
