#include "trace/accomplices.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/rng.h"

namespace barium::trace {
namespace {

constexpr double kBiases[] = {0.125, 0.5, 0.875};

struct Case {
  std::vector<Evidence> evidence;
  std::vector<double> biases;
  std::vector<Suspect> suspects;
};

std::vector<std::uint8_t> draw_symbols(const std::vector<double>& biases, base::Rng& rng) {
  std::vector<std::uint8_t> symbols;
  for (const double p : biases) symbols.push_back(rng.uniform() < p ? 1 : 0);
  return symbols;
}

// The first `colluders` of the suspects interleave word by word; the others are innocent.
Case draw_case(std::size_t carriers, std::size_t colluders, std::size_t suspects, base::Rng& rng) {
  Case it;
  for (std::size_t i = 0; i < carriers; ++i) it.biases.push_back(kBiases[rng.below(3)]);
  for (std::size_t j = 0; j < suspects; ++j) it.suspects.push_back({j, draw_symbols(it.biases, rng)});
  for (std::uint32_t i = 0; i < carriers; ++i) {
    const bool plus = it.suspects[rng.below(colluders)].symbols[i] != 0;
    it.evidence.push_back({i, plus ? 5.0 : -5.0});
  }
  return it;
}

const JointTest* find(const std::vector<JointTest>& tests, code::CopyNumber copy) {
  const auto found =
      std::find_if(tests.begin(), tests.end(), [&](const JointTest& test) { return test.copy == copy; });
  return found == tests.end() ? nullptr : &*found;
}

TEST(Accomplices, ExplainEachOther) {
  base::Rng rng(1, "accomplices test");
  for (const std::size_t colluders : {2, 3, 4}) {
    const Case it = draw_case(250 * colluders, colluders, 20, rng);
    const auto tests = test_with_accomplices(it.evidence, it.biases, it.suspects);
    for (std::size_t j = 0; j < colluders; ++j) {
      const JointTest* test = find(tests, j);
      ASSERT_NE(test, nullptr);
      EXPECT_EQ(test->given.size(), colluders - 1);
      for (const code::CopyNumber other : test->given) {
        EXPECT_LT(other, colluders);
        EXPECT_NE(other, j);
      }
      EXPECT_EQ(test->colluders, static_cast<int>(colluders));
      EXPECT_LT(test->log_p_saddlepoint, std::log(1e-9));
    }
  }
}

TEST(Accomplices, AreSoughtAmongAtLeastTwo) {
  base::Rng rng(2, "accomplices test");
  const Case it = draw_case(100, 1, 1, rng);
  EXPECT_TRUE(test_with_accomplices(it.evidence, it.biases, it.suspects).empty());
  EXPECT_TRUE(test_with_accomplices(it.evidence, it.biases, {}).empty());
  const std::vector<Suspect> many(kSuspects + 1, it.suspects[0]);
  EXPECT_THROW(test_with_accomplices(it.evidence, it.biases, many), std::logic_error);
}

// The law is that of the symbols which the tested copy could have had: it is scored again with what it has.
TEST(Accomplices, ScoreAndLawAreOfTheSameTest) {
  base::Rng rng(3, "accomplices test");
  const Case it = draw_case(200, 2, 10, rng);
  const auto tests = test_with_accomplices(it.evidence, it.biases, it.suspects);
  const JointTest* test = find(tests, 0);
  ASSERT_NE(test, nullptr);
  EXPECT_GT(static_cast<double>(test->score), test->law.cumulant(0).mean);
  EXPECT_LE(test->score, test->law.largest());
  EXPECT_DOUBLE_EQ(test->law.log_saddlepoint(test->score), test->log_p_saddlepoint);
}

// The false-alarm test. Two guilty ones, and an innocent who takes every place among the suspects in turn,
// also the first, where he is taken for an accomplice himself; drawn anew 20,000 times beside the same
// others.
TEST(Accomplices, InnocentsStayBelowTheProvenBound) {
  base::Rng rng(4, "accomplices test");
  Case it = draw_case(40, 2, 4, rng);
  const std::vector<double> levels = {1e-2, 1e-3, 1e-4};
  std::vector<int> below(levels.size());
  const int trials = 20'000;
  for (int trial = 0; trial < trials; ++trial) {
    Case drawn = it;
    const Suspect innocent{99, draw_symbols(it.biases, rng)};
    drawn.suspects[2 + static_cast<std::size_t>(trial) % 2] = innocent;
    std::rotate(drawn.suspects.begin(), drawn.suspects.begin() + trial % 4, drawn.suspects.end());
    const auto tests = test_with_accomplices(drawn.evidence, drawn.biases, drawn.suspects);
    const JointTest* test = find(tests, 99);
    if (test == nullptr) continue;
    const double log_p = base::ExactTail(test->law, test->score).log_tail(test->score) - test->log_share;
    for (std::size_t l = 0; l < levels.size(); ++l) below[l] += log_p <= std::log(levels[l]);
  }
  for (std::size_t l = 0; l < levels.size(); ++l) {
    const double expected = trials * levels[l] * kAccomplicesShare;
    EXPECT_LE(below[l], expected + 5 * std::sqrt(expected)) << levels[l];
  }
}

}  // namespace
}  // namespace barium::trace
