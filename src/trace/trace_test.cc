#include "trace/trace.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/rng.h"
#include "trace/scan.h"

namespace barium::trace {
namespace {

base::Key key_of(std::uint8_t id) {
  base::Key key{};
  key[0] = id;
  return key;
}

// The reading of a pirate's symbols through a channel that flips each with chance `error`, and knows it.
std::vector<Evidence> read(const std::vector<std::int8_t>& symbols, std::uint32_t first, std::uint32_t count,
                           double error, base::Rng& rng) {
  const double llr = error > 0 ? std::log((1 - error) / error) : kLargestLlr;
  std::vector<Evidence> evidence;
  for (std::uint32_t i = first; i < first + count; ++i) {
    const bool flip = rng.uniform() < error;
    evidence.push_back({i, (symbols[i] > 0) != flip ? llr : -llr});
  }
  return evidence;
}

TEST(Trace, NamesTheLeakerAndNobodyElse) {
  const code::Codebook book(key_of(1), 400);
  base::Rng rng(1, "trace test");
  for (code::CopyNumber leaker = 0; leaker < 10'000; leaker += 999) {
    const auto result = trace(read(book.codeword(leaker), 0, 400, 0.05, rng), book, 10'000);
    ASSERT_EQ(result.accused.size(), 1u);
    EXPECT_EQ(result.accused[0].copy, leaker);
    EXPECT_LT(result.accused[0].log_p_value, std::log(1e-6 / 10'000));
    EXPECT_NEAR(result.accused[0].log_p_saddlepoint, result.accused[0].log_p_value, 0.1);
    EXPECT_EQ(result.accused[0].bound, Bound::kExact);
    EXPECT_EQ(result.tested_copies, 10'000u);
    EXPECT_TRUE(result.notes.empty());
  }
}

TEST(Trace, NeedsOnlyPartOfTheDocument) {
  const code::Codebook book(key_of(2), 3000);
  base::Rng rng(2, "trace test");
  const auto result = trace(read(book.codeword(123), 1300, 120, 0, rng), book, 1000);
  ASSERT_EQ(result.accused.size(), 1u);
  EXPECT_EQ(result.accused[0].copy, 123u);
}

TEST(Trace, SaysThatTooLittleWasRead) {
  const code::Codebook book(key_of(3), 400);
  base::Rng rng(3, "trace test");
  const auto result = trace(read(book.codeword(5), 0, 8, 0, rng), book, 1000);
  EXPECT_TRUE(result.accused.empty());
  ASSERT_EQ(result.notes.size(), 1u);
  EXPECT_EQ(result.notes[0].code, "trace.too_little");
}

TEST(Trace, OfNothingAccusesNobody) {
  const code::Codebook book(key_of(4), 400);
  EXPECT_TRUE(trace({}, book, 1000).accused.empty());
  EXPECT_EQ(trace({}, book, 1000).tested_copies, 1000u);
  const std::vector<Evidence> silent = {{3, 0.0}, {4, 0.0}};
  EXPECT_TRUE(trace(silent, book, 1000).accused.empty());
  const std::vector<Evidence> some = {{3, 1.0}};
  EXPECT_TRUE(trace(some, book, 0).accused.empty());
}

TEST(Trace, OfACarrierBeyondTheCodebookIsAMistake) {
  const code::Codebook book(key_of(4), 400);
  const std::vector<Evidence> beyond = {{400, 1.0}};
  EXPECT_THROW(trace(beyond, book, 10), std::logic_error);
}

TEST(Trace, DoesNotDependOnTheThreads) {
  const code::Codebook book(key_of(5), 600);
  base::Rng rng(5, "trace test");
  const auto evidence = read(book.codeword(40'000), 0, 600, 0.2, rng);
  const auto one = trace(evidence, book, 50'000, {.threads = 1});
  const auto three = trace(evidence, book, 50'000, {.threads = 3});
  ASSERT_EQ(one.accused.size(), 1u);
  ASSERT_EQ(three.accused.size(), 1u);
  EXPECT_EQ(one.accused[0].copy, three.accused[0].copy);
  EXPECT_EQ(one.accused[0].log_p_value, three.accused[0].log_p_value);
}

TEST(Trace, ACopyThatWasNeverIssuedIsNotTested) {
  const code::Codebook book(key_of(6), 400);
  base::Rng rng(6, "trace test");
  const auto evidence = read(book.codeword(9), 0, 400, 0, rng);
  EXPECT_EQ(trace(evidence, book, 100).accused.size(), 1u);
  const auto result = trace(evidence, book, 100, {.not_issued = {9}});
  EXPECT_TRUE(result.accused.empty());
  EXPECT_EQ(result.tested_copies, 99u);
}

TEST(Trace, PValuesReachDepthsThatDoublesDoNot) {
  const code::Codebook book(key_of(7), 4000);
  base::Rng rng(7, "trace test");
  const auto result = trace(read(book.codeword(1), 0, 4000, 0.02, rng), book, 100);
  ASSERT_EQ(result.accused.size(), 1u);
  EXPECT_LT(result.accused[0].log_p_value, -1000);
  EXPECT_TRUE(std::isfinite(result.accused[0].log_p_value));
}

TEST(Trace, OfAVeryLongReadingIsBoundedByChernoff) {
  const code::Codebook book(key_of(12), 60'000);
  base::Rng rng(12, "trace test");
  const auto result = trace(read(book.codeword(3), 0, 60'000, 0.4, rng), book, 10);
  ASSERT_EQ(result.accused.size(), 1u);
  EXPECT_EQ(result.accused[0].copy, 3u);
  EXPECT_EQ(result.accused[0].bound, Bound::kChernoff);
  // Chernoff's bound is above the truth, by a factor of some tens this far out.
  EXPECT_GT(result.accused[0].log_p_value, result.accused[0].log_p_saddlepoint);
  EXPECT_LT(result.accused[0].log_p_value, result.accused[0].log_p_saddlepoint + 10);
}

TEST(Trace, TwoPhotosNameWhomOneCannot) {
  const code::Codebook book(key_of(8), 400);
  base::Rng rng(8, "trace test");
  const auto word = book.codeword(17);
  auto evidence = read(word, 0, 400, 0.33, rng);
  EXPECT_TRUE(trace(evidence, book, 10'000).accused.empty());
  for (int photo = 0; photo < 4; ++photo) {
    const auto more = read(word, 0, 400, 0.33, rng);
    evidence.insert(evidence.end(), more.begin(), more.end());
  }
  EXPECT_EQ(trace(evidence, book, 10'000).accused.size(), 1u);
}

TEST(Trace, NamesColludersWhoInterleave) {
  const code::Codebook book(key_of(9), 900);
  base::Rng rng(9, "trace test");
  const std::vector<code::CopyNumber> guilty = {10, 400, 800};
  std::vector<std::vector<std::int8_t>> words;
  for (const auto copy : guilty) words.push_back(book.codeword(copy));
  std::vector<std::int8_t> pirate(900);
  for (std::size_t i = 0; i < pirate.size(); ++i) pirate[i] = words[rng.below(3)][i];
  const auto result = trace(read(pirate, 0, 900, 0, rng), book, 1000);
  EXPECT_GE(result.accused.size(), 1u);
  for (const auto& accusation : result.accused)
    EXPECT_TRUE(std::find(guilty.begin(), guilty.end(), accusation.copy) != guilty.end());
}

// How much likelier than by the law alone any codeword of any copy can be, given all the others', where each
// of three copies is drawn until it is new: by enumeration.
double largest_gain(const std::vector<double>& law) {
  const auto joint = [&](std::size_t a, std::size_t b, std::size_t c) {
    if (a == b || b == c || a == c) return 0.0;
    return law[a] * law[b] / (1 - law[a]) * law[c] / (1 - law[a] - law[b]);
  };
  double largest = 0;
  for (std::size_t b = 0; b < law.size(); ++b)
    for (std::size_t c = 0; c < law.size(); ++c) {
      std::array<double, 3> all{};
      for (std::size_t x = 0; x < law.size(); ++x) {
        all[0] += joint(x, b, c);
        all[1] += joint(b, x, c);
        all[2] += joint(b, c, x);
      }
      if (b == c) continue;
      for (std::size_t x = 0; x < law.size(); ++x) {
        const std::array<double, 3> each = {joint(x, b, c), joint(b, x, c), joint(b, c, x)};
        for (std::size_t j = 0; j < 3; ++j) largest = std::max(largest, each[j] / all[j] / law[x]);
      }
    }
  return largest;
}

TEST(Trace, UniqueCodewordsAreLikelierByNoMoreThanTheFactor) {
  for (const double commonest : {0.01, 0.05, 0.1, 0.15}) {
    std::vector<double> law(3, commonest);
    const std::size_t others = 200;
    law.insert(law.end(), others, (1 - 3 * commonest) / static_cast<double>(others));
    const double factor = std::exp(log_uniqueness_factor(std::log(commonest), 3).value());
    const double gain = largest_gain(law);
    EXPECT_LE(gain, factor) << commonest;
    // The copies that are drawn later matter too: leaving them out of the bound would break it.
    EXPECT_GT(gain, 1 / (1 - 3 * commonest)) << commonest;
  }
  EXPECT_FALSE(log_uniqueness_factor(std::log(0.2), 3).has_value());
}

// The commonest codeword of a short code is so common that among many copies nothing is proven.
TEST(Trace, OfACodeTooShortForItsCirculationAccusesNobody) {
  const code::Codebook book(key_of(11), 12);
  base::Rng rng(11, "trace test");
  const auto most = static_cast<std::uint64_t>(0.5 / std::exp(book.log_commonest()));
  const auto evidence = read(book.codeword(0), 0, 12, 0, rng);
  EXPECT_EQ(trace(evidence, book, most / 4, {.alpha = 0.5}).accused.size(), 1u);
  const auto result = trace(evidence, book, most + 1, {.alpha = 0.99});
  EXPECT_TRUE(result.accused.empty());
  EXPECT_EQ(result.notes.at(0).code, "trace.too_little");
}

std::vector<std::vector<std::int8_t>> words_of(const code::Codebook& book,
                                               const std::vector<code::CopyNumber>& copies) {
  std::vector<std::vector<std::int8_t>> words;
  for (const auto copy : copies) words.push_back(book.codeword(copy));
  return words;
}

// Two who toss a coin for every word, on 180 carriers: neither score says enough by itself.
TEST(Trace, NamesColludersInTheLightOfEachOther) {
  int named = 0;
  for (std::uint8_t trial = 0; trial < 20; ++trial) {
    const code::Codebook book(key_of(trial), 180);
    base::Rng rng(11, "trace test", trial);
    const std::vector<code::CopyNumber> guilty = {3, 700};
    const auto words = words_of(book, guilty);
    std::vector<std::int8_t> pirate(180);
    for (std::size_t i = 0; i < pirate.size(); ++i) pirate[i] = words[rng.below(2)][i];
    const auto result = trace(read(pirate, 0, 180, 0, rng), book, 1000);
    for (const auto& accusation : result.accused) {
      const bool first = accusation.copy == guilty[0];
      ASSERT_TRUE(first || accusation.copy == guilty[1]);
      if (accusation.given.size() != 1) continue;
      EXPECT_EQ(accusation.given[0], guilty[first ? 1 : 0]);
      EXPECT_EQ(accusation.bound, Bound::kExact);
      EXPECT_NEAR(accusation.log_p_saddlepoint, accusation.log_p_value, 0.6);
    }
    named += !result.accused.empty();
  }
  EXPECT_GE(named, 18);
}

// A picture put together of lines of three copies: each of them is a source of it, and nobody else is named.
TEST(Trace, NamesTheSourcesOfASplicedPicture) {
  const code::Codebook book(key_of(12), 400);
  base::Rng rng(12, "trace test");
  const std::vector<code::CopyNumber> sources = {7, 77, 777};
  const auto words = words_of(book, sources);
  std::vector<std::int8_t> spliced(400);
  for (std::size_t i = 0; i < spliced.size(); ++i) spliced[i] = words[i / 12 % 3][i];
  const auto result = trace(read(spliced, 0, 400, 0.02, rng), book, 1000);
  EXPECT_GE(result.accused.size(), 2u);
  for (const auto& accusation : result.accused)
    EXPECT_TRUE(std::find(sources.begin(), sources.end(), accusation.copy) != sources.end());
}

// `photos` of one print: what the printer did to a word is in all of them, and each reader takes it for the
// mark.
std::vector<Evidence> read_one_print(const std::vector<std::int8_t>& word, int photos, base::Rng& rng) {
  constexpr double kShift = 0.25;
  constexpr double kPrinter = 0.2;
  constexpr double kPhoto = 0.08;
  std::vector<Evidence> evidence;
  for (std::uint32_t i = 0; i < word.size(); ++i) {
    const double printed = word[i] * kShift + kPrinter * rng.normal();
    for (int photo = 0; photo < photos; ++photo) {
      const double at = printed + kPhoto * rng.normal();
      evidence.push_back({i, 2 * kShift * at / (kPhoto * kPhoto)});
    }
  }
  return evidence;
}

// The noise of photographs of one print is not independent, so their sum is surer than it should be. That
// costs no innocent anything, and the leaker is named from three as from one.
TEST(Trace, PhotosOfOnePrintMayBeAdded) {
  const code::Codebook book(key_of(13), 200);
  for (const int photos : {1, 3}) {
    int named = 0;
    for (std::uint64_t trial = 0; trial < 20; ++trial) {
      base::Rng rng(13, "trace test", trial);
      const auto result = trace(read_one_print(book.codeword(trial), photos, rng), book, 1000);
      named += result.accused.size() == 1 && result.accused[0].copy == trial;
    }
    EXPECT_GE(named, 19) << photos;
  }
}

// The false-alarm test: 2,000,000 innocent copies for each kind of reading. A p-value is proven, so the
// number of copies with p <= level is at most binomial(2e6, level): more than 5 sigma above fails.
class FalseAlarms : public testing::TestWithParam<int> {};

std::vector<Evidence> hostile_reading(const code::Codebook& book, int kind, base::Rng& rng) {
  const code::CopyNumber attacker = std::uint64_t{1} << 50;  // not among those tested
  auto evidence = read(book.codeword(attacker), 0, 400, kind == 0 ? 0.02 : 0.2, rng);
  for (std::size_t i = 0; i < evidence.size(); ++i) {
    if (kind == 2) evidence[i].llr = rng.uniform(-6, 6);           // random re-spacing
    if (kind == 3) evidence[i].llr = std::abs(evidence[i].llr);    // everything pushed right
    if (kind == 4) evidence[i].llr *= i % 40 == 0 ? 100.0 : 0.01;  // all weight on ten words
  }
  if (kind == 5) return read_one_print(book.codeword(attacker), 3, rng);
  if (kind == 6)  // lines of several copies
    for (std::size_t i = 0; i < evidence.size(); ++i)
      evidence[i].llr = 4.0 * book.codeword(attacker + i / 12 % 3)[i];
  return evidence;
}

TEST_P(FalseAlarms, StayBelowTheProvenBound) {
  const code::Codebook book(key_of(10), 400);
  base::Rng rng(10, "false alarms", static_cast<std::uint64_t>(GetParam()));
  const auto evidence = merged(hostile_reading(book, GetParam(), rng));
  const ScoreTable table = make_score_table(evidence, book);
  const code::RowGenerator generator(book, table.blocks, table.invert);
  const std::vector<double> levels = {1e-1, 1e-2, 1e-3, 1e-4, 1e-5};
  std::vector<std::vector<std::int64_t>> thresholds;
  for (const double level : levels) {
    thresholds.emplace_back();
    for (std::size_t h = 0; h < kHypotheses.size(); ++h)
      thresholds.back().push_back(
          base::smallest_significant(table.laws[h], std::log(level * kHypotheses[h].share), true));
  }
  const std::size_t trials = 2'000'000;
  std::vector<Scores> scores(trials);
  score_copies(table, generator, 0, scores);
  for (std::size_t l = 0; l < levels.size(); ++l) {
    const auto accused = std::count_if(scores.begin(), scores.end(), [&](const Scores& s) {
      for (std::size_t h = 0; h < s.size(); ++h)
        if (s[h] >= thresholds[l][h]) return true;
      return false;
    });
    const double expected = static_cast<double>(trials) * levels[l];
    EXPECT_LE(static_cast<double>(accused), expected + 5 * std::sqrt(expected)) << levels[l];
  }
}

INSTANTIATE_TEST_SUITE_P(Readings, FalseAlarms, testing::Range(0, 7));

}  // namespace
}  // namespace barium::trace
