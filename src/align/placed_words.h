#pragma once

// Which words stand where paper and marks explain them, and how far from where the paper has them.

#include <span>

#include "align/align.h"
#include "align/word_sites.h"
#include "align/word_state.h"

namespace barium::align {

// words: one for each site, after the last fit.
Alignment place_words(const image::Warp& photo_from_page, std::span<const WordSite> sites,
                      std::span<const WordState> words);

}  // namespace barium::align
