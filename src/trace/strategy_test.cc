#include "trace/strategy.h"

#include <gtest/gtest.h>

#include <cmath>

namespace barium::trace {
namespace {

constexpr double kBiases[] = {0.125, 0.5, 0.875};

// What a long noiseless pirate copy shows.
std::vector<Observation> seen(const Strategy& strategy, double carriers) {
  std::vector<Observation> observations;
  for (const double p : kBiases) {
    const double any = shown_at(strategy, p).any;
    observations.push_back({p, std::exp(6.0), carriers / 3 * any});
    observations.push_back({p, std::exp(-6.0), carriers / 3 * (1 - any)});
  }
  return observations;
}

TEST(Strategy, OfOneIsToShowHisSymbol) {
  const Shown shown = shown_at(interleaving(1), 0.3);
  EXPECT_DOUBLE_EQ(shown.if_plus, 1);
  EXPECT_DOUBLE_EQ(shown.if_minus, 0);
  EXPECT_DOUBLE_EQ(shown.any, 0.3);
}

TEST(Strategy, InterleavingShowsOnesSymbolOneTimeInC) {
  const Shown shown = shown_at(interleaving(4), 0.125);
  EXPECT_NEAR(shown.if_plus, 0.25 + 0.75 * 0.125, 1e-12);
  EXPECT_NEAR(shown.if_minus, 0.75 * 0.125, 1e-12);
  EXPECT_NEAR(shown.any, 0.125, 1e-12);
}

TEST(Strategy, EveryFixedOneKeepsTheMarkingAssumption) {
  EXPECT_EQ(fixed_strategies(1).size(), 1u);
  EXPECT_EQ(fixed_strategies(3).size(), 4u);
  EXPECT_EQ(fixed_strategies(5).size(), 16u);
  for (const Strategy& strategy : fixed_strategies(5)) {
    EXPECT_EQ(strategy.size(), 6u);
    EXPECT_EQ(strategy.front(), 0);
    EXPECT_EQ(strategy.back(), 1);
  }
}

// Three biases tell the strategies of up to three people apart.
TEST(EstimateStrategy, FindsWhatUpToThreeDo) {
  for (int c = 2; c <= 3; ++c)
    for (const Strategy& strategy : fixed_strategies(c)) {
      const Strategy found = estimate_strategy(seen(strategy, 3000), c);
      for (std::size_t k = 0; k < strategy.size(); ++k)
        EXPECT_NEAR(found[k], strategy[k], 0.15) << c << " " << k;
    }
}

TEST(EstimateStrategy, LeansToInterleavingWhenNothingIsSeen) {
  EXPECT_EQ(estimate_strategy({}, 3), interleaving(3));
  const Strategy found = estimate_strategy(seen(interleaving(3), 600), 3);
  for (std::size_t k = 0; k < found.size(); ++k) EXPECT_NEAR(found[k], interleaving(3)[k], 0.02);
}

}  // namespace
}  // namespace barium::trace
