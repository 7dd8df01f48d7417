#pragma once

// Glyphs weighed by what the fitted look of their word leaves, and what that means beside the glyphs around
// them: paper decides how much is left of a word that nobody changed.

#include <cstdint>
#include <utility>
#include <vector>

#include "base/geometry.h"
#include "verify/evidence.h"
#include "verify/glyph_cells.h"
#include "verify/jitter.h"
#include "verify/tones.h"

namespace barium::verify {

struct WeighedCell {
  std::uint32_t cell = 0;
  std::size_t piece = 0;
  std::uint32_t word = 0;
  base::Vec2 at;  // pt, page frame
  Tones tones;
  double size_pt = 0;
  // What was measured: energies of the residual, of the ink and of one sample of ink; and products of the
  // changes into each of `others` (nullptr: nothing stands there) with shifts and the residual, with the gain
  // free and, where the glyph is gone, held.
  double energy = 0, ink = 0, unit = 1;
  Eigen::VectorXf residual;
  Eigen::MatrixX2f shift;
  CellProducts if_changed, if_gone;
  std::vector<const GlyphCell*> others;
  bool is_alone = false;  // its piece has no other glyph
  Jitter jitter;          // of glyphs like it
  // What relate makes of it.
  double least = 1e18;  // of the changes' energies
  // In units of `unit`: of the residual along each change, and of the least change.
  std::vector<double> along;
  double least_told = 1e18;
  std::vector<std::pair<double, const GlyphCell*>> likeliest;  // other glyphs, or none; the likeliest first
  CellEvidence evidence;
};

// From all glyphs of about each one's size: renderers put large ones on whole pixels, small ones on quarters.
void learn_jitter_of(std::vector<WeighedCell>& cells);

// Fills in the evidence's misfit, around, least_change, distance and left. Cells without enough others of
// their tones on the page are taken out. cells: by word.
void relate(std::vector<WeighedCell>& cells);

}  // namespace barium::verify
