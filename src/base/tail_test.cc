#include "base/tail.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/rng.h"

namespace barium::base {
namespace {

std::vector<BernoulliTerm> random_terms(std::uint64_t seed, std::size_t count, std::uint32_t max_weight) {
  Rng rng(seed, "tail test");
  std::vector<BernoulliTerm> terms(count);
  for (auto& term : terms)
    term = {static_cast<std::uint32_t>(rng.below(max_weight + 1)),
            (1.0 + static_cast<double>(rng.below(7))) / 8};
  return terms;
}

// The plain convolution, in long double: good to about 1e-17 of the whole.
std::vector<long double> law_of(const std::vector<BernoulliTerm>& terms) {
  std::vector<long double> law = {1};
  for (const auto& term : terms) {
    std::vector<long double> next(law.size() + term.weight, 0);
    for (std::size_t s = 0; s < law.size(); ++s) {
      next[s] += law[s] * (1 - static_cast<long double>(term.probability));
      next[s + term.weight] += law[s] * static_cast<long double>(term.probability);
    }
    law = std::move(next);
  }
  return law;
}

std::vector<double> log_tails(const std::vector<BernoulliTerm>& terms) {
  const auto law = law_of(terms);
  std::vector<double> tails(law.size() + 1, -INFINITY);
  long double sum = 0;
  for (std::size_t s = law.size(); s-- > 0;) {
    sum += law[s];
    tails[s] = std::min(0.0, static_cast<double>(std::log(sum)));
  }
  return tails;
}

TEST(ExactTail, IsTheTailOfFairCoins) {
  const std::vector<BernoulliTerm> coins(10, {1, 0.5});
  const BernoulliSum sum(coins);
  for (std::int64_t t = 1; t <= 10; ++t) {
    double tail = 0;
    for (int s = static_cast<int>(t); s <= 10; ++s)
      tail += std::exp(std::lgamma(11) - std::lgamma(s + 1.0) - std::lgamma(11.0 - s)) / 1024;
    EXPECT_NEAR(ExactTail(sum, t).log_tail(t), std::log(tail), 1e-8) << t;
  }
  EXPECT_EQ(ExactTail(sum, 5).log_tail(0), 0);
  EXPECT_EQ(ExactTail(sum, 5).log_tail(11), -INFINITY);
}

TEST(ExactTail, AgreesWithPlainConvolutionFromAbove) {
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    const auto terms = random_terms(seed, 60, 31);
    const BernoulliSum sum(terms);
    const auto truth = log_tails(terms);
    ASSERT_EQ(sum.largest() + 2, static_cast<std::int64_t>(truth.size()));
    for (std::int64_t t = sum.largest() / 3; t <= sum.largest(); t += 7) {
      const double claimed = ExactTail(sum, t).log_tail(t);
      const double exact = truth[static_cast<std::size_t>(t)];
      EXPECT_GE(claimed, exact) << seed << " " << t;
      EXPECT_LE(claimed, exact + 1e-8) << seed << " " << t;
    }
  }
}

TEST(ExactTail, OfAnotherCentreIsStillABoundAndSharpNearby) {
  const auto terms = random_terms(3, 80, 63);
  const BernoulliSum sum(terms);
  const auto truth = log_tails(terms);
  const std::int64_t centre = sum.largest() * 3 / 4;
  const ExactTail tail(sum, centre);
  const double sigma = std::sqrt(sum.cumulant(0).variance);
  for (std::int64_t t = 1; t <= sum.largest(); t += 5) {
    const double exact = truth[static_cast<std::size_t>(t)];
    EXPECT_GE(tail.log_tail(t), exact) << t;
    if (std::abs(static_cast<double>(t - centre)) < 3 * sigma) {
      EXPECT_LE(tail.log_tail(t), exact + 1e-6) << t;
    }
  }
}

TEST(Chernoff, IsAboveTheTruthAndNotFarAbove) {
  const auto terms = random_terms(5, 120, 20);
  const BernoulliSum sum(terms);
  const auto truth = log_tails(terms);
  for (std::int64_t t = 1; t <= sum.largest(); ++t) {
    EXPECT_GE(sum.log_chernoff(t), truth[static_cast<std::size_t>(t)]) << t;
    EXPECT_LE(sum.log_chernoff(t), truth[static_cast<std::size_t>(t)] + 6) << t;
  }
}

// Lugannani and Rice is good to a few percent of the tail for a hundred terms.
TEST(Saddlepoint, IsWithinAFewPercentOfTheTail) {
  const auto terms = random_terms(6, 120, 20);
  const BernoulliSum sum(terms);
  const auto truth = log_tails(terms);
  const double mean = sum.cumulant(0).mean;
  for (auto t = static_cast<std::int64_t>(mean) + 1; t < sum.largest() * 9 / 10; ++t) {
    EXPECT_NEAR(sum.log_saddlepoint(t), truth[static_cast<std::size_t>(t)], 0.05) << t;
  }
}

TEST(Saddlepoint, KnowsTheStepOfTheLattice) {
  auto terms = random_terms(6, 120, 20);
  const BernoulliSum by_one(terms);
  for (auto& term : terms) term.weight *= 51;
  const BernoulliSum by_51(terms);
  for (const std::int64_t t : {700, 800, 900}) {
    EXPECT_NEAR(by_51.log_saddlepoint(51 * t), by_one.log_saddlepoint(t), 1e-9);
    EXPECT_NEAR(by_51.log_saddlepoint(51 * t - 50), by_one.log_saddlepoint(t), 1e-9);
  }
}

TEST(Tails, GoDownToTheDepthsWithoutUnderflow) {
  const std::vector<BernoulliTerm> terms(2000, {1, 0.125});
  const BernoulliSum sum(terms);
  // All but one of 2000 agree: P = 2000 p^1999 (1-p) + p^2000.
  const double exact = 1999 * std::log(0.125) + std::log(2000 * 0.875 + 0.125);
  const std::int64_t t = 1999;
  EXPECT_NEAR(ExactTail(sum, t).log_tail(t), exact, 1e-6);
  EXPECT_NEAR(sum.log_saddlepoint(t), exact, 0.2);
  EXPECT_GE(sum.log_chernoff(t), exact);
  EXPECT_NEAR(sum.log_chernoff(2000), 2000 * std::log(0.125), 1e-6);
}

TEST(Tails, AgreeWithCounting) {
  const auto terms = random_terms(8, 200, 100);
  const BernoulliSum sum(terms);
  const Cumulant k = sum.cumulant(0);
  const auto t = static_cast<std::int64_t>(k.mean + 2.5 * std::sqrt(k.variance));
  Rng rng(8, "tail counting");
  int above = 0;
  const int trials = 100'000;
  for (int trial = 0; trial < trials; ++trial) {
    std::int64_t s = 0;
    for (const auto& term : terms)
      if (rng.uniform() < term.probability) s += term.weight;
    above += s >= t;
  }
  const double p = std::exp(ExactTail(sum, t).log_tail(t));
  EXPECT_NEAR(above, trials * p, 5 * std::sqrt(trials * p));
}

TEST(Threshold, IsTheSmallestThatIsSignificant) {
  const auto terms = random_terms(9, 150, 40);
  const BernoulliSum sum(terms);
  const auto truth = log_tails(terms);
  for (const double log_p : {-2.0, -10.0, -20.7, -28.0}) {
    const std::int64_t t = smallest_significant(sum, log_p, true);
    EXPECT_LE(truth[static_cast<std::size_t>(t)], log_p);
    EXPECT_GT(truth[static_cast<std::size_t>(t) - 1], log_p - 1e-6);
    EXPECT_GE(smallest_significant(sum, log_p, false), t);
  }
}

// A reading whose whole weight lies on few words, where a strong tilt underflows.
TEST(ExactTail, OfFewHeavyTermsIsABoundEverywhere) {
  const std::vector<BernoulliTerm> terms(10, {63, 0.875});
  const BernoulliSum sum(terms);
  const auto truth = log_tails(terms);
  for (const std::int64_t centre : {630, 629, 600, 560, 400, 10}) {
    const ExactTail tail(sum, centre);
    for (std::int64_t t = 1; t <= 630; ++t) {
      EXPECT_GE(tail.log_tail(t), truth[static_cast<std::size_t>(t)]) << centre << " " << t;
    }
  }
  EXPECT_EQ(smallest_significant(sum, std::log(0.01), true), 631);
}

TEST(Threshold, DoesNotExistWhereFullAgreementIsNotEnough) {
  const BernoulliSum sum(std::vector<BernoulliTerm>(10, {1, 0.5}));
  EXPECT_EQ(smallest_significant(sum, -10, true), 11);
  EXPECT_EQ(smallest_significant(sum, -6.9, true), 10);
  const BernoulliSum nothing(std::vector<BernoulliTerm>{});
  EXPECT_EQ(nothing.largest(), 0);
  EXPECT_EQ(smallest_significant(nothing, -1, true), 1);
}

TEST(BernoulliSum, DerivativesOfTheCumulantAgreeWithDifferences) {
  const BernoulliSum sum(random_terms(10, 50, 30));
  for (const double theta : {0.0, 0.01, 0.1}) {
    const double h = 1e-6;
    EXPECT_NEAR((sum.cumulant(theta + h).value - sum.cumulant(theta - h).value) / (2 * h),
                sum.cumulant(theta).mean, 1e-3);
    EXPECT_NEAR((sum.cumulant(theta + h).mean - sum.cumulant(theta - h).mean) / (2 * h),
                sum.cumulant(theta).variance, 1e-2);
  }
}

}  // namespace
}  // namespace barium::base
