#pragma once

// Glyphs weighed by what the fitted look of their word leaves, and what that means beside the glyphs around
// them: paper decides how much is left of a word that nobody changed.

#include <cstdint>
#include <utility>
#include <vector>

#include "base/geometry.h"
#include "verify/evidence.h"
#include "verify/glyph_cells.h"
#include "verify/tones.h"

namespace barium::verify {

struct WeighedCell {
  std::uint32_t cell = 0;
  std::size_t piece = 0;
  std::uint32_t word = 0;
  base::Vec2 at;  // pt, page frame
  Tones tones;
  // Energies: of the residual, of the ink, and of the least change of the glyph that the fit does not absorb.
  double energy = 0, ink = 0, least = 1e18;
  // In units of the energy of one sample of ink: of the residual along each change, and of the least change.
  double unit = 1;
  std::vector<double> along;
  double least_told = 1e18;
  std::vector<std::pair<double, const GlyphCell*>> likeliest;  // other glyphs, or none; the likeliest first
  CellEvidence evidence;
};

// Fills in the evidence's misfit, around, least_change, distance and left. Cells without enough others of
// their tones on the page are taken out. cells: by word.
void relate(std::vector<WeighedCell>& cells);

}  // namespace barium::verify
