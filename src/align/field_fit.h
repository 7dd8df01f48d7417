#pragma once

// The smooth displacement of the paper from where its words were seen, with marks and bad matches told apart
// from paper. Chebyshev coefficients have a Gaussian prior whose variance, one for each total degree, is
// learned from the page itself (empirical Bayes: flat paper turns the high degrees off, a crease turns them
// on), so the field is no freer than the paper. A carrier's mark is a mixture of -shift, 0 and +shift,
// decided for each word against what all *other* words say of the paper there (cavity, as in expectation
// propagation: T. Minka, "Expectation propagation for approximate Bayesian inference", UAI 2001), so that a
// word's own mark cannot pull the field towards itself. docs/methods/align.md has the formulas.

#include <Eigen/Core>
#include <span>
#include <vector>

#include "align/mixture.h"
#include "base/geometry.h"
#include "image/warp.h"

namespace barium::align {

// One axis of one word's sighting. All in pt, page frame.
struct Sighting {
  base::Vec2 p_in_page;  // where the word was looked for
  double seen_pt = 0;    // displacement along this axis at which it was found
  double variance = 0;   // pt^2, of the match alone
  double shift_pt = 0;   // the mark may be -shift, 0, +shift; 0 for a word that carries none
};

struct FieldFitOptions {
  int degree = 12;                // highest total degree
  double outlier_range_pt = 1.5;  // a bad match lies anywhere in +- this
  double first_spread_pt = 0.5;   // how far off the words may be before anything is known
};

struct FieldFit {
  std::vector<double> coefficients;  // as SmoothField's
  std::vector<double> field_pt;      // at the sightings, of all of them
  // For each sighting, against the field that all the others give.
  std::vector<double> residual_pt;
  std::vector<double> variance;             // of that residual: match, unexplained spread, and field
  std::vector<double> field_variance;       // of what the others say of the field there
  std::vector<double> mark, mark_variance;  // pt, pt^2: posterior
  std::vector<double> inlier;               // posterior probability
  double spread_pt = 0;                     // unexplained by match and field, 1 sigma
  MarkMixture mixture;
  // What sighting i does to the field at j: influence(j, i) = d field_pt[j] / d seen_pt[i].
  Eigen::MatrixXd half;  // coefficients x sightings: L^-1 basis, L L' the posterior precision
  Eigen::VectorXd precision;
  base::Box domain;
  int degree = 0;
  Eigen::MatrixXd lower;  // L
  double influence(std::size_t j, std::size_t i) const {
    return half.col(static_cast<Eigen::Index>(j)).dot(half.col(static_cast<Eigen::Index>(i))) *
           precision[static_cast<Eigen::Index>(i)];
  }
  // As half, for a point that is no sighting's: its product with half's column i, times the precision, is
  // what sighting i does to the field there.
  Eigen::VectorXd half_at(base::Vec2 p_in_page) const;
  double field_at(base::Vec2 p_in_page) const;
};

FieldFit fit_field(const base::Box& domain, std::span<const Sighting> sightings,
                   const FieldFitOptions& options);

}  // namespace barium::align
