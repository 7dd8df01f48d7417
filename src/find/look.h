#pragma once

// What a word looks like, in 32 numbers that do not depend on its place, size, rotation or slant: the ink in
// its own affine frame, as low-frequency cosine coefficients. Their signs are the word's hash. A mirror image
// has another look, a word upside down the same up to known signs.

#include <array>
#include <cstdint>

#include "find/ink.h"
#include "find/words.h"

namespace barium::find {

inline constexpr int kLookSize = 32;
using Look = std::array<float, kLookSize>;

// frame: in the frame of the ink.
Look look_of(const image::GrayImage& ink, const Frame& frame);
// Of the same word with its frame reversed.
Look reversed(const Look& look);
// Bit i: coefficient i is positive.
std::uint32_t sign_bits(const Look& look);

}  // namespace barium::find
