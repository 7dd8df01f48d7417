#pragma once

// Is each word of a photographed page the original's? Vouched for where a change of one character would have
// been seen and was not; altered where the original's look does not fit and the picture is good enough to say
// so; else unreadable, with the reason. Marks are displacements, and no alteration.
//
//   std::vector<WordFinding> findings = verify_words(photo, page, aligned);
//
// Model, bounds and what they rest on: docs/methods/verify.md.

#include <vector>

#include "align/align.h"
#include "image/image.h"
#include "page/registered_page.h"
#include "verify/evidence.h"

namespace barium::verify {

enum class WordState { kVouched, kAltered, kUnreadable };

// Why a word is unreadable.
enum class Reason {
  kNone,
  kOutOfView,  // outside of the picture, or nothing of the page was found near it
  kFaint,      // hardly differs from its ground on the original already
  kTooCoarse,  // it looks right, but so might another character: too small, blurred or crumpled there
  kDoubtful,   // it looks odd, but not surely like another word: covered, creased, soiled, smudged
  kCovered,    // something dark lies on it: a finger, a pen, a folded corner
};

// What happened to an altered word.
enum class Altered {
  kChanged,
  kMissing,     // nothing is left of it: blank paper
  kBlackedOut,  // under a bar as dark as ink
};

struct WordFinding {
  WordState state = WordState::kUnreadable;
  Reason reason = Reason::kNone;
  // Of an altered word: bound on the share of unaltered words that are called altered, of one blacked out of
  // unaltered pages on which any is; measured, see verify.md.
  double p_value = 1;
  base::Box where;  // pt, page frame: of an altered word, what differs
  // Which glyphs of an altered word are others now: number in the word, and the likeliest character; 0: a
  // blank, or a glyph without a name.
  struct Change {
    std::size_t glyph = 0;
    char32_t now = 0;
  };
  std::vector<Change> changes;
  Altered what = Altered::kChanged;
  // Of a doubtful word: by so little as one honest word in two hundred is on flat paper, and less than one
  // altered word in a hundred.
  bool hardly_odd = false;
};

// One for each word of the page, in its order.
std::vector<WordFinding> verify_words(image::GrayView photo, const page::RegisteredPage& page,
                                      const align::Alignment& alignment);
// The judgement alone.
WordFinding judge(const page::Word& word, const WordEvidence& evidence);

}  // namespace barium::verify
