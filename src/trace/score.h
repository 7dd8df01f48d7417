#pragma once

// From a reading to integer scores. For each number of colluders c that is considered, their strategy is
// estimated from the reading, and a carrier's weight is the log-likelihood ratio of "this copy is one of c
// who do so" against "this copy is innocent" (P. Meerwald and T. Furon, "Toward practical joint decoding of
// binary Tardos fingerprinting codes", IEEE TIFS 7, 2012). The weights are rounded to integers FIRST, and the
// law of the score under innocence is that of the rounded weights, so the bound is exact for what is
// computed. docs/methods/trace.md has the derivation.

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/tail.h"
#include "code/codebook.h"
#include "trace/evidence.h"
#include "trace/strategy.h"

namespace barium::trace {

// One of the linear scores that run side by side: tuned to `colluders`, and allowed `share` of the chance of
// a false alarm.
struct Hypothesis {
  int colluders;
  double share;
};
// Shares sum to 1 with kAccomplicesShare. Chosen in bench/suites/collusion: fewer hypotheses cost power at
// the counts between, more cost every other one its share.
constexpr std::array<Hypothesis, 4> kHypotheses = {{{1, 0.5}, {2, 0.03}, {4, 0.03}, {8, 0.04}}};

// ln P(seen | a colluder has +1) - ln P(seen | he has -1): what having +1 adds to a copy's score.
double score_weight(double llr, const Shown& shown);

// Signed weights of having +1, one a piece of evidence, as integers that keep their proportions: the largest
// becomes 63, or less for readings of more than 8,000 carriers. evidence: as merged() gives it; biases: one
// each; known: empty, or what other colluders are taken to have, one each.
std::vector<std::int8_t> integer_weights(std::span<const Evidence> evidence, std::span<const double> biases,
                                         int colluders, std::span<const Known> known = {});
// The law of an innocent's score: |weight| where his symbol is the weight's sign.
base::BernoulliSum law_of(std::span<const std::int8_t> weights, std::span<const double> biases);

// The scores of one reading against one codebook. A row has a bit per carrier of the touched blocks, set
// where the copy agrees with the reading's sign; a score is the offset and the weights where it is: never
// negative.
struct ScoreTable {
  std::vector<std::uint32_t> blocks;  // of 128 carriers, those touched
  std::vector<std::uint64_t> invert;  // two words a block: where the reading says -1
  std::vector<std::size_t> bits;      // per piece of evidence: its place in a row
  std::size_t row_bits = 0;           // multiple of 512; weights past the blocks are 0
  // Per row bit. Negative where the colluders seem to show what fewer of them have.
  std::array<std::vector<std::int8_t>, kHypotheses.size()> weights;
  std::array<std::int32_t, kHypotheses.size()> offsets{};  // minus the sum of the negative weights
  std::vector<base::BernoulliSum> laws;                    // per hypothesis, under innocence
};

// evidence: as merged() gives it, carriers below codebook.carriers().
ScoreTable make_score_table(std::span<const Evidence> evidence, const code::Codebook& codebook);

}  // namespace barium::trace
