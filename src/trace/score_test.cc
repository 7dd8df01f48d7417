#include "trace/score.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/rng.h"
#include "trace/accomplices.h"
#include "trace/scan.h"

namespace barium::trace {
namespace {

base::Key a_key() {
  base::Key key{};
  key[0] = 42;
  return key;
}

TEST(Evidence, OfSeveralPhotosAddsAndIsClamped) {
  const std::vector<Evidence> photos = {{7, 1.5}, {3, -1}, {7, 2}, {3, 1}, {9, 40}, {1, -5}, {1, -5}};
  const auto sums = merged(photos);
  ASSERT_EQ(sums.size(), 3u);  // carrier 3 cancels
  EXPECT_EQ(sums[0].carrier, 1u);
  EXPECT_EQ(sums[0].llr, -kLargestLlr);
  EXPECT_EQ(sums[1].carrier, 7u);
  EXPECT_EQ(sums[1].llr, 3.5);
  EXPECT_EQ(sums[2].llr, kLargestLlr);
}

TEST(Evidence, DoesNotDependOnTheOrderOfPhotos) {
  const std::vector<Evidence> photos = {{1, 0.1}, {1, 0.2}, {1, 0.3}, {1, -0.7}};
  std::vector<Evidence> reversed(photos.rbegin(), photos.rend());
  EXPECT_EQ(merged(photos)[0].llr, merged(reversed)[0].llr);
}

TEST(Evidence, OfNaNIsAMistake) {
  const std::vector<Evidence> bad = {{1, NAN}};
  EXPECT_THROW(merged(bad), std::logic_error);
}

TEST(ScoreWeight, OfASingleLeakerIsTheLlr) {
  EXPECT_NEAR(score_weight(2.5, shown_at(interleaving(1), 0.3)), 2.5, 1e-12);
}

TEST(ScoreWeight, OfInterleavingHasTheSignOfTheLlrAndShrinksWithColluders) {
  for (const double llr : {-5.0, -0.2, 0.2, 5.0})
    for (const double p : {0.125, 0.5, 0.875}) {
      double previous = INFINITY;
      for (int c = 1; c <= 8; ++c) {
        const double w = score_weight(llr, shown_at(interleaving(c), p));
        EXPECT_GT(w * llr, 0);
        EXPECT_LT(std::abs(w), previous);
        previous = std::abs(w);
      }
    }
}

// exp(score) is a likelihood ratio against innocence: its mean over innocent symbols is 1.
TEST(ScoreWeight, ComesFromALikelihoodRatio) {
  const double llr = 1.7;
  const double p = 0.125;
  const Shown shown = shown_at({0, 0.9, 0.2, 1}, p);
  const auto likelihood = [&](double plus) { return plus * std::exp(llr) + 1 - plus; };
  const double ratio_minus = likelihood(shown.if_minus) / likelihood(shown.any);
  const double ratio_plus = ratio_minus * std::exp(score_weight(llr, shown));
  EXPECT_NEAR(p * ratio_plus + (1 - p) * ratio_minus, 1, 1e-12);
}

TEST(IntegerWeights, KeepTheirProportions) {
  const std::vector<Evidence> evidence = {{0, 6.0}, {1, -3.0}, {2, 1.0}};
  const std::vector<double> biases = {0.5, 0.125, 0.875};
  EXPECT_EQ(integer_weights(evidence, biases, 1), (std::vector<std::int8_t>{63, -32, 11}));
}

TEST(ScoreTable, TouchesOnlyTheBlocksOfTheReading) {
  const code::Codebook book(a_key(), 5000);
  std::vector<Evidence> evidence;
  for (std::uint32_t i = 2000; i < 2300; ++i) evidence.push_back({i, i % 2 == 0 ? 3.0 : -3.0});
  const ScoreTable table = make_score_table(evidence, book);
  EXPECT_EQ(table.blocks, (std::vector<std::uint32_t>{15, 16, 17}));
  EXPECT_EQ(table.row_bits, 512u);
  EXPECT_EQ(std::count_if(table.weights[0].begin(), table.weights[0].end(), [](auto w) { return w > 0; }),
            300);
}

TEST(ScoreTable, LargestScoreIsFullAgreement) {
  const code::Codebook book(a_key(), 300);
  std::vector<Evidence> evidence;
  base::Rng rng(1, "score table");
  for (std::uint32_t i = 0; i < 300; ++i) evidence.push_back({i, rng.uniform(-5, 5)});
  const ScoreTable table = make_score_table(evidence, book);
  for (std::size_t h = 0; h < kHypotheses.size(); ++h) {
    std::int64_t sum = 0;
    for (const std::int8_t w : table.weights[h]) sum += std::abs(w);
    EXPECT_EQ(table.laws[h].largest(), sum);
  }
}

// The definition, S = sum |w_i| [symbol has the sign of w_i], for a reading that shows what fewer of five
// colluders have: some weights then oppose the reading.
TEST(ScoreTable, GivesTheScoreOfTheDefinition) {
  const code::Codebook book(a_key(), 2000);
  std::vector<int> plus(2000, 0);
  for (code::CopyNumber copy = 900; copy < 905; ++copy) {
    const auto word = book.codeword(copy);
    for (std::size_t i = 0; i < word.size(); ++i) plus[i] += word[i] > 0;
  }
  std::vector<Evidence> evidence;
  std::vector<double> biases;
  for (std::uint32_t i = 100; i < 2000; ++i) {
    evidence.push_back({i, plus[i] == 5 || plus[i] == 1 || plus[i] == 2 ? 6.0 : -6.0});
    biases.push_back(book.biases()[i]);
  }
  const ScoreTable table = make_score_table(evidence, book);
  const code::RowGenerator generator(book, table.blocks, table.invert);
  std::vector<Scores> scores(40);
  score_copies(table, generator, 5, scores);
  for (std::size_t h = 0; h < kHypotheses.size(); ++h) {
    const auto weights = integer_weights(evidence, biases, kHypotheses[h].colluders);
    std::size_t opposing = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) opposing += weights[i] * evidence[i].llr < 0;
    EXPECT_EQ(opposing > 0, kHypotheses[h].colluders > 2) << h;
    for (std::size_t c = 0; c < scores.size(); ++c) {
      const auto word = book.codeword(5 + c);
      std::int32_t expected = 0;
      for (std::size_t i = 0; i < weights.size(); ++i)
        if (weights[i] * word[evidence[i].carrier] > 0) expected += std::abs(weights[i]);
      EXPECT_EQ(scores[c][h], expected) << h << " " << c;
    }
  }
}

TEST(ScoreTable, SharesOfAllTestsSumToOne) {
  double sum = kAccomplicesShare;
  for (const Hypothesis& h : kHypotheses) sum += h.share;
  EXPECT_NEAR(sum, 1, 1e-12);
}

}  // namespace
}  // namespace barium::trace
