#include "verify/jitter.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/median.h"

namespace barium::verify {
namespace {

constexpr double kMedianOfChi2 = 0.455;  // of one degree of freedom
constexpr double kLeastNoise = 1e-9;
constexpr double kMostShiftPt = 0.5;
constexpr int kHalvings = 30;

// (shift + stiffness)^-1; zero along what is held.
Eigen::Matrix2d freedom(const Eigen::Matrix2d& shift, const Stiffness& stiffness) {
  Eigen::Matrix2d out = Eigen::Matrix2d::Zero();
  const bool x = std::isfinite(stiffness.x()), y = std::isfinite(stiffness.y());
  const double a = shift(0, 0) + stiffness.x() + 1e-12, b = shift(1, 1) + stiffness.y() + 1e-12,
               c = shift(0, 1);
  if (x && y) {
    const double determinant = std::max(1e-12 * a * b, a * b - c * c);
    out << b / determinant, -c / determinant, -c / determinant, a / determinant;
  } else {
    if (x) out(0, 0) = 1 / a;
    if (y) out(1, 1) = 1 / b;
  }
  return out;
}

}  // namespace

std::vector<Effect> effects(const CellProducts& products, const Stiffness& stiffness) {
  const Eigen::Matrix2d free = freedom(products.shift, stiffness);
  std::vector<Effect> out;
  for (Eigen::Index c = 0; c < products.change.size(); ++c) {
    const Eigen::Vector2d common = products.change_shift.row(c).transpose();
    const Eigen::Vector2d taken = free * common;
    const double left = products.change(c) - common.dot(taken);
    const double along = products.change_residual(c) - products.shift_residual.dot(taken);
    out.push_back({std::max(0.0, left), along / std::max(1e-12, left)});
  }
  return out;
}

Eigen::Vector2d shift_in(const Eigen::VectorXf& residual, const Eigen::MatrixX2f& shift,
                         const Stiffness& stiffness, const Eigen::Vector2d& drawn) {
  const Eigen::Matrix2d own = (shift.transpose() * shift).cast<double>();
  return freedom(own, stiffness) * ((shift.transpose() * residual).cast<double>() + own * drawn);
}

double energy_settled(const Eigen::VectorXf& residual, const Eigen::MatrixX2f& shift,
                      const Stiffness& stiffness) {
  const Eigen::Matrix2d own = (shift.transpose() * shift).cast<double>();
  const Eigen::Vector2d along = (shift.transpose() * residual).cast<double>();
  const Eigen::Vector2d by = freedom(own, stiffness) * along;
  return std::max(0.0, static_cast<double>(residual.squaredNorm()) - 2 * by.dot(along) + by.dot(own * by));
}

Stiffness Jitter::stiffness(double unit) const {
  const auto one = [&](double variance) {
    return variance > 0 ? noise * unit / variance : std::numeric_limits<double>::infinity();
  };
  return {one(variance_pt2.x()), one(variance_pt2.y())};
}

Jitter learn_jitter(const std::vector<JitterSample>& cells) {
  Jitter jitter;
  std::vector<double> along;
  for (const JitterSample& cell : cells)
    for (const Effect& effect : effects(*cell.products, {0, 0}))
      if (effect.energy > 0) along.push_back(effect.share * effect.share * effect.energy / cell.unit);
  if (along.empty()) return jitter;
  jitter.noise = std::max(kLeastNoise, base::median(std::move(along)) / kMedianOfChi2);
  for (const int axis : {0, 1}) {
    // The variance at which shifts are as large as it and noise explain: the median of chi-square falls with
    // it.
    const auto usual = [&](double variance) {
      std::vector<double> odds;
      for (const JitterSample& cell : cells) {
        const double precision = cell.products->shift(axis, axis), p = cell.products->shift_residual(axis);
        if (!(precision > 0)) continue;
        odds.push_back(p * p / precision / (jitter.noise * cell.unit + variance * precision));
      }
      return odds.empty() ? 0 : base::median(std::move(odds));
    };
    double low = 0, high = kMostShiftPt * kMostShiftPt;
    if (usual(0) <= kMedianOfChi2) continue;
    for (int k = 0; k < kHalvings; ++k) {
      const double middle = (low + high) / 2;
      (usual(middle) > kMedianOfChi2 ? low : high) = middle;
    }
    jitter.variance_pt2(axis) = low;
  }
  return jitter;
}

}  // namespace barium::verify
