#include "align/field_fit.h"

#include <Eigen/Dense>
#include <array>
#include <cmath>

namespace barium::align {
namespace {

// Rounds of cavity, responsibilities and variances. The fit changes by less than 1e-3 pt after about 12 on
// the photographs of bench/suites/align_real.
constexpr int kRounds = 20;
// Translation, affine and quadratic terms are left free: perspective and the start's error live there. pt^2.
constexpr double kFreeVariance = 100.0;
constexpr int kFreeDegree = 2;
// A surface with creases has a continuous, kinked displacement, whose Chebyshev coefficients fall as the
// second power of the degree, their variance as the fourth.
constexpr double kStartVariance = 1.0;
constexpr int kStartDecay = 4;
// Weight of what the neighbouring degree suggests, in coefficients.
constexpr double kPriorWeight = 2.0;
constexpr double kOutlierShare = 0.02;
constexpr double kLeastSpreadPt = 0.003;

struct Component {
  double mark_pt;
  double share;
};

double normal_density(double x, double variance) {
  return std::exp(-0.5 * x * x / variance) / std::sqrt(2 * M_PI * variance);
}

int degree_of(int coefficient) {
  int degree = 0;
  while (image::SmoothField::coefficients(degree) <= coefficient) ++degree;
  return degree;
}

class Fit {
 public:
  Fit(const base::Box& domain, std::span<const Sighting> sightings, const FieldFitOptions& options)
      : sightings_(sightings), options_(options), count_(static_cast<Eigen::Index>(sightings.size())) {
    const int m = image::SmoothField::coefficients(options.degree);
    basis_.resize(m, count_);
    for (Eigen::Index i = 0; i < count_; ++i)
      image::SmoothField::basis(domain, options.degree, sightings[i].p_in_page, basis_.col(i).data());
    for (int k = 0; k < m; ++k) degree_of_.push_back(degree_of(k));
    for (int d = 0; d <= options.degree; ++d)
      prior_.push_back(d <= kFreeDegree ? kFreeVariance
                                        : kStartVariance * std::pow(d - kFreeDegree, -kStartDecay));
    weight_ = Eigen::VectorXd::Ones(count_);
    mark_ = Eigen::VectorXd::Zero(count_);
    mark_variance_.resize(count_);
    for (Eigen::Index i = 0; i < count_; ++i)
      mark_variance_[i] = sightings[i].shift_pt * sightings[i].shift_pt;
    spread2_ = options.first_spread_pt * options.first_spread_pt;
  }

  FieldFit run() {
    for (int round = 0; round < kRounds; ++round) {
      solve();
      if (round > 0) learn_spread();
      classify();
      learn_prior();
    }
    solve();
    return result();
  }

 private:
  double seen(Eigen::Index i) const { return sightings_[static_cast<std::size_t>(i)].seen_pt; }
  double shift(Eigen::Index i) const { return sightings_[static_cast<std::size_t>(i)].shift_pt; }
  double match_variance(Eigen::Index i) const { return sightings_[static_cast<std::size_t>(i)].variance; }

  // Posterior of the coefficients, and for each word the prediction without it.
  void solve() {
    Eigen::VectorXd precision(count_);
    for (Eigen::Index i = 0; i < count_; ++i)
      precision[i] = weight_[i] / (match_variance(i) + spread2_ + mark_variance_[i]);
    Eigen::MatrixXd normal = basis_ * precision.asDiagonal() * basis_.transpose();
    Eigen::VectorXd right = Eigen::VectorXd::Zero(basis_.rows());
    for (Eigen::Index i = 0; i < count_; ++i) right += precision[i] * (seen(i) - mark_[i]) * basis_.col(i);
    for (Eigen::Index k = 0; k < normal.rows(); ++k) normal(k, k) += 1 / prior_[degree_of_[k]];
    const Eigen::LLT<Eigen::MatrixXd> factor(normal);
    coefficients_ = factor.solve(right);
    const Eigen::MatrixXd half = factor.matrixL().solve(basis_);
    const Eigen::MatrixXd inverse_half =
        factor.matrixL().solve(Eigen::MatrixXd::Identity(normal.rows(), normal.rows()));
    coefficient_variance_ = inverse_half.colwise().squaredNorm();
    cavity_residual_.resize(count_);
    cavity_variance_.resize(count_);
    for (Eigen::Index i = 0; i < count_; ++i) {
      const double field_variance = half.col(i).squaredNorm();
      const double leverage = std::min(precision[i] * field_variance, 1 - 1e-9);
      const double left = seen(i) - mark_[i] - basis_.col(i).dot(coefficients_);
      cavity_residual_[i] = mark_[i] + left / (1 - leverage);
      cavity_variance_[i] = field_variance / (1 - leverage);
    }
  }

