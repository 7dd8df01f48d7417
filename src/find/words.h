#pragma once

// Words as the camera sees them: pieces of ink that stand close together along the local direction of the
// text. The gaps come from the area Voronoi diagram of the pieces (K. Kise, A. Sato, M. Iwata, "Segmentation
// of page images using the area Voronoi diagram", CVIU 1998), the scale and the direction of the text from
// the pieces around, so that neither the size of the page in the photo nor its rotation need be known, and
// both may change over the photo. No language is assumed: where there are no spaces, a "word" is a run
// between wider gaps.

#include <cstdint>
#include <vector>

#include "base/geometry.h"
#include "find/ink.h"

namespace barium::find {

// The affine frame of some ink: p = centre + a * along + b * across has its mass at a, b with mean 0 and
// unit covariance. `along` runs with the baseline (either way), `across` to its right (y down). An affine
// map of the picture maps the frame, as far as the direction of the baseline is known.
struct Frame {
  base::Vec2 centre;
  base::Vec2 along;
  base::Vec2 across;

  base::Vec2 at(double a, double b) const { return centre + along * a + across * b; }
  Frame reversed() const { return {centre, along * -1, across * -1}; }
};

struct InkWord {
  Frame frame;      // working frame
  double mass = 0;  // px of full ink
  double gap = 0;   // to the nearest other word on its line, in text heights; 9 where there is none
  int parts = 1;    // 2 for a pair of neighbours on a line
};

// Letters are whole, or run together; or thin print, of which the picture keeps broken strokes.
enum class Print { kSolid, kBroken };

// Words, and pairs of words that stand next to each other on a line. Order depends on the ink only.
std::vector<InkWord> ink_words(const Pieces& pieces, Print print = Print::kSolid);

}  // namespace barium::find
