#pragma once

// Words that were blacked out: under flat bars as dark as ink that the original does not have, whose edges
// run along the line above and below. Other dark things that hide words (fingers, pens, a folded corner)
// have other edges. docs/methods/verify.md.

#include <cstdint>
#include <span>
#include <vector>

#include "align/align.h"
#include "page/registered_page.h"
#include "verify/laid_page.h"
#include "verify/verify.h"

namespace barium::verify {

struct HiddenWord {
  std::uint32_t word = 0;
  bool under_bar = false;  // else under something of another shape
};

// Words of which something dark, or glare, hides half or more.
std::vector<HiddenWord> look_for_hidden_words(const LaidPage& laid, const page::RegisteredPage& page,
                                              const align::Alignment& alignment);

// What lies under a bar is blacked out, and what lies under other dark things is covered.
void note_hidden_words(std::span<const HiddenWord> hidden, const page::PageModel& page,
                       std::vector<WordFinding>& findings);

// 95 % bound on the share of unaltered pages on which a word is called blacked out. Bench: verify_black_outs,
// 0 of 177 photographs.
inline constexpr double kBlackOutFalseAlarm = 0.017;

}  // namespace barium::verify
