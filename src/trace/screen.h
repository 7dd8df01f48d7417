#pragma once

// One pass over all copies: those whose own score accuses them, and those that stand out most, for a second
// look in the light of each other (accomplices.h).

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "code/codebook.h"
#include "trace/accomplices.h"
#include "trace/scan.h"

namespace barium::trace {

using Thresholds = std::array<std::int64_t, kHypotheses.size()>;

struct ScreenOptions {
  std::vector<code::CopyNumber> left_out;  // numbers that belong to nobody
  unsigned threads = 0;                    // 0: one per core; never changes the result
};

struct Hit {
  code::CopyNumber copy;
  Scores scores;
};

struct Screened {
  std::vector<Hit> hits;          // a score reaches its threshold; ascending copy
  std::vector<Suspect> suspects;  // the most suspicious first, at most kSuspects
};

// Of copies 0 .. copies - 1. evidence: what the table was made from.
Screened screen_copies(const ScoreTable& table, std::span<const Evidence> evidence,
                       const code::Codebook& codebook, std::uint64_t copies, const Thresholds& thresholds,
                       const ScreenOptions& options = {});

}  // namespace barium::trace
