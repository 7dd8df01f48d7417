#pragma once

// What is said of a page as a whole, from what was found of its words, its rules and pictures and its blank
// paper; and of a picture in which no page was found. Rules and error rates: docs/methods/verify.md, Verdict.

#include <span>
#include <vector>

#include "verify/added_ink.h"
#include "verify/graphics.h"
#include "verify/verify.h"

namespace barium::verify {

enum class Verdict {
  kGenuine,       // all of the page is in view, and what could have been changed was not
  kAltered,       // something was
  kNotOurs,       // it shows text, and nothing like a page of the vault
  kUndetermined,  // nothing changed was found, but not all could have been seen
};

// Of single altered words on photographs whose honest page is called genuine, those that would let it pass.
// Bench: verify_real --variants 4 --kind perspective.
struct Passed {
  int words, of;
};
inline constexpr Passed kGenuineThoughAltered{8, 528};

// Why a page in which nothing changed was found is not called genuine.
enum class Lack {
  kOutOfView,   // words are outside of the picture
  kDoubtful,    // words look odd, or are covered
  kTooCoarse,   // too few words are vouched for
  kGraphics,    // pictures or many rules are not vouched for
  kBlankPaper,  // too little of the blank paper could be looked at
  kLines,       // dark lines on blank paper, that may be folds
};

struct PageVerdict {
  Verdict verdict = Verdict::kUndetermined;
  std::vector<Lack> lacks;  // of an undetermined page
};

PageVerdict judge_page(std::span<const WordFinding> words, const BlankPaper& blank,
                       std::span<const GraphicFinding> graphics);

// likeness, words_seen: as of find::PagesInPhoto.
Verdict judge_unfound(double likeness, std::size_t words_seen);

}  // namespace barium::verify
