#include "trace/scan.h"

#include <gtest/gtest.h>

#include "base/rng.h"

namespace barium::trace {
namespace {

base::Key a_key() {
  base::Key key{};
  key[5] = 99;
  return key;
}

std::vector<Evidence> random_reading(std::uint32_t first, std::uint32_t count) {
  base::Rng rng(first, "scan test");
  std::vector<Evidence> evidence;
  for (std::uint32_t i = first; i < first + count; ++i)
    if (rng.uniform() < 0.9) evidence.push_back({i, rng.uniform() < 0.3 ? rng.uniform(0, 6) : -6});
  return evidence;
}

TEST(Scan, EveryPathGivesTheSameScores) {
  const code::Codebook book(a_key(), 3000);
  for (const std::uint32_t count : {1u, 60u, 512u, 1024u, 1500u}) {
    const ScoreTable table = make_score_table(random_reading(700, count), book);
    const code::RowGenerator generator(book, table.blocks, table.invert);
    std::vector<std::uint64_t> rows(40 * generator.words());
    generator.generate(12, rows);
    std::vector<Scores> expected(40);
    score_rows(table, rows, expected, ScanPath::kScalar);
    for (const ScanPath path : {ScanPath::kAvx2, ScanPath::kAvx512}) {
      if (!has_scan_path(path)) continue;
      std::vector<Scores> scores(40);
      score_rows(table, rows, scores, path);
      EXPECT_EQ(scores, expected) << count << " " << static_cast<int>(path);
    }
  }
}

// From the codeword itself, with no rows and no masks.
TEST(Scan, ScoresAreTheSumOfWeightsWhereTheCodewordAgrees) {
  const code::Codebook book(a_key(), 1000);
  const auto evidence = merged(random_reading(100, 700));
  const ScoreTable table = make_score_table(evidence, book);
  const code::RowGenerator generator(book, table.blocks, table.invert);
  std::vector<Scores> scores(300);
  score_copies(table, generator, 5, scores);
  for (std::size_t n = 0; n < scores.size(); n += 17) {
    const auto word = book.codeword(5 + n);
    for (std::size_t h = 0; h < kHypotheses.size(); ++h) {
      std::int32_t sum = table.offsets[h];
      for (const Evidence& entry : evidence) {
        const std::size_t bit = entry.carrier - table.blocks.front() * code::kBlockCarriers;
        if ((word[entry.carrier] > 0) == (entry.llr > 0)) sum += table.weights[h][bit];
      }
      EXPECT_EQ(scores[n][h], sum);
    }
  }
}

}  // namespace
}  // namespace barium::trace
