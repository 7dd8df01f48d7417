#pragma once

// From a rough placement to where every word of the page lies in the photo, sub-pixel: every word of the
// rendered original is matched in a small window (normalised correlation, sub-pixel peak), and a smooth warp
// is fitted to all words with robust weights and learned stiffness (docs/methods/align.md). What the warp
// does not explain is left per word. The warp is stiff enough not to absorb marks, which are zero-mean and
// change sign from word to word.

#include <span>
#include <vector>

#include "base/note.h"
#include "image/homography.h"
#include "image/image.h"
#include "image/warp.h"
#include "page/measurement.h"
#include "page/registered_page.h"

namespace barium::align {

struct AlignOptions {
  int max_degree = 8;  // of the smooth displacement; a prior learned from the page keeps flat paper flat
  // Carriers are expected at +shift or -shift, other words at 0: the fit is to that mixture.
  // kUnmarked fits every word at 0: what benches compare with.
  enum class Marks { kExpected, kUnmarked } marks = Marks::kExpected;
  void check() const;
};

struct Alignment {
  image::Warp photo_from_page;
  std::vector<page::WordMeasurement> words;  // one for each word of the page, in its order
  double residual_sigma_pt = 0;              // robust, along the baseline, marks taken out
  // Of the median word's match alone, at the photo's own blur and noise: the Cramer-Rao bound of its place,
  // noise taken as correlated as it is. What residual_sigma_pt exceeds it by is paper, print and lens.
  double match_sigma_pt = 0;
  base::Notes notes;
};

// The start: a homography, and where words of the page were seen already, to a point or two. Where there are
// fewer than 12 such, and far from all of them, words are looked for within 15 pt.
Alignment align_page(image::GrayView photo, const page::RegisteredPage& page,
                     const image::Homography& photo_from_page, std::span<const image::Match> matches = {},
                     const AlignOptions& options = {});

}  // namespace barium::align
