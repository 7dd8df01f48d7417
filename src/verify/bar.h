#pragma once

// The flat dark area that a word lies in: how far it is one level, and which of its edges are those of a bar
// that was drawn. docs/methods/verify.md, Black-outs.

#include "image/image.h"
#include "page/word.h"
#include "verify/laid_page.h"

namespace barium::verify {

// From the median level, of full scale.
inline constexpr float kFlatLevel = 0.04f;
// Two grounds of the original differ by more, 0 black and 1 white.
inline constexpr float kOtherGround = 0.1f;

struct Bar {
  float level = 1;          // the median in the middle of the word's box
  double flat_box = 0;      // of the word's box is at that level
  double letters = 0;       // of the word's box the original has letters on
  double flat_letters = 0;  // of these are at that level
  double flat_steps = 0;    // of its steps along the line, is so over the height of the word
  // Its edges above, below and at both ends are straight and sharp, and the page has none there.
  bool above = false, below = false, ends = false;
};

// without_letters: of the original, its grounds, 0 black and 1 white; the page's own edges are theirs.
// unsure_pt: how far off the word's place may be.
Bar bar_around(const LaidPage& laid, const image::FloatImage& without_letters, const page::Word& word,
               double unsure_pt);

}  // namespace barium::verify
