#pragma once

// The variance of each word's match, its noise taken to be as correlated as it is.

#include <span>

#include "align/word_state.h"

namespace barium::align {

// Sets the variance of every word that has a fix.
void correlate_noise(std::span<WordState> words);

}  // namespace barium::align
