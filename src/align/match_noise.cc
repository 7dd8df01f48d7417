#include "align/match_noise.h"

#include <algorithm>

namespace barium::align {
namespace {

base::Vec2 correlated_variance(const WordState& word, const NoiseCorrelation& pooled) {
  const PatchGrid& grid = word.model->look().grid;
  double variance[2];
  for (int axis = 0; axis < 2; ++axis) {
    const NoiseCorrelation g =
        lag_products(word.fix->sensitivity[static_cast<std::size_t>(axis)], grid.width, grid.height);
    double sum = g.at(0, 0);
    for (int j = 0; j <= kNoiseLags; ++j)
      for (int i = j == 0 ? 1 : -kNoiseLags; i <= kNoiseLags; ++i)
        sum += 2 * g.at(i, j) * pooled.at(i, j) / pooled.at(0, 0);
    variance[axis] = word.fix->noise_variance * std::max(sum, g.at(0, 0) * 0.5);
  }
  return {variance[0], variance[1]};
}

}  // namespace

// The noise of neighbouring samples is alike (interpolation, demosaicing, JPEG, paper): its autocorrelation
// is pooled over the page, one for each sampling step, and each word's variance is g' C g, g its
// sensitivity.
void correlate_noise(std::span<WordState> words) {
  for (int step = 1; step <= 4; ++step) {
    NoiseCorrelation pooled;
    for (const WordState& word : words) {
      if (!word.fix || word.step != step) continue;
      const PatchGrid& grid = word.model->look().grid;
      const NoiseCorrelation own = lag_products(word.fix->residual, grid.width, grid.height);
      for (std::size_t j = 0; j < own.value.size(); ++j)
        for (std::size_t k = 0; k < own.value[j].size(); ++k)
          pooled.value[j][k] += own.value[j][k] / own.at(0, 0);
    }
    for (WordState& word : words)
      if (word.fix && word.step == step) word.variance = correlated_variance(word, pooled);
  }
}

}  // namespace barium::align
