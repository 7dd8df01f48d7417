#pragma once

// What the smooth field leaves, from a word's neighbours: creases and crumples move a few words together and
// no others. Kriging over the nearest sightings, each word against the others only, with a Matern covariance
// whose amplitude and length, and an unexplained spread, are learned from how well words are predicted; the
// local roughness scales the variance (a Student-t process: A. Shah, A. Wilson, Z. Ghahramani, "Student-t
// processes as alternatives to Gaussian processes", AISTATS 2014). docs/methods/align.md.

#include <span>
#include <vector>

#include "align/field_fit.h"

namespace barium::align {

struct LocalFit {
  std::vector<double> residual_pt;  // seen, less what all others predict; the mark is in it
  std::vector<double> variance;     // of the residual
  std::vector<double> mark;         // posterior mean, pt
  std::vector<double> inlier;       // posterior probability
  std::vector<double> local_pt;     // what to add to the smooth field at the sighting, itself included
  double amplitude_pt = 0, length_pt = 0, spread_pt = 0;
};

LocalFit fit_locally(std::span<const Sighting> sightings, const FieldFit& smooth);

}  // namespace barium::align
