#pragma once

// What one word may have done besides following the paper: carried a mark of -shift, 0 or +shift, or been
// matched in the wrong place. Shared by the smooth and the local fit.

#include <algorithm>
#include <array>
#include <cmath>

namespace barium::align {

inline double normal_density(double x, double variance) {
  return std::exp(-0.5 * x * x / variance) / std::sqrt(2 * M_PI * variance);
}

struct MarkMixture {
  double outlier_range_pt = 1.5;  // a bad match lies anywhere in +- this
  double outlier_share = 0.02;
  double still_share = 1.0 / 3;  // of carriers that are not displaced: learned, 1 on an unmarked page

  struct Verdict {
    double mark = 0, mark_variance = 0;  // posterior of the mark, were the word no outlier
    double still = 0;                    // posterior probability of 0, likewise
    double inlier = 1;
    double likelihood = 0;
  };

  // residual: seen less predicted, of the given variance.
  Verdict judge(double residual, double variance, double shift) const {
    struct Component {
      double mark, share;
    };
    const double moved = (1 - still_share) / 2;
    const std::array<Component, 3> all{{{0, shift == 0 ? 1 : still_share}, {shift, moved}, {-shift, moved}}};
    double total = 0, first = 0, second = 0, still = 0;
    for (std::size_t k = 0; k < (shift == 0 ? 1u : 3u); ++k) {
      const double p = all[k].share * normal_density(residual - all[k].mark, variance);
      total += p;
      first += p * all[k].mark;
      second += p * all[k].mark * all[k].mark;
      if (k == 0) still = p;
    }
    Verdict v;
    v.likelihood = (1 - outlier_share) * total + outlier_share / (2 * outlier_range_pt);
    v.inlier = std::max((1 - outlier_share) * total / v.likelihood, 1e-9);
    if (shift == 0 || total <= 0) return v;
    v.mark = first / total;
    v.mark_variance = std::max(second / total - v.mark * v.mark, 0.0);
    v.still = still / total;
    return v;
  }
};

// The share of carriers that are still, as its posterior mean under a Beta(1, 2) prior: most copies carry
// marks.
class StillShare {
 public:
  void add(const MarkMixture::Verdict& v) {
    still_ += v.inlier * v.still;
    carriers_ += v.inlier;
  }
  double mean() const { return still_ / carriers_; }

 private:
  double still_ = 1, carriers_ = 3;
};

}  // namespace barium::align
