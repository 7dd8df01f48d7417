#include "align/field_fit.h"

#include <Eigen/Dense>
#include <cmath>

namespace barium::align {
namespace {

// Rounds of cavity, responsibilities and variances, until no word's prediction moves any more.
constexpr int kRounds = 20;
constexpr double kSettledPt = 1e-3;
// Translation, affine and quadratic terms are left free: perspective and the start's error live there. pt^2.
constexpr double kFreeVariance = 100.0;
constexpr int kFreeDegree = 2;
// A surface with creases has a continuous, kinked displacement, whose Chebyshev coefficients fall as the
// second power of the degree, their variance as the fourth.
constexpr double kStartVariance = 1.0;
constexpr int kStartDecay = 4;
// Weight of what the neighbouring degree suggests, in coefficients.
constexpr double kPriorWeight = 2.0;
constexpr double kLeastSpreadPt = 0.003;

int degree_of(int coefficient) {
  int degree = 0;
  while (image::SmoothField::coefficients(degree) <= coefficient) ++degree;
  return degree;
}

class Fit {
 public:
  Fit(const base::Box& domain, std::span<const Sighting> sightings, const FieldFitOptions& options)
      : domain_(domain),
        sightings_(sightings),
        options_(options),
        count_(static_cast<Eigen::Index>(sightings.size())) {
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
    mixture_.outlier_range_pt = options.outlier_range_pt;
    spread2_ = options.first_spread_pt * options.first_spread_pt;
  }

  FieldFit run() {
    for (int round = 0; round < kRounds; ++round) {
      const Eigen::VectorXd before = cavity_residual_;
      const double spread2_before = spread2_;
      solve();
      if (round > 0) learn_spread();
      const bool settled = round > 1 && spread2_ == spread2_before &&
                           (cavity_residual_ - before).lpNorm<Eigen::Infinity>() < kSettledPt;
      if (settled) break;
      classify();
      learn_prior();
      if (round == kRounds - 1) solve();
    }
    return result();
  }

 private:
  double seen(Eigen::Index i) const { return sightings_[static_cast<std::size_t>(i)].seen_pt; }
  double shift(Eigen::Index i) const { return sightings_[static_cast<std::size_t>(i)].shift_pt; }
  double match_variance(Eigen::Index i) const { return sightings_[static_cast<std::size_t>(i)].variance; }

  // Posterior of the coefficients, and for each word the prediction without it.
  void solve() {
    precision_.resize(count_);
    for (Eigen::Index i = 0; i < count_; ++i)
      precision_[i] = weight_[i] / (match_variance(i) + spread2_ + mark_variance_[i]);
    Eigen::MatrixXd normal = Eigen::MatrixXd::Zero(basis_.rows(), basis_.rows());
    normal.selfadjointView<Eigen::Lower>().rankUpdate(basis_ * precision_.cwiseSqrt().asDiagonal());
    Eigen::VectorXd right = Eigen::VectorXd::Zero(basis_.rows());
    for (Eigen::Index i = 0; i < count_; ++i) right += precision_[i] * (seen(i) - mark_[i]) * basis_.col(i);
    for (Eigen::Index k = 0; k < normal.rows(); ++k) normal(k, k) += 1 / prior_[degree_of_[k]];
    const Eigen::LLT<Eigen::MatrixXd> factor(normal);
    coefficients_ = factor.solve(right);
    lower_ = factor.matrixL();
    half_ = factor.matrixL().solve(basis_);
    const Eigen::MatrixXd inverse_half =
        factor.matrixL().solve(Eigen::MatrixXd::Identity(normal.rows(), normal.rows()));
    coefficient_variance_ = inverse_half.colwise().squaredNorm();
    cavity_residual_.resize(count_);
    cavity_variance_.resize(count_);
    for (Eigen::Index i = 0; i < count_; ++i) {
      const double field_variance = half_.col(i).squaredNorm();
      const double leverage = std::min(precision_[i] * field_variance, 1 - 1e-9);
      const double left = seen(i) - mark_[i] - basis_.col(i).dot(coefficients_);
      cavity_residual_[i] = mark_[i] + left / (1 - leverage);
      cavity_variance_[i] = field_variance / (1 - leverage);
    }
  }

