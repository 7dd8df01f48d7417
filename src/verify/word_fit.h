#pragma once

// A word of the original fitted to the photo: gain, shading, place, stretch, turn and blur are free, what is
// left over is noise or another word.

#include <Eigen/Dense>
#include <array>
#include <optional>
#include <vector>

#include "align/photo_levels.h"
#include "base/geometry.h"
#include "image/image.h"
#include "image/warp.h"
#include "verify/jitter.h"

namespace barium::verify {

inline constexpr int kParameters = 14;
enum Parameter { kGain, kCurve, kX, kY, kXX, kYY, kXY, kXEx, kYEx, kXEy, kYEy, kTone, kShadeX, kShadeY };

// What the photo's other words say of the parameters: those from kCurve to kYEy in units of the gain.
struct FitPrior {
  std::array<double, kParameters> mean{}, deviation{};
};
// Before any word was fitted.
FitPrior wide_prior();

struct WordFit {
  align::PatchGrid grid;
  int x0 = 0, y0 = 0;           // of the grid in the page's picture
  std::vector<float> seen;      // the photo's samples
  std::vector<float> residual;  // photo less the fitted look
  std::vector<float> basis;     // parameters x samples, row-major: what the fit may absorb
  double correlation = 0;       // of the look with the photo, shading taken out
  image::Warp photo_from_page;  // where it was seen; good within the grid
  std::array<double, kParameters> theta{};
  double gain() const { return theta[kGain]; }  // of the original's tones
};

// area: pt. expected: the page through the photo's filter. reach_pt: how far from the warp's place.
std::optional<WordFit> fit_word(const align::PhotoLevels& photo, const image::FloatImage& expected,
                                double step_pt, const base::Box& area, const image::Warp& photo_from_page,
                                double reach_pt, const FitPrior& prior);

// The warp with the paper about a point stretched and turned: a step along has the effect that a step of
// along + by had; steps across stay.
image::Warp stretched(const image::Warp& warp, base::Vec2 about, base::Vec2 along, base::Vec2 by);

double energy_of(const std::vector<float>& residual);

Eigen::VectorXf residual_at(const WordFit& fit, const std::vector<std::size_t>& samples);
// The fitted look's change for a point right and down: samples x 2.
Eigen::MatrixX2f shift_of(const WordFit& fit, const std::vector<std::size_t>& samples);

// How much ink the photo shows there, over how much the look has: its deviation from its own shading, over
// that of the look with the gain that the words around have. Near 0 for blank paper.
double ink_share(const WordFit& fit, const image::FloatImage& expected, double gain);

// What the fit's freedom leaves of a change of the look.
class FitCovariance {
 public:
  // gain: whether the fit may change how dark the ink is. It must not where the question is whether ink is
  // there.
  enum class Gain { kFree, kHeld };
  FitCovariance(const WordFit& fit, const FitPrior& prior, Gain gain);
  // change: samples x changes; shift: samples x 2, the fitted look's change for a point right and down. All
  // other samples stay as they are.
  CellProducts products(const std::vector<std::size_t>& samples, const Eigen::VectorXf& residual,
                        const Eigen::MatrixXf& change, const Eigen::MatrixX2f& shift) const;

 private:
  const WordFit& fit_;
  Eigen::LDLT<Eigen::Matrix<double, kParameters, kParameters>> normal_;
};

}  // namespace barium::verify
