#pragma once

// Where a look lies in the photo. First a search over whole samples by normalised correlation, then a
// least-squares match (B. Lucas, T. Kanade, "An iterative image registration technique", IJCAI 1981, in the
// inverse compositional form of S. Baker, I. Matthews, IJCV 56, 2004) with gain, shading, blur, stretch and
// turn as nuisances: under Gaussian noise it attains the Cramer-Rao bound, and its Fisher information gives
// the word's own sigma. docs/methods/align.md.

#include <array>
#include <optional>
#include <span>

#include "align/look.h"
#include "align/photo_levels.h"

namespace barium::align {

struct Peak {
  base::Vec2 offset_pt;    // page frame: the photo shows the look here, relative to where the warp has it
  double correlation = 0;  // -1 to 1
  bool at_border = false;  // the true peak may lie outside the window
};

// seen: samples of look.grid.grown(radius). nullopt where the look or the photo is flat.
std::optional<Peak> search(const Look& look, std::span<const float> seen, int radius);

// Autocorrelation of the photo's noise on the sample grid, [0][0] is 1; symmetric.
inline constexpr int kNoiseLags = 3;
struct NoiseCorrelation {
  // at(i, j): i samples across, -kNoiseLags to kNoiseLags; j samples down, 0 to kNoiseLags.
  std::array<std::array<double, 2 * kNoiseLags + 1>, kNoiseLags + 1> value{};
  double at(int i, int j) const {
    return value[static_cast<std::size_t>(j)][static_cast<std::size_t>(i + kNoiseLags)];
  }
};

// The linear model of a word's patch, good for any number of matches of the same look.
class WordModel {
 public:
  // along: unit vector of the baseline.
  WordModel(Look look, base::Vec2 along);

  struct Fix {
    base::Vec2 offset_pt;        // page frame
    base::Vec2 variance;         // pt^2, of offset x and y, for white noise of the residual's level
    double correlation = 0;      // of the fitted look with the photo, shading taken out
    double blur_change_pt2 = 0;  // the photo's blur variance less the look's
    double noise_variance = 0;
    // Where asked for:
    std::vector<float> residual;                    // photo less model, on the grid
    std::array<std::vector<float>, 2> sensitivity;  // d offset x, y / d photo sample, per pt
  };
  enum class Ask { kPlace, kPlaceAndNoise };
  // Starts from start_pt; nullopt where the fit leaves reach_pt of it, or the look is not there.
  std::optional<Fix> refine(const PhotoLevels& photo, int level, const image::Warp& photo_from_page,
                            base::Vec2 start_pt, double reach_pt, Ask ask) const;

  const Look& look() const { return look_; }
  // Where on the page the offset is measured: the centre of the information about it.
  base::Vec2 centre() const { return centre_; }

 private:
  struct Solution;
  Solution solve(std::span<const float> seen) const;

  Look look_;
  base::Vec2 centre_;
  std::vector<float> basis_;    // parameters x samples, row-major
  std::vector<double> normal_;  // basis * basis', row-major
};

// Sums of r(p) r(p + lag) over a patch, unnormalised; [0][0] lag is the sum of squares.
NoiseCorrelation lag_products(std::span<const float> values, int width, int height);

}  // namespace barium::align
