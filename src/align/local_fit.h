#pragma once

// What the smooth field leaves, from a word's neighbours: creases and crumples move a few words together and
// no others. Kriging over the nearest parts of other words and the word's own parts, whose common offset is
// free (N. Cressie, "Statistics for Spatial Data", 1993, section 3.4: universal kriging), so that a word says
// how the paper bends under it but not where it is. The Matern covariance's amplitude and length, and two
// unexplained spreads, are learned from how well words are predicted; the local roughness scales the variance
// (a Student-t process: A. Shah, A. Wilson, Z. Ghahramani, "Student-t processes as alternatives to Gaussian
// processes", AISTATS 2014). docs/methods/align.md.

#include <span>
#include <vector>

#include "align/field_fit.h"

namespace barium::align {

// One axis of a part of a word. Page frame, pt.
struct PartSighting {
  std::size_t sighting = 0;  // of its word
  base::Vec2 p_in_page;
  double seen_pt = 0;
  double variance = 0;  // of the match alone
};

struct LocalFit {
  std::vector<double> residual_pt;  // seen, less what all others predict; the mark is in it
  std::vector<double> variance;     // of the residual
  std::vector<double> mark;         // posterior mean, pt
  std::vector<double> inlier;       // posterior probability
  double amplitude_pt = 0, length_pt = 0;
  double spread_pt = 0, grain_pt = 0;  // unexplained, 1 sigma: of a word, and of each of its parts
};

// parts: in the order of their sightings. A sighting without parts is one itself.
LocalFit fit_locally(std::span<const Sighting> sightings, std::span<const PartSighting> parts,
                     const FieldFit& smooth);

}  // namespace barium::align
