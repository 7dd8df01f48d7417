#pragma once

// What a photo says of each glyph of a page, as numbers; verify.h judges them. docs/methods/verify.md.

#include <vector>

#include "align/align.h"
#include "image/image.h"
#include "page/registered_page.h"

namespace barium::verify {

struct CellEvidence {
  double t0 = 0, t1 = 0;  // pt along the baseline from the word's origin
  // Energy of what the word's fitted look leaves there, over that of its ink, in units of what the glyphs
  // around it have on the median: near 1 where nothing was changed.
  double misfit = 0;
  double around = 0;  // that median: small where the paper is calm
  // What the least visible change of this glyph would have added to it.
  double least_change = 0;
  // How surely the other glyph that it is hardest to tell from would be told: the size of that change, over
  // one standard deviation of what residuals have along such changes around. And how much of a change into
  // the likeliest other glyph the residual shows: near 0 for the page's own, 1 for that one.
  double distance = 0, share = 0;
  // Another glyph fits there, and which: 0 for none, or where its name is not known.
  bool is_other = false;
  char32_t other = 0;
  // The misfit that is left with all such glyphs of the word drawn as what they are; where there are none,
  // the misfit.
  double left = 0;
  std::size_t glyph = 0;  // its number in the word
};

struct WordEvidence {
  enum class Seen {
    kYes,
    kOutOfView,  // wholly or partly outside of the picture
    kFaint,      // on the original already its ink hardly differs from its ground
    kNotThere,   // nothing like it stands there: covered, erased, or the paper is lost
  } seen = Seen::kNotThere;
  bool placed = false;  // align found it
  // How much ink the photo shows where the word should be, over how much there should be: near 1 for any
  // word, near 0 for blank paper. The most of its pieces.
  double inked = 1;
  // How much darker it is there than the paper around, over how dark ink is: near 0 for blank paper, near 1
  // where it was blacked out. The most of its pieces.
  double darker = 0;
  // How dark its ink is, over that of the words around it. The least of its pieces.
  double gain = 1;
  // How near words are that align found: 1 is one at the place itself.
  double support = 0;
  // Of the page's words in view, the share that align found: on rough paper a word that is not where it
  // should be may stand elsewhere.
  double page_placed = 0;
  double correlation = 0;  // of its look with the photo, shading taken out; the least of its pieces
  double unlike = 0;       // what that lacks of 1, over the page's median
  std::size_t glyphs = 0;  // that the word has; a glyph too small to be weighed has no cell
  std::vector<CellEvidence> cells;
};

// One for each word of the page, in its order; empty where too little of the page was found to learn how the
// photo shows it.
std::vector<WordEvidence> word_evidence(image::GrayView photo, const page::RegisteredPage& page,
                                        const align::Alignment& alignment);

}  // namespace barium::verify
