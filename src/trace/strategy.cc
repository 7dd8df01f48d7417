#include "trace/strategy.h"

#include <algorithm>
#include <cmath>

namespace barium::trace {

namespace {

// Observations that the prior is worth, for each k: enough to steady what a page says little of, little
// enough to be overruled by half a page. Chosen in bench/suites/collusion.
constexpr double kPriorCount = 10;
constexpr int kRounds = 60;  // of expectation and maximisation; the score no longer changes by a percent

double binomial(int n, int k, double p) {
  double value = std::pow(p, k) * std::pow(1 - p, n - k);
  for (int i = 1; i <= k; ++i) value *= static_cast<double>(n - k + i) / i;
  return value;
}

// All observations of one bias, with the chance of each k.
struct BiasGroup {
  double p = 0;
  double total = 0;
  std::vector<double> chance;
  std::vector<Observation> observations;
};

std::vector<BiasGroup> group_by_bias(std::span<const Observation> observations, int colluders) {
  std::vector<BiasGroup> groups;
  for (const Observation& seen : observations) {
    auto group =
        std::find_if(groups.begin(), groups.end(), [&](const BiasGroup& g) { return g.p == seen.p; });
    if (group == groups.end()) {
      group = groups.insert(groups.end(), BiasGroup{.p = seen.p});
      for (int k = 0; k <= colluders; ++k) group->chance.push_back(binomial(colluders, k, seen.p));
    }
    group->total += seen.count;
    group->observations.push_back(seen);
  }
  return groups;
}

double mean_of(const std::vector<double>& chance, const Strategy& strategy) {
  double sum = 0;
  for (std::size_t k = 0; k < strategy.size(); ++k) sum += chance[k] * strategy[k];
  return sum;
}

// Expected number of carriers of the group that show +1, given what was seen.
double expected_plus(const BiasGroup& group, double any) {
  double sum = 0;
  for (const Observation& seen : group.observations)
    sum += seen.count * any * seen.odds / (any * seen.odds + 1 - any);
  return sum;
}

}  // namespace

Strategy interleaving(int colluders) {
  Strategy strategy;
  for (int k = 0; k <= colluders; ++k) strategy.push_back(static_cast<double>(k) / colluders);
  return strategy;
}

std::vector<Strategy> fixed_strategies(int colluders) {
  std::vector<Strategy> strategies;
  for (unsigned rule = 0; rule < 1u << (colluders - 1); ++rule) {
    Strategy strategy(static_cast<std::size_t>(colluders) + 1, 0.0);
    strategy.back() = 1;
    for (int k = 1; k < colluders; ++k)
      strategy[static_cast<std::size_t>(k)] = (rule >> (k - 1) & 1u) != 0 ? 1.0 : 0.0;
    strategies.push_back(strategy);
  }
  return strategies;
}

Shown shown_at(const Strategy& strategy, double p) {
  const int others = static_cast<int>(strategy.size()) - 2;
  Shown shown;
  for (int k = 0; k <= others; ++k) {
    const double chance = binomial(others, k, p);
    shown.if_minus += chance * strategy[static_cast<std::size_t>(k)];
    shown.if_plus += chance * strategy[static_cast<std::size_t>(k) + 1];
  }
  shown.any = p * shown.if_plus + (1 - p) * shown.if_minus;
  return shown;
}

Strategy estimate_strategy(std::span<const Observation> observations, int colluders) {
  const Strategy prior = interleaving(colluders);
  Strategy strategy = prior;
  const std::vector<BiasGroup> groups = group_by_bias(observations, colluders);
  for (int round = 0; round < kRounds; ++round) {
    Strategy plus(strategy.size());
    Strategy all(strategy.size());
    for (std::size_t k = 0; k < strategy.size(); ++k) {
      plus[k] = kPriorCount * prior[k];
      all[k] = kPriorCount;
    }
    for (const BiasGroup& group : groups) {
      const double any = mean_of(group.chance, strategy);
      const double showing = expected_plus(group, any);
      for (std::size_t k = 0; k < strategy.size(); ++k) {
        const double with_plus = showing * group.chance[k] * strategy[k] / any;
        plus[k] += with_plus;
        all[k] += with_plus + (group.total - showing) * group.chance[k] * (1 - strategy[k]) / (1 - any);
      }
    }
    for (std::size_t k = 1; k + 1 < strategy.size(); ++k) strategy[k] = plus[k] / all[k];
  }
  return strategy;
}

}  // namespace barium::trace
