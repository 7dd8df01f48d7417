#pragma once

// The pages and places that a photo may show, each checked word by word; and which of them it is.

#include <map>
#include <optional>
#include <span>
#include <vector>

#include "find/word_check.h"

namespace barium::find {

// Of the candidates (Index::candidates), those that pass the check, and the other places where their text
// stands, on these pages or on those of other candidates. The best score first.
std::vector<Rival> rivals(const PhotoFeatures& seen, const Index& index, const PageSource& page_of,
                          std::span<const Candidate> candidates);

// The rival that the photo speaks for against each other one, its twins and the other places that it may be
// named; nullopt where the photo speaks for several.
std::optional<CheckedPage> winner(const PhotoFeatures& seen, std::span<const Rival> rivals);

// What else lies where the winner lies, upright on it as one page lies on another, and has words there that
// the winner lacks.
std::vector<Rival> beside_on_the_sheet(const CheckedPage& winner, std::vector<Rival> rivals);

}  // namespace barium::find
