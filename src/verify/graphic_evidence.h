#pragma once

// What a photo says of each rule and picture of a page, as numbers; graphics.h judges them.
// docs/methods/verify.md.

#include <optional>
#include <vector>

#include "verify/laid_page.h"
#include "verify/page_graphics.h"

namespace barium::verify {

// Of a part of a rule or a picture, fitted to the photo at the place near by where it fits best.
struct PartEvidence {
  base::Box where;      // pt, page frame
  double contrast = 0;  // of the original there, through the photo's blur: root mean square, of full scale
  double gain = 0;      // of the original's tones, over that of the page's words, each in units of its paper:
                        // near 1 where it is there
  double gain_sigma = 0;   // of that, from what the fit leaves
  double correlation = 0;  // with the photo, shading taken out
  double shown = 0;     // contrast of what the photo shows there, over what it should: near 0 for blank paper
  base::Vec2 shift_pt;  // from where the paper puts it
  double unsure_pt = 0;  // how far words near by stand from where their neighbours say
  // The picture that it is of tells by itself where it stands: its parts are looked for there.
  bool placed = false;
  // Where it is not seen within reach of its place: the best of the places farther off, up to kFarPt, and the
  // share of these that could be looked at. Paper may have carried it there.
  double far_gain = 0, far_correlation = 0, far_looked = 0;
};

struct GraphicEvidence {
  Graphic graphic;
  std::vector<PartEvidence> parts;  // those in view whose place is known
  // Of a picture that can be looked for as a whole: the most contrast that the photo has anywhere near its
  // place, over what it should have. Near 0 for blank paper.
  std::optional<double> shown;
};

std::vector<GraphicEvidence> graphic_evidence(const LaidPage& laid, const page::RegisteredPage& page,
                                              const align::Alignment& alignment);

}  // namespace barium::verify
