#pragma once

// Pages of the vault that are another version of the one that a picture shows, and how they differ.

#include <span>
#include <string>
#include <vector>

#include "page/word.h"
#include "verify/verify.h"

namespace barium::app {

struct OtherVersion {
  std::string document, title;
  int page = 0;
  // Words that only the page has that is shown, how many of them the picture vouches for, and words that only
  // this version has.
  int only_shown = 0, vouched = 0, only_here = 0;
};

// How `other` differs from `shown`, by the order of their words. findings: one for each word of `shown`.
// The rest of the result is left to the caller.
OtherVersion compare_versions(const page::PageModel& shown, std::span<const verify::WordFinding> findings,
                              const page::PageModel& other);

}  // namespace barium::app
