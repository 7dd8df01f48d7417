#include "trace/strategy.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace barium::trace {

namespace {

// Observations that the prior is worth, for each k: enough to steady what a page says little of, little
// enough to be overruled by half a page. Chosen in bench/suites/collusion.
constexpr double kPriorCount = 10;
constexpr int kRounds = 60;  // of expectation and maximisation; the score no longer changes by a percent

// All observations of one bias and one count among the known, with the chance of each k.
struct Group {
  double p = 0;
  Known known;
  double total = 0;
  std::vector<double> chance;
  std::vector<Observation> observations;  // of different odds
};

// P(k of the colluders have +1), k = 0 .. colluders, at bias p and with some of them known.
std::vector<double> chance_of_each(int colluders, double p, const Known& known) {
  std::vector<double> chance(static_cast<std::size_t>(colluders) + 1, 0.0);
  const int others = colluders - known.people;
  for (int k = 0; k <= others; ++k) chance[static_cast<std::size_t>(known.plus + k)] = binomial(others, k, p);
  return chance;
}

bool comes_before(const Observation& a, const Observation& b) {
  return std::tie(a.p, a.known.people, a.known.plus, a.odds) <
         std::tie(b.p, b.known.people, b.known.plus, b.odds);
}

std::vector<Group> grouped(std::span<const Observation> observations, int colluders) {
  std::vector<Observation> sorted(observations.begin(), observations.end());
  std::sort(sorted.begin(), sorted.end(), comes_before);
  std::vector<Group> groups;
  for (const Observation& seen : sorted) {
    const bool same = !groups.empty() && groups.back().p == seen.p &&
                      groups.back().known.people == seen.known.people &&
                      groups.back().known.plus == seen.known.plus;
    if (!same) groups.push_back({seen.p, seen.known, 0, chance_of_each(colluders, seen.p, seen.known), {}});
    Group& group = groups.back();
    group.total += seen.count;
    if (!group.observations.empty() && group.observations.back().odds == seen.odds)
      group.observations.back().count += seen.count;
    else
      group.observations.push_back(seen);
  }
  return groups;
}

double mean_of(const std::vector<double>& chance, const Strategy& strategy) {
  double sum = 0;
  for (std::size_t k = 0; k < strategy.size(); ++k) sum += chance[k] * strategy[k];
  return sum;
}

// Expected number of carriers of the group that show +1, given what was seen.
double expected_plus(const Group& group, double any) {
  double sum = 0;
  for (const Observation& seen : group.observations)
    sum += seen.count * any * seen.odds / (any * seen.odds + 1 - any);
  return sum;
}

}  // namespace

double binomial(int n, int k, double p) {
  double value = std::pow(p, k) * std::pow(1 - p, n - k);
  for (int i = 1; i <= k; ++i) value *= static_cast<double>(n - k + i) / i;
  return value;
}

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

Shown shown_at(const Strategy& strategy, double p, const Known& known) {
  const int others = static_cast<int>(strategy.size()) - 2 - known.people;
  Shown shown;
  for (int k = 0; k <= others; ++k) {
    const double chance = binomial(others, k, p);
    shown.if_minus += chance * strategy[static_cast<std::size_t>(known.plus + k)];
    shown.if_plus += chance * strategy[static_cast<std::size_t>(known.plus + k) + 1];
  }
  shown.any = p * shown.if_plus + (1 - p) * shown.if_minus;
  return shown;
}

Strategy estimate_strategy(std::span<const Observation> observations, int colluders) {
  const Strategy prior = interleaving(colluders);
  Strategy strategy = prior;
  const std::vector<Group> groups = grouped(observations, colluders);
  for (int round = 0; round < kRounds; ++round) {
    Strategy plus(strategy.size());
    Strategy all(strategy.size());
    for (std::size_t k = 0; k < strategy.size(); ++k) {
      plus[k] = kPriorCount * prior[k];
      all[k] = kPriorCount;
    }
    for (const Group& group : groups) {
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
