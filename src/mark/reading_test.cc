#include "mark/reading.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/rng.h"

namespace barium::mark {
namespace {

page::PageModel page_of(std::size_t words, double shift_pt = 0.25) {
  page::PageModel page;
  page.words.resize(words);
  for (std::size_t i = 0; i < words; ++i) page.carriers.push_back({static_cast<std::uint32_t>(i), shift_pt});
  return page;
}

page::WordMeasurement seen_at(double dx_pt, double sigma_pt) { return {0, true, dx_pt, 0, sigma_pt, 0.9}; }

double llr_of(double dx_pt, double sigma_pt, const ReadMarksOptions& options = {}) {
  const std::vector<page::WordMeasurement> words{seen_at(dx_pt, sigma_pt)};
  return read_marks(page_of(1), words, options).bits.at(0).llr;
}

// Without outliers the ratio of two Gaussians of equal sigma is 2 s dx / sigma^2.
TEST(ReadMarks, GivesTheGaussianRatioWhereOutliersAreRare) {
  EXPECT_NEAR(llr_of(0.05, 0.2, {1e-12, 1.5}), 2 * 0.25 * 0.05 / (0.2 * 0.2), 1e-6);
}

TEST(ReadMarks, IsAntisymmetricAndZeroInTheMiddle) {
  EXPECT_EQ(llr_of(0, 0.06), 0);
  for (const double dx : {0.01, 0.1, 0.25, 0.7, 1.4})
    EXPECT_NEAR(llr_of(dx, 0.06), -llr_of(-dx, 0.06), 1e-12);
}

// One word says at most ln(1 + (1-e)/e 2U N(0)), however far apart the signs are.
TEST(ReadMarks, NeverBelievesOneWordMoreThanTheOutliersAllow) {
  for (const double sigma : {1e-4, 0.003, 0.02}) {
    const ReadMarksOptions options;
    const double most = std::log1p((1 - options.outlier_rate) / options.outlier_rate * 2 *
                                   options.outlier_range_pt / (sigma * std::sqrt(2 * M_PI)));
    EXPECT_LE(llr_of(0.25, sigma), most + 1e-9);
    EXPECT_GT(llr_of(0.25, sigma), 0.99 * most);
  }
}

TEST(ReadMarks, SaysNothingOfAWordThatIsFarFromBothSigns) { EXPECT_NEAR(llr_of(1.2, 0.05), 0, 1e-6); }

// Of `words` words, each at its sign, moved by `attack`.
template <class Attack>
std::vector<page::WordMeasurement> page_moved_by(std::size_t words, base::Rng& rng, const Attack& attack) {
  std::vector<page::WordMeasurement> seen;
  for (std::size_t i = 0; i < words; ++i) {
    const double sign = rng.uniform() < 0.5 ? -0.25 : 0.25;
    seen.push_back(seen_at(sign + 0.06 * rng.normal() + attack(), 0.06));
  }
  return seen;
}

TEST(ReadMarks, TakesAsSureWhatItsMeasurementExplains) {
  for (std::uint64_t trial = 0; trial < 50; ++trial) {
    base::Rng rng(1, "reading test", trial);
    EXPECT_EQ(read_marks(page_of(300), page_moved_by(300, rng, [] { return 0; })).excess_pt, 0);
  }
}

// Somebody moved every word by 0.1 to 0.8 pt, either way: signs that are sure and wrong were a third of all.
TEST(ReadMarks, BelievesLessOfWordsThatScatterTooFar) {
  base::Rng rng(2, "reading test");
  const auto attack = [&] { return (rng.uniform() < 0.5 ? -1 : 1) * rng.uniform(0.1, 0.8); };
  const Reading reading = read_marks(page_of(300), page_moved_by(300, rng, attack));
  EXPECT_GE(reading.excess_pt, 0.4);
  EXPECT_LE(reading.excess_pt, 0.6);
  for (const SoftBit& bit : reading.bits) {
    EXPECT_GT(bit.sigma_pt, reading.excess_pt);
    EXPECT_LT(std::abs(bit.llr), 3);
  }
}

TEST(ReadMarks, LeavesOutWhatWasNotPlacedAndKeepsTheOrder) {
  std::vector<page::WordMeasurement> words(4, seen_at(0.2, 0.05));
  words[1].placed = false;
  words[3].dx_pt = 9;
  const Reading reading = read_marks(page_of(4), words);
  ASSERT_EQ(reading.bits.size(), 2u);
  EXPECT_EQ(reading.bits[0].carrier, 0u);
  EXPECT_EQ(reading.bits[1].carrier, 2u);
}

TEST(ReadMarks, UsesEachCarriersOwnShift) {
  const std::vector<page::WordMeasurement> words{seen_at(0.1, 0.1)};
  const ReadMarksOptions rare{1e-12, 1.5};
  EXPECT_NEAR(read_marks(page_of(1, 0.1), words, rare).bits[0].llr, 2 * 0.1 * 0.1 / 0.01, 1e-6);
}

// Soft bits mean what they say: of those near llr L, e^L / (1 + e^L) were +1.
TEST(ReadMarks, IsCalibratedOnItsOwnModel) {
  base::Rng rng(7, "reading calibration");
  const std::size_t n = 40000;
  std::vector<page::WordMeasurement> words;
  std::vector<int> truth;
  for (std::size_t i = 0; i < n; ++i) {
    truth.push_back(rng.below(2) == 0 ? 1 : -1);
    const bool outlier = rng.uniform() < 0.02;
    words.push_back(
        seen_at(outlier ? rng.uniform(-1.5, 1.5) : truth.back() * 0.25 + 0.2 * rng.normal(), 0.2));
  }
  const Reading reading = read_marks(page_of(n), words);
  for (const double low : {-2.0, -1.0, 0.0, 1.0}) {
    double plus = 0, expected = 0, count = 0;
    for (const SoftBit& bit : reading.bits) {
      if (bit.llr < low || bit.llr >= low + 1) continue;
      plus += truth[bit.carrier] > 0;
      expected += 1 / (1 + std::exp(-bit.llr));
      count += 1;
    }
    EXPECT_NEAR(plus / count, expected / count, 4 * std::sqrt(0.25 / count));
  }
}

TEST(ReadMarks, RefusesOptionsThatMakeNoSense) {
  EXPECT_THROW(llr_of(0, 0.1, {0.0, 1.5}), std::logic_error);
  EXPECT_THROW(llr_of(0, 0.1, {0.02, 0.0}), std::logic_error);
}

}  // namespace
}  // namespace barium::mark
