#include "trace/parts.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/rng.h"

namespace barium::trace {
namespace {

constexpr std::size_t kCarriers = 400;
constexpr std::uint64_t kCopies = 1000;

code::Codebook codebook() {
  base::Key key{};
  key[0] = 7;
  return code::Codebook(key, kCarriers);
}

// Carriers [from, to) of a copy, read with few errors.
std::vector<Evidence> read(const code::Codebook& book, code::CopyNumber copy, std::size_t from,
                           std::size_t to) {
  const auto codeword = book.codeword(copy);
  base::Rng rng(copy, "parts_test", from);
  std::vector<Evidence> evidence;
  for (std::size_t i = from; i < to; ++i) {
    const double llr = 4 * codeword[i] * (rng.below(50) == 0 ? -1 : 1);
    evidence.push_back({static_cast<std::uint32_t>(i), llr});
  }
  return evidence;
}

std::vector<Evidence> joined(const std::vector<std::vector<Evidence>>& parts) {
  std::vector<Evidence> all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

TEST(TraceParts, NamesBothCopiesOfASplicedPage) {
  const code::Codebook book = codebook();
  const std::vector<std::vector<Evidence>> parts = {read(book, 3, 0, 130), read(book, 8, 130, kCarriers)};
  const PartsResult result = trace_parts(joined(parts), parts, book, kCopies);
  ASSERT_EQ(result.accused.size(), 2u);
  for (const PartAccusation& one : result.accused) {
    EXPECT_TRUE(one.accusation.copy == 3 || one.accusation.copy == 8);
    EXPECT_EQ(one.part, one.accusation.copy == 3 ? 0u : 1u);
    EXPECT_LE(one.accusation.log_p_value, std::log(1e-6 / kCopies));
  }
}

TEST(TraceParts, OfOneCopyCostNoMoreThanHalfOfAlpha) {
  const code::Codebook book = codebook();
  const std::vector<std::vector<Evidence>> parts = {read(book, 5, 0, 200), read(book, 5, 200, kCarriers)};
  const TraceResult alone = trace(joined(parts), book, kCopies);
  const PartsResult result = trace_parts(joined(parts), parts, book, kCopies);
  ASSERT_EQ(result.accused.size(), 1u);
  EXPECT_EQ(result.accused[0].accusation.copy, 5u);
  EXPECT_FALSE(result.accused[0].part);
  EXPECT_NEAR(result.accused[0].accusation.log_p_value, alone.accused.at(0).log_p_value + std::log(2), 1e-9);
}

TEST(TraceParts, WithoutPartsIsTrace) {
  const code::Codebook book = codebook();
  const std::vector<Evidence> evidence = read(book, 5, 0, kCarriers);
  const PartsResult result = trace_parts(evidence, {}, book, kCopies);
  EXPECT_EQ(result.accused.at(0).accusation.log_p_value,
            trace(evidence, book, kCopies).accused.at(0).log_p_value);
  EXPECT_EQ(result.tested_copies, kCopies);
}

// Readings of noise, each in whole and six parts, at an alpha that lets some through: as often as
// it says, and no oftener.
TEST(TraceParts, AccuseInnocentsNoOftenerThanAlpha) {
  const code::Codebook book = codebook();
  constexpr double kAlpha = 0.5;
  constexpr std::uint64_t kTrials = 300;
  int accused = 0;
  for (std::uint64_t trial = 0; trial < kTrials; ++trial) {
    base::Rng rng(trial, "noise");
    std::vector<Evidence> whole;
    for (std::uint32_t i = 0; i < 120; ++i) whole.push_back({i, 3 * rng.normal()});
    std::vector<std::vector<Evidence>> parts;
    for (const std::size_t cut : {30, 60, 90}) {
      parts.emplace_back(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(cut));
      parts.emplace_back(whole.begin() + static_cast<std::ptrdiff_t>(cut), whole.end());
    }
    const PartsResult result = trace_parts(whole, parts, book, 20, {.alpha = kAlpha, .threads = 1});
    accused += !result.accused.empty();
    for (const PartAccusation& one : result.accused)
      EXPECT_LE(one.accusation.log_p_value, std::log(kAlpha / 20));
  }
  EXPECT_GT(accused, 0);
  EXPECT_LE(accused, kTrials * kAlpha + 4 * std::sqrt(kTrials * kAlpha));
}

}  // namespace
}  // namespace barium::trace
