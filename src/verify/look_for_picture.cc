#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "verify/graphic_look.h"

namespace barium::verify {
namespace {

constexpr double kLeastSamples = 64;
constexpr double kLeastEnergy = 1e-4;  // of the look, a sample
constexpr int kStride = 2;

// A picture's part on the laid page: its samples' look and shading (1, x, y), zero where words stand and
// where what is seen is not known.
class Piece {
 public:
  Piece(const GraphicLook& with, const Patch& patch)
      : laid_(with.laid), patch_(patch), n_(static_cast<Eigen::Index>(patch.width) * patch.height) {
    const image::FloatImage look = blurred(with.laid.original, patch, with.optics.blur);
    open_ = Eigen::VectorXf::Zero(n_);
    basis_ = Eigen::Matrix<float, Eigen::Dynamic, 4>::Zero(n_, 4);
    for (int y = 0; y < patch.height; ++y)
      for (int x = 0; x < patch.width; ++x) {
        if (with.page.words.at(patch.x0 + x, patch.y0 + y) != 0 ||
            with.laid.known.at(patch.x0 + x, patch.y0 + y) <= 0)
          continue;
        const auto i = static_cast<Eigen::Index>(y) * patch.width + x;
        const float u = 2.0f * static_cast<float>(x) / static_cast<float>(patch.width) - 1,
                    v = 2.0f * static_cast<float>(y) / static_cast<float>(patch.height) - 1;
        basis_.row(i) << 1, u, v, look.at(x, y);
        open_(i) = 1, ++samples_;
      }
    normal_ = (basis_.transpose() * basis_).cast<double>();
    Eigen::Matrix3d shade = normal_.topLeftCorner<3, 3>();
    shade.diagonal().array() += 1e-9;
    unshade_ = shade.inverse();
    cross_ = normal_.block<3, 1>(0, 3);
    energy_ = normal_(3, 3) - cross_.dot(unshade_ * cross_);
  }

  bool shows() const { return samples_ >= kLeastSamples && energy_ > kLeastEnergy * samples_; }

  // With the photo (dx, dy) samples off its place.
  Fit fit_at(int dx, int dy) const {
    Eigen::VectorXf seen(n_);
    for (int y = 0; y < patch_.height; ++y)
      std::copy_n(laid_.photo.row(patch_.y0 + y + dy) + patch_.x0 + dx, patch_.width,
                  seen.data() + y * patch_.width);
    const Eigen::Vector4d against = (basis_.transpose() * seen).cast<double>();
    const Eigen::Vector3d on_shade = against.head<3>();
    const double pp =
        static_cast<double>(seen.cwiseProduct(open_).dot(seen)) - on_shade.dot(unshade_ * on_shade);
    const double ep = against(3) - cross_.dot(unshade_ * on_shade);
    Fit fit;
    fit.gain = ep / energy_;
    fit.gain_sigma = std::sqrt(std::max(1e-9, pp - ep * ep / energy_) / (samples_ - 4) / energy_);
    fit.correlation = pp > 1e-9 * samples_ ? ep / std::sqrt(energy_ * pp) : 0;
    fit.contrast = std::sqrt(energy_ / samples_);
    fit.shown = std::sqrt(std::max(0.0, pp) / samples_);
    fit.paper = (against(0) + std::max(0.0, fit.gain) * (samples_ - normal_(0, 3))) / samples_;
    return fit;
  }
  // Whether the photo is laid there.
  bool is_known_at(int dx, int dy) const {
    const int x = patch_.x0 + dx, y = patch_.y0 + dy;
    return x >= 0 && y >= 0 && x + patch_.width <= laid_.photo.width() &&
           y + patch_.height <= laid_.photo.height() && laid_.known.at(x, y) > 0 &&
           laid_.known.at(x + patch_.width - 1, y + patch_.height - 1) > 0;
  }

 private:
  const LaidPage& laid_;
  Patch patch_;
  Eigen::Index n_;
  Eigen::VectorXf open_;
  Eigen::Matrix<float, Eigen::Dynamic, 4> basis_;
  double samples_ = 0, energy_ = 0;
  Eigen::Matrix4d normal_;
  Eigen::Matrix3d unshade_;
  Eigen::Vector3d cross_;
};

struct Placed {
  Fit fit{.correlation = -2};
  int dx = 0, dy = 0;
  void offer(const Fit& other, int x, int y) {
    if (other.correlation > fit.correlation) fit = other, dx = x, dy = y;
  }
};

// Every other place, then those beside the best.
Placed best_within(const Piece& piece, int reach) {
  Placed coarse;
  for (int dy = -reach; dy <= reach; dy += kStride)
    for (int dx = -reach; dx <= reach; dx += kStride) coarse.offer(piece.fit_at(dx, dy), dx, dy);
  Placed best = coarse;
  for (int dy = std::max(-reach, coarse.dy - 1); dy <= std::min(reach, coarse.dy + 1); ++dy)
    for (int dx = std::max(-reach, coarse.dx - 1); dx <= std::min(reach, coarse.dx + 1); ++dx)
      best.offer(piece.fit_at(dx, dy), dx, dy);
  return best;
}

}  // namespace

std::optional<PartEvidence> look_for_picture(const GraphicLook& with, const base::Box& part,
                                             double reach_pt) {
  const Patch patch = patch_of(part, with.laid.original);
  const int reach = static_cast<int>(reach_pt / kLaidStepPt), far = static_cast<int>(kFarPt / kLaidStepPt);
  if (patch.x0 < reach || patch.y0 < reach || patch.x0 + patch.width + reach > with.laid.photo.width() ||
      patch.y0 + patch.height + reach > with.laid.photo.height())
    return std::nullopt;
  const Piece piece(with, patch);
  if (!piece.shows()) return std::nullopt;
  const Placed near = best_within(piece, reach);
  PartEvidence best =
      evidence_of(near.fit, with.optics, part, {near.dx * kLaidStepPt, near.dy * kLaidStepPt});
  if (best.correlation > kAlike) return best;
  int looked = 0, places = 0;
  for (int dy = -far; dy <= far; dy += kStride)
    for (int dx = -far; dx <= far; dx += kStride) {
      if (std::abs(dx) <= reach && std::abs(dy) <= reach) continue;
      ++places;
      if (!piece.is_known_at(dx, dy)) continue;
      ++looked;
      const Fit fit = piece.fit_at(dx, dy);
      if (fit.correlation > best.far_correlation)
        best.far_correlation = fit.correlation, best.far_gain = evidence_of(fit, with.optics, part, {}).gain;
    }
  best.far_looked = places == 0 ? 0 : static_cast<double>(looked) / places;
  return best;
}

}  // namespace barium::verify
