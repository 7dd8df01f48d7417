#include "trace/scan.h"

#include <bit>

#include "base/error.h"

namespace barium::trace {

namespace {

// Rows made at a time: 4 kB at 1,024 symbols, which stays in the first-level cache between the two steps.
constexpr std::size_t kBatchWords = 512;

void score_rows_scalar(const ScoreTable& table, const std::uint64_t* rows, std::span<Scores> scores) {
  const std::size_t words = table.row_bits / 64;
  for (Scores& score : scores) {
    score = table.offsets;
    for (std::size_t w = 0; w < words; ++w)
      for (std::uint64_t rest = rows[w]; rest != 0; rest &= rest - 1) {
        const std::size_t bit = 64 * w + static_cast<std::size_t>(std::countr_zero(rest));
        for (std::size_t h = 0; h < score.size(); ++h) score[h] += table.weights[h][bit];
      }
    rows += words;
  }
}

}  // namespace

ScanPath best_scan_path() {
  static const ScanPath best = has_scan_path(ScanPath::kAvx512) ? ScanPath::kAvx512
                               : has_scan_path(ScanPath::kAvx2) ? ScanPath::kAvx2
                                                                : ScanPath::kScalar;
  return best;
}

void score_rows(const ScoreTable& table, std::span<const std::uint64_t> rows, std::span<Scores> scores,
                ScanPath path) {
  base::require(has_scan_path(path), "this processor has the instructions");
  base::require(rows.size() == scores.size() * (table.row_bits / 64), "one row a score");
  switch (path) {
    case ScanPath::kScalar:
      return score_rows_scalar(table, rows.data(), scores);
    case ScanPath::kAvx2:
      return score_rows_avx2(table, rows.data(), scores);
    case ScanPath::kAvx512:
      return score_rows_avx512(table, rows.data(), scores);
  }
}

void score_copies(const ScoreTable& table, const code::RowGenerator& generator, code::CopyNumber first,
                  std::span<Scores> scores) {
  const std::size_t words = table.row_bits / 64;
  base::require(generator.words() == words, "the generator makes this table's rows");
  const std::size_t batch = std::max<std::size_t>(1, kBatchWords / std::max<std::size_t>(1, words));
  std::vector<std::uint64_t> rows(batch * words);
  for (std::size_t at = 0; at < scores.size(); at += batch) {
    const std::size_t count = std::min(batch, scores.size() - at);
    const auto part = std::span(rows).first(count * words);
    generator.generate(first + at, part);
    score_rows(table, part, scores.subspan(at, count));
  }
}

}  // namespace barium::trace
