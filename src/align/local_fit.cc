#include "align/local_fit.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.h"

namespace barium::align {
namespace {

constexpr std::size_t kNeighbours = 16;
constexpr int kRounds = 8;
// Words that the learning of the three parameters looks at, spread evenly: their likelihood is cheap then.
constexpr std::size_t kMostLearners = 160;
constexpr double kLeastAmplitudePt = 1e-3, kLeastSpreadPt = 0.002;
constexpr double kLeastLengthPt = 8, kMostLengthPt = 300;
// Degrees of freedom of the local roughness: how many words' worth the page's own roughness counts beside the
// neighbours'. Measured: bench/suites/align_real, share within 1.645 sigma.
constexpr double kRoughnessFreedom = 8;
// Share of the smooth field's own variance that counts beside the kriged one: it knows the uncertainty at the
// page's edges, and is told the rest twice. Same bench; 0 leaves 0.85 of folded paper's words within, 1 0.93.
constexpr double kSmoothShare = 0.4;

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, 0, kNeighbours, kNeighbours>;
using Vector = Eigen::Matrix<double, Eigen::Dynamic, 1, 0, kNeighbours, 1>;

struct Covariance {
  double amplitude2, length_pt, spread2;
  // Matern, nu = 3/2.
  double at(double distance_pt) const {
    const double d = std::sqrt(3.0) * distance_pt / length_pt;
    return amplitude2 * (1 + d) * std::exp(-d);
  }
};

struct Prediction {
  double residual = 0, variance = 0;
};

class Fit {
 public:
  Fit(std::span<const Sighting> sightings, const FieldFit& smooth)
      : sightings_(sightings),
        smooth_(smooth),
        mixture_(smooth.mixture),
        mark_(smooth.mark),
        mark_variance_(smooth.mark_variance),
        inlier_(smooth.inlier),
        covariance_{smooth.spread_pt * smooth.spread_pt, 50, 0.25 * smooth.spread_pt * smooth.spread_pt} {
    find_neighbours();
    const std::size_t n = sightings.size(), stride = std::max<std::size_t>(1, n / kMostLearners);
    for (std::size_t i = 0; i < n; i += stride) learners_.push_back(i);
  }

  LocalFit run() {
    for (int round = 0; round < kRounds; ++round) {
      learn();
      classify();
    }
    return result();
  }

 private:
  double distance(std::size_t a, std::size_t b) const {
    return base::norm(sightings_[a].p_in_page - sightings_[b].p_in_page);
  }

  void find_neighbours() {
    const std::size_t n = sightings_.size(), wanted = std::min(kNeighbours, n - 1);
    std::vector<std::pair<double, std::size_t>> order;
    for (std::size_t i = 0; i < n; ++i) {
      order.clear();
      for (std::size_t j = 0; j < n; ++j)
        if (j != i) order.emplace_back(distance(i, j), j);
      std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(wanted), order.end());
      auto& mine = neighbours_.emplace_back();
      auto& apart = distances_.emplace_back();
      auto& pull = influence_.emplace_back();
      for (std::size_t a = 0; a < wanted; ++a) {
        mine.push_back(order[a].second);
        pull.push_back(smooth_.influence(order[a].second, i));
        for (std::size_t b = 0; b < a; ++b) apart.push_back(distance(order[a].second, order[b].second));
        apart.push_back(0);
      }
    }
  }

  // Noise of a neighbour's residual: its match, its mark, the unexplained spread; much, where it is an
  // outlier.
  double noise(std::size_t j, const Covariance& c) const {
    return (sightings_[j].variance + mark_variance_[j] + c.spread2) / std::max(inlier_[j], 1e-6);
  }

