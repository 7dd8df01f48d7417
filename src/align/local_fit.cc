#include "align/local_fit.h"

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>

#include "align/neighbourhood.h"
#include "base/error.h"
#include "image/cpu_clones.h"

namespace barium::align {
namespace {

constexpr int kRounds = 6, kPartRounds = 4;
// Words that the learning of the parameters looks at, spread evenly: their likelihood is cheap then.
constexpr std::size_t kMostLearners = 160, kMostPartLearners = 40;
constexpr double kLeastAmplitudePt = 1e-3, kLeastSpreadPt = 0.002;
constexpr double kLeastLengthPt = 8, kMostLengthPt = 300;
// Glyphs that the raster has snapped to its pixels: docs/methods/align.md.
constexpr double kFirstGrainPt = 0.03;
// Degrees of freedom of the local roughness: how many words' worth the page's own roughness counts beside the
// neighbours'. Measured: bench/suites/align_real, share within 1.645 sigma.
constexpr double kRoughnessFreedom = 8;
// Share of the smooth field's own variance that counts beside the kriged one: it knows the uncertainty at the
// page's edges, and is told the rest twice. Same bench; 0 leaves 0.85 of folded paper's words within, 1 0.93.
constexpr double kSmoothShare = 0.4;
// The same where words are in parts: those tell the slope of the paper, which the edges lacked.
constexpr double kSmoothShareInParts = 0.1;

struct Covariance {
  double amplitude2, length_pt, spread2, grain2;
  // Matern, nu = 3/2.
  auto at(std::span<const double> distances_pt) const {
    const auto d =
        std::sqrt(3.0) / length_pt *
        Eigen::Map<const Eigen::ArrayXd>(distances_pt.data(), static_cast<Eigen::Index>(distances_pt.size()));
    return (amplitude2 * (1 + d) * (-d).exp()).eval();
  }
};

// A covariance in its lower half, by columns, with two more rows below it for what is to be solved by it.
struct Bordered {
  static constexpr int kRows = static_cast<int>(kMostNeighbourhood) + 2;
  alignas(64) std::array<double, static_cast<std::size_t>(kRows) * kMostNeighbourhood> value;
  double& at(int row, int column) { return value[static_cast<std::size_t>(column * kRows + row)]; }
};

// The Cholesky factor L in place of the covariance; a row b below it becomes (L^-1 b)'.
BARIUM_CPU_CLONES void factorise(Bordered& bordered, int n) {
  double* const all = bordered.value.data();
  for (int j = 0; j < n; ++j) {
    double* const column = all + j * Bordered::kRows;
    for (int k = 0; k < j; ++k) {
      const double* const before = all + k * Bordered::kRows;
      const double factor = before[j];
      for (int i = j; i < n + 2; ++i) column[i] -= factor * before[i];
    }
    const double scale = 1 / std::sqrt(column[j]);
    for (int i = j; i < n + 2; ++i) column[i] *= scale;
  }
}

// Where the learning starts. In parts, most of what the smooth field leaves is paper: align_real ends at 2 to
// 4 times its spread, at 60 to 110 pt.
Covariance first_covariance(double smooth_spread_pt, bool cut) {
  const double spread2 = smooth_spread_pt * smooth_spread_pt;
  if (!cut) return {spread2, 50, 0.25 * spread2, 0};
  return {4 * spread2, 80, kFirstGrainPt * kFirstGrainPt, kFirstGrainPt * kFirstGrainPt};
}

struct Prediction {
  double residual = 0, variance = 0;
};

class Fit {
 public:
  Fit(std::span<const Sighting> sightings, std::vector<PartSighting> parts, const FieldFit& smooth)
      : sightings_(sightings),
        parts_(std::move(parts)),
        smooth_(smooth),
        cut_(parts_.size() > sightings.size()),
        mixture_(smooth.mixture),
        mark_(smooth.mark),
        mark_variance_(smooth.mark_variance),
        inlier_(smooth.inlier),
        covariance_(first_covariance(smooth.spread_pt, cut_)) {
    for (const PartSighting& part : parts_) field_.push_back(smooth.field_at(part.p_in_page));
    neighbourhoods_ = find_neighbourhoods(sightings.size(), parts_, smooth);
    const std::size_t n = sightings.size(), most = cut_ ? kMostPartLearners : kMostLearners;
    const std::size_t stride = std::max<std::size_t>(1, (n + most / 2) / most);
    for (std::size_t i = 0; i < n; i += stride) learners_.push_back(i);
  }

  LocalFit run() {
    for (int round = 0; round < (cut_ ? kPartRounds : kRounds); ++round) {
      learn();
      classify();
    }
    return result();
  }

