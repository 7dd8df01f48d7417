#pragma once

// How the paper of a photograph moved what is printed on it, between and beyond the words where that was
// seen: a random field that agrees with every sighting and is, elsewhere, as rough as the sightings are. (The
// mean of such a field would be smoother than paper.) Conditional simulation by kriging the difference
// between an unconditional draw and the data: A. G. Journel, "Geostatistics for conditional simulation of ore
// bodies", Economic Geology 69, 1974. Both axes share one law: two Matern 3/2 covariances, one of folds and
// crumples, one shorter than a word's distance from its neighbours, with sizes of greatest likelihood.

#include <Eigen/Core>
#include <span>
#include <vector>

#include "base/geometry.h"
#include "base/rng.h"

namespace barium::sim {

struct SeenOffset {
  base::Vec2 p_in_page;  // pt
  base::Vec2 offset_pt;  // from flat paper
  base::Vec2 sigma_pt;   // of the match
};

// One standard deviation of each part, and how far it reaches.
struct PaperLaw {
  double rough_pt = 0, length_pt = 0;      // folds and crumples
  double fine_pt = 0;                      // the short part
  double bend_pt = 0, bend_length_pt = 0;  // the sheet as a whole
};

// Of at least four sightings; of fewer no paper moves.
PaperLaw paper_law(std::span<const SeenOffset> seen);

// Without the sightings that the others and the law make next to impossible: things taken for another.
std::vector<SeenOffset> believable(std::vector<SeenOffset> seen, const PaperLaw& law);

class PaperField {
 public:
  PaperField(std::vector<SeenOffset> seen, const PaperLaw& law, base::Rng& rng);
  // Where the paper is on the mean: smoother than paper, and nearest to where it is.
  static PaperField mean(std::vector<SeenOffset> seen, const PaperLaw& law);
  base::Vec2 at(base::Vec2 p_in_page) const;  // pt

 private:
  // A sum of waves whose covariance is the law's (Rahimi and Recht, "Random features for large-scale kernel
  // machines", NIPS 2007).
  struct Wave {
    base::Vec2 per_pt;
    double phase = 0;
    base::Vec2 amplitude_pt;
  };
  base::Vec2 drawn(base::Vec2 p_in_page) const;
  enum class Shape { kMatern, kGaussian };
  PaperField(std::vector<SeenOffset> seen, const PaperLaw& law);
  void add_waves(Shape shape, double sigma_pt, double length_pt, base::Rng& rng);
  void condition(base::Rng* errors);

  std::vector<SeenOffset> seen_;
  PaperLaw law_;
  std::vector<Wave> waves_;
  Eigen::VectorXd weight_x_, weight_y_;  // of the sightings: what the draw lacks there
};

}  // namespace barium::sim
