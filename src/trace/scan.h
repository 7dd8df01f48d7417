#pragma once

// The scores of many copies: generate rows, add the weights where a row has a bit. Vector instructions are
// chosen when the program runs; every path gives the same integers.

#include <array>
#include <cstdint>
#include <span>

#include "code/rows.h"
#include "trace/score.h"

namespace barium::trace {

using Scores = std::array<std::int32_t, kHypotheses.size()>;

enum class ScanPath { kScalar, kAvx2, kAvx512 };
ScanPath best_scan_path();
bool has_scan_path(ScanPath path);

// Scores of the rows, table.row_bits / 64 words each, one per element of scores.
void score_rows(const ScoreTable& table, std::span<const std::uint64_t> rows, std::span<Scores> scores,
                ScanPath path = best_scan_path());

// Scores of copies first, first + 1, ... , one per element of scores.
void score_copies(const ScoreTable& table, const code::RowGenerator& generator, code::CopyNumber first,
                  std::span<Scores> scores);

// One function per path, for score_rows.
void score_rows_avx2(const ScoreTable& table, const std::uint64_t* rows, std::span<Scores> scores);
void score_rows_avx512(const ScoreTable& table, const std::uint64_t* rows, std::span<Scores> scores);

}  // namespace barium::trace