 private:
  // Sighting i with its common offset free, its own pull on the smooth field taken back: with `one` 1 at its
  // own parts, 0 at the neighbours', C the covariance of what they show and y what they show,
  // offset = one' C^-1 y / one' C^-1 one, variance = 1 / one' C^-1 one.
  Prediction predict(std::size_t i, const Covariance& c) const {
    const Neighbourhood& all = neighbourhoods_[i];
    const int n = static_cast<int>(all.parts.size()), ones = n, seen = n + 1;
    const double own = std::min(smooth_.influence(i, i), 0.999);
    const double left = (sightings_[i].seen_pt - smooth_.mark[i] - smooth_.field_pt[i]) / (1 - own);
    const Eigen::ArrayXd covariance = c.at(all.distances);
    Bordered k;
    Eigen::Index next = 0;
    for (int a = 0; a < n; ++a) {
      const std::size_t part = all.parts[static_cast<std::size_t>(a)], j = parts_[part].sighting;
      k.at(ones, a) = j == i ? 1 : 0;
      k.at(seen, a) = parts_[part].seen_pt - (j == i ? smooth_.mark[i] : mark_[j]) - field_[part] +
                      all.pull[static_cast<std::size_t>(a)] * left;
      // Of a neighbour: its mark and the unexplained spread, which its parts share; much, where it is an
      // outlier.
      const double trust = j == i ? 1 : std::max(inlier_[j], 1e-6);
      const double shared = j == i ? 0 : (mark_variance_[j] + c.spread2) / trust;
      for (int b = 0; b <= a; ++b) {
        k.at(a, b) = covariance[next++];
        if (parts_[all.parts[static_cast<std::size_t>(b)]].sighting == j) k.at(a, b) += shared;
      }
      k.at(a, a) += (parts_[part].variance + c.grain2) / trust;
    }
    factorise(k, n);
    double precision = 0, product = 0, square = 0;
    for (int a = 0; a < n; ++a) {
      precision += k.at(ones, a) * k.at(ones, a);
      product += k.at(ones, a) * k.at(seen, a);
      square += k.at(seen, a) * k.at(seen, a);
    }
    const double offset = product / precision, energy = square - offset * offset * precision;
    const double freedom = static_cast<double>(n - 1);
    const double rough = (kRoughnessFreedom + energy) / (kRoughnessFreedom + freedom);
    const double match = sightings_[i].variance;
    return {smooth_.mark[i] + offset,
            match + rough * (std::max(1 / precision - match, 0.0) + c.spread2) +
                (cut_ ? kSmoothShareInParts : kSmoothShare) * smooth_.field_variance[i]};
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
         {&Covariance::amplitude2, &Covariance::length_pt, &Covariance::spread2, &Covariance::grain2})
      for (const double f : {factor, 1 / factor}) {
        if (parameter == &Covariance::grain2 && !cut_) continue;
        Covariance trial = covariance_;
        trial.*parameter *= f;
        trial.amplitude2 = std::max(trial.amplitude2, kLeastAmplitudePt * kLeastAmplitudePt);
        trial.spread2 = std::max(trial.spread2, kLeastSpreadPt * kLeastSpreadPt);
        if (cut_) trial.grain2 = std::max(trial.grain2, kLeastSpreadPt * kLeastSpreadPt);
        trial.length_pt = std::clamp(trial.length_pt, kLeastLengthPt, kMostLengthPt);
        const double value = log_likelihood(trial);
        if (!(value > best)) continue;
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
    }
    fit.mark = mark_;
    fit.inlier = inlier_;
    fit.amplitude_pt = std::sqrt(covariance_.amplitude2);
    fit.length_pt = covariance_.length_pt;
    fit.spread_pt = std::sqrt(covariance_.spread2);
    fit.grain_pt = std::sqrt(covariance_.grain2);
    return fit;
  }

  std::span<const Sighting> sightings_;
  std::vector<PartSighting> parts_;
  const FieldFit& smooth_;
  bool cut_;  // into parts: else each word is one
  MarkMixture mixture_;
  std::vector<double> mark_, mark_variance_, inlier_;
  Covariance covariance_;
  double factor_ = 3;
  std::vector<double> field_;  // at the parts
  std::vector<std::size_t> learners_;
  std::vector<Neighbourhood> neighbourhoods_;
};

std::vector<PartSighting> with_whole_words(std::span<const Sighting> sightings,
                                           std::span<const PartSighting> parts) {
  std::vector<PartSighting> out;
  std::size_t at = 0;
  for (std::size_t i = 0; i < sightings.size(); ++i) {
    const std::size_t first = at;
    while (at < parts.size() && parts[at].sighting == i) out.push_back(parts[at++]);
    if (at == first) out.push_back({i, sightings[i].p_in_page, sightings[i].seen_pt, sightings[i].variance});
  }
  base::require(at == parts.size(), "parts come in the order of their words");
  return out;
}

}  // namespace

LocalFit fit_locally(std::span<const Sighting> sightings, std::span<const PartSighting> parts,
                     const FieldFit& smooth) {
  base::require(sightings.size() > 1, "a local fit needs neighbours");
  return Fit(sightings, with_whole_words(sightings, parts), smooth).run();
}

}  // namespace barium::align
