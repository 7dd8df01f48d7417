#pragma once

// From a reading to integer scores. For each number of colluders c that is considered, a carrier's weight is
// the log-likelihood ratio of "this copy is one of c who interleave" against "this copy is innocent" (F.
// Laarhoven, "Capacities and capacity-achieving decoders for various fingerprinting games", IH&MMSec 2014; T.
// Laarhoven and B. de Weger, "Optimal symmetric Tardos traitor tracing schemes", Designs, Codes and
// Cryptography 71, 2014). The weights are rounded to integers FIRST, and the law of the score under innocence
// is that of the rounded weights, so the bound is exact for what is computed. docs/methods/trace.md has the
// derivation.

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/tail.h"
#include "code/codebook.h"
#include "trace/evidence.h"

namespace barium::trace {

// One of the linear scores that run side by side: tuned to `colluders`, and allowed `share` of the chance of
// a false alarm.
struct Hypothesis {
  int colluders;
  double share;
};
// Shares sum to 1. Chosen in bench/suites/collusion: fewer hypotheses cost power at the counts between, more
// cost every other one its share.
constexpr std::array<Hypothesis, 4> kHypotheses = {{{1, 0.5}, {2, 0.25}, {4, 0.15}, {8, 0.1}}};

// ln P(seen | x = +1, guilty) - ln P(seen | x = -1, guilty) - the same under innocence is 0: what agreeing
// with +1 rather than -1 adds to a copy's score, for one of `colluders` interleaving with bias p.
double score_weight(double llr, double p, int colluders);

// Non-negative weights as integers that keep their proportions: the largest becomes 63, or less for readings
// of more than 8,000 carriers.
std::vector<std::uint8_t> quantise(std::span<const double> weights);

// The scores of one reading against one codebook. A row has a bit per carrier of the touched blocks, set
// where the copy agrees with the reading's sign; a score is the sum of the weights where it is.
struct ScoreTable {
  std::vector<std::uint32_t> blocks;  // of 128 carriers, those touched
  std::vector<std::uint64_t> invert;  // two words a block: where the reading says -1
  std::size_t row_bits = 0;           // multiple of 512; weights past the blocks are 0
  std::array<std::vector<std::uint8_t>, kHypotheses.size()> weights;  // per row bit
  std::vector<base::BernoulliSum> laws;                               // per hypothesis, under innocence
};

// evidence: as merged() gives it, carriers below codebook.carriers().
ScoreTable make_score_table(std::span<const Evidence> evidence, const code::Codebook& codebook);

}  // namespace barium::trace