  std::array<Component, 3> components(Eigen::Index i) const {
    if (shift(i) == 0) return {{{0, 1}, {0, 0}, {0, 0}}};
    const double signed_share = (1 - still_share_) / 2;
    return {{{0, still_share_}, {shift(i), signed_share}, {-shift(i), signed_share}}};
  }

  double likelihood(Eigen::Index i, double spread2) const {
    const double variance = match_variance(i) + spread2 + cavity_variance_[i];
    double inside = 0;
    for (const Component& c : components(i))
      if (c.share > 0) inside += c.share * normal_density(cavity_residual_[i] - c.mark_pt, variance);
    return (1 - kOutlierShare) * inside + kOutlierShare / (2 * options_.outlier_range_pt);
  }

  // Coordinate ascent of the predictive likelihood over a few steps around the last value.
  void learn_spread() {
    double best = -1e300, best_spread2 = spread2_;
    for (const double factor : {0.35, 0.6, 0.8, 0.92, 1.0, 1.08, 1.25, 1.6, 2.8}) {
      const double trial = std::max(spread2_ * factor, kLeastSpreadPt * kLeastSpreadPt);
      double sum = 0;
      for (Eigen::Index i = 0; i < count_; ++i) sum += std::log(likelihood(i, trial));
      if (sum > best) {
        best = sum;
        best_spread2 = trial;
      }
    }
    spread2_ = best_spread2;
  }

  void classify() {
    double still = 1, carriers = 3;  // a Beta(1, 2) prior: most copies carry marks
    for (Eigen::Index i = 0; i < count_; ++i) {
      const double variance = match_variance(i) + spread2_ + cavity_variance_[i];
      double total = 0, first = 0, second = 0, at_zero = 0;
      for (const Component& c : components(i)) {
        if (c.share <= 0) continue;
        const double p = c.share * normal_density(cavity_residual_[i] - c.mark_pt, variance);
        total += p;
        first += p * c.mark_pt;
        second += p * c.mark_pt * c.mark_pt;
        if (c.mark_pt == 0) at_zero += p;
      }
      const double outlier = kOutlierShare / (2 * options_.outlier_range_pt);
      weight_[i] = std::max((1 - kOutlierShare) * total / ((1 - kOutlierShare) * total + outlier), 1e-9);
      if (shift(i) == 0 || total <= 0) continue;
      mark_[i] = first / total;
      mark_variance_[i] = std::max(second / total - mark_[i] * mark_[i], 0.0);
      still += weight_[i] * at_zero / total;
      carriers += weight_[i];
    }
    still_share_ = still / carriers;
  }

  // EM for the variance of each degree's coefficients; the degree below, scaled by the decay, is its prior.
  void learn_prior() {
    for (int d = kFreeDegree + 1; d <= options_.degree; ++d) {
      double sum = 0, n = 0;
      for (Eigen::Index k = 0; k < coefficients_.size(); ++k) {
        if (degree_of_[k] != d) continue;
        sum += coefficients_[k] * coefficients_[k] + coefficient_variance_[k];
        n += 1;
      }
      const double before = d == kFreeDegree + 1 ? sum / n : prior_[d - 1];
      const double expected = before * std::pow(static_cast<double>(d - 1) / d, kStartDecay);
      prior_[d] = std::max((sum + kPriorWeight * expected) / (n + kPriorWeight), 1e-10);
    }
  }

  FieldFit result() const {
    FieldFit fit;
    fit.coefficients.assign(coefficients_.data(), coefficients_.data() + coefficients_.size());
    for (Eigen::Index i = 0; i < count_; ++i) {
      fit.residual_pt.push_back(cavity_residual_[i]);
      fit.variance.push_back(match_variance(i) + spread2_ + cavity_variance_[i]);
      fit.expected_mark.push_back(mark_[i]);
      fit.inlier.push_back(weight_[i]);
    }
    fit.spread_pt = std::sqrt(spread2_);
    return fit;
  }

  std::span<const Sighting> sightings_;
  FieldFitOptions options_;
  Eigen::Index count_;
  Eigen::MatrixXd basis_;  // coefficients x sightings
  std::vector<int> degree_of_;
  std::vector<double> prior_;  // by degree
  Eigen::VectorXd weight_, mark_, mark_variance_;
  Eigen::VectorXd coefficients_, coefficient_variance_, cavity_residual_, cavity_variance_;
  double spread2_ = 0;
  double still_share_ = 1.0 / 3;
};

}  // namespace

FieldFit fit_field(const base::Box& domain, std::span<const Sighting> sightings,
                   const FieldFitOptions& options) {
  return Fit(domain, sightings, options).run();
}

}  // namespace barium::align
