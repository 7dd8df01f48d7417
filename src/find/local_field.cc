#include "find/local_field.h"

namespace barium::find {
namespace {

double weighted_median(std::vector<std::pair<double, double>>& samples) {
  if (samples.empty()) return 0;
  std::sort(samples.begin(), samples.end());
  double half = 0;
  for (const auto& sample : samples) half += sample.second / 2;
  for (const auto& sample : samples) {
    half -= sample.second;
    if (half <= 0) return sample.first;
  }
  return samples.back().first;
}

// Fewer samples than these say little about a neighbourhood.
constexpr std::size_t kLeastSamples = 5;

base::Vec2 unit(base::Vec2 v) {
  const double length = norm(v);
  return length > 0 ? v * (1 / length) : base::Vec2{1, 0};
}

}  // namespace

void LocalMedian::finish() {
  std::vector<Sample> all;
  for (const auto& cell : samples_) all.insert(all.end(), cell.begin(), cell.end());
  const double overall = weighted_median(all);
  medians_.assign(grid_.count(), overall);
  for (std::size_t cell = 0; cell < grid_.count(); ++cell) {
    std::vector<Sample> near;
    grid_.around(cell, [&](std::size_t other) {
      near.insert(near.end(), samples_[other].begin(), samples_[other].end());
    });
    if (near.size() >= kLeastSamples) medians_[cell] = weighted_median(near);
  }
}

void LocalMean::finish() {
  base::Vec2 all;
  for (const auto& sum : sums_) all = all + sum;
  means_.assign(grid_.count(), unit(all));
  for (std::size_t cell = 0; cell < grid_.count(); ++cell) {
    base::Vec2 near;
    grid_.around(cell, [&](std::size_t other) { near = near + sums_[other]; });
    if (norm(near) > 0) means_[cell] = unit(near);
  }
}

}  // namespace barium::find