  double variance(Eigen::Index i, double spread2) const {
    return match_variance(i) + spread2 + cavity_variance_[i];
  }

  // Coordinate ascent of the predictive likelihood over a few steps around the last value.
  void learn_spread() {
    double best = -1e300, best_spread2 = spread2_;
    for (const double factor : {0.35, 0.6, 0.8, 0.92, 1.0, 1.08, 1.25, 1.6, 2.8}) {
      const double trial = std::max(spread2_ * factor, kLeastSpreadPt * kLeastSpreadPt);
      double sum = 0;
      for (Eigen::Index i = 0; i < count_; ++i)
        sum += std::log(mixture_.judge(cavity_residual_[i], variance(i, trial), shift(i)).likelihood);
      if (sum > best) {
        best = sum;
        best_spread2 = trial;
      }
    }
    spread2_ = best_spread2;
  }

  void classify() {
    StillShare still;
    for (Eigen::Index i = 0; i < count_; ++i) {
      const MarkMixture::Verdict v = mixture_.judge(cavity_residual_[i], variance(i, spread2_), shift(i));
      weight_[i] = v.inlier;
      if (shift(i) == 0) continue;
      mark_[i] = v.mark;
      mark_variance_[i] = v.mark_variance;
      still.add(v);
    }
    mixture_.still_share = still.mean();
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
      fit.field_pt.push_back(basis_.col(i).dot(coefficients_));
      fit.variance.push_back(variance(i, spread2_));
      fit.field_variance.push_back(cavity_variance_[i]);
      fit.mark.push_back(mark_[i]);
      fit.mark_variance.push_back(mark_variance_[i]);
      fit.inlier.push_back(weight_[i]);
    }
    fit.spread_pt = std::sqrt(spread2_);
    fit.mixture = mixture_;
    fit.half = half_;
    fit.precision = precision_;
    fit.domain = domain_;
    fit.degree = options_.degree;
    fit.lower = lower_;
    return fit;
  }

  base::Box domain_;
  std::span<const Sighting> sightings_;
  FieldFitOptions options_;
  Eigen::Index count_;
  Eigen::MatrixXd basis_;  // coefficients x sightings
  std::vector<int> degree_of_;
  std::vector<double> prior_;  // by degree
  Eigen::MatrixXd half_, lower_;
  Eigen::VectorXd weight_, mark_, mark_variance_, precision_;
  Eigen::VectorXd coefficients_, coefficient_variance_, cavity_residual_, cavity_variance_;
  double spread2_ = 0;
  MarkMixture mixture_;
};

Eigen::VectorXd basis_at(const FieldFit& fit, base::Vec2 p_in_page) {
  Eigen::VectorXd row(image::SmoothField::coefficients(fit.degree));
  image::SmoothField::basis(fit.domain, fit.degree, p_in_page, row.data());
  return row;
}

}  // namespace

Eigen::VectorXd FieldFit::half_at(base::Vec2 p_in_page) const {
  return lower.triangularView<Eigen::Lower>().solve(basis_at(*this, p_in_page));
}

double FieldFit::field_at(base::Vec2 p_in_page) const {
  const Eigen::Map<const Eigen::VectorXd> c(coefficients.data(),
                                            static_cast<Eigen::Index>(coefficients.size()));
  return basis_at(*this, p_in_page).dot(c);
}

FieldFit fit_field(const base::Box& domain, std::span<const Sighting> sightings,
                   const FieldFitOptions& options) {
  return Fit(domain, sightings, options).run();
}

}  // namespace barium::align