  // Sighting i from its neighbours, its own pull on the smooth field taken back.
  Prediction predict(std::size_t i, const Covariance& c) const {
    const std::vector<std::size_t>& mine = neighbours_[i];
    const Eigen::Index n = static_cast<Eigen::Index>(mine.size());
    const double own = std::min(smooth_.influence(i, i), 0.999);
    const double left = (sightings_[i].seen_pt - smooth_.mark[i] - smooth_.field_pt[i]) / (1 - own);
    Matrix k(n, n);
    Vector to(n), seen(n);
    std::size_t at = 0;
    for (Eigen::Index a = 0; a < n; ++a) {
      const std::size_t j = mine[static_cast<std::size_t>(a)];
      to[a] = c.at(distance(i, j));
      seen[a] = sightings_[j].seen_pt - mark_[j] - smooth_.field_pt[j] +
                influence_[i][static_cast<std::size_t>(a)] * left;
      for (Eigen::Index b = 0; b <= a; ++b) k(a, b) = c.at(distances_[i][at++]);
      k(a, a) += noise(j, c);
    }
    const Eigen::LLT<Matrix> factor(k);
    const Vector weight = factor.solve(to);
    const double energy = seen.dot(factor.solve(seen));
    const double rough = (kRoughnessFreedom + energy) / (kRoughnessFreedom + static_cast<double>(n));
    Prediction p;
    p.residual = smooth_.mark[i] + left - weight.dot(seen);
    p.variance = sightings_[i].variance + rough * (std::max(c.amplitude2 - weight.dot(to), 0.0) + c.spread2) +
                 kSmoothShare * smooth_.field_variance[i];
    return p;
  }

  double log_likelihood(const Covariance& c) const {
    double sum = 0;
    for (const std::size_t i : learners_) {
      const Prediction p = predict(i, c);
      sum += std::log(mixture_.judge(p.residual, p.variance, sightings_[i].shift_pt).likelihood);
    }
    return sum;
  }

  // Coordinate ascent of the predictive likelihood, by factors that shrink as the rounds go on.
  void learn() {
    const double factor = factor_;
    factor_ = std::max(std::sqrt(factor_), 1.2);
    double best = log_likelihood(covariance_);
    for (double Covariance::*parameter :
         {&Covariance::amplitude2, &Covariance::length_pt, &Covariance::spread2})
      for (const double f : {factor, 1 / factor}) {
        Covariance trial = covariance_;
        trial.*parameter *= f;
        trial.amplitude2 = std::max(trial.amplitude2, kLeastAmplitudePt * kLeastAmplitudePt);
        trial.spread2 = std::max(trial.spread2, kLeastSpreadPt * kLeastSpreadPt);
        trial.length_pt = std::clamp(trial.length_pt, kLeastLengthPt, kMostLengthPt);
        const double value = log_likelihood(trial);
        if (value <= best) continue;
        best = value;
        covariance_ = trial;
        break;
      }
  }

  void classify() {
    StillShare still;
    std::vector<MarkMixture::Verdict> verdicts;
    for (std::size_t i = 0; i < sightings_.size(); ++i) {
      const Prediction p = predict(i, covariance_);
      verdicts.push_back(mixture_.judge(p.residual, p.variance, sightings_[i].shift_pt));
    }
    for (std::size_t i = 0; i < sightings_.size(); ++i) {
      inlier_[i] = verdicts[i].inlier;
      mark_[i] = verdicts[i].mark;
      mark_variance_[i] = verdicts[i].mark_variance;
      if (sightings_[i].shift_pt != 0) still.add(verdicts[i]);
    }
    mixture_.still_share = still.mean();
  }

  LocalFit result() const {
    LocalFit fit;
    for (std::size_t i = 0; i < sightings_.size(); ++i) {
      const Prediction p = predict(i, covariance_);
      fit.residual_pt.push_back(p.residual);
      fit.variance.push_back(p.variance);
      fit.local_pt.push_back(sightings_[i].seen_pt - smooth_.field_pt[i] - p.residual);
    }
    fit.mark = mark_;
    fit.inlier = inlier_;
    fit.amplitude_pt = std::sqrt(covariance_.amplitude2);
    fit.length_pt = covariance_.length_pt;
    fit.spread_pt = std::sqrt(covariance_.spread2);
    return fit;
  }

  std::span<const Sighting> sightings_;
  const FieldFit& smooth_;
  MarkMixture mixture_;
  std::vector<double> mark_, mark_variance_, inlier_;
  Covariance covariance_;
  double factor_ = 3;
  std::vector<std::size_t> learners_;
  std::vector<std::vector<std::size_t>> neighbours_;
  std::vector<std::vector<double>> distances_, influence_;  // lower triangles; of i on its neighbours
};

}  // namespace

LocalFit fit_locally(std::span<const Sighting> sightings, const FieldFit& smooth) {
  base::require(sightings.size() > 1, "a local fit needs neighbours");
  return Fit(sightings, smooth).run();
}

}  // namespace barium::align
