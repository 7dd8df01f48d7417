#include "trace/score.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "code/rows.h"

namespace barium::trace {

namespace {

constexpr std::size_t kRowAlign = 512;  // bits: one vector register

// Rounding to 63 steps adds (1/63)^2 / 12 to a mean square weight of 1/20 and more of the largest squared:
// under 0.05 % of the score's variance, while the exact tail costs in proportion to the steps. Past 8,000
// carriers the steps shrink with the root of their number, so that the tail costs the same per carrier.
std::uint32_t largest_weight(std::size_t carriers) {
  constexpr double kSteps = 63;
  const double shrunk = kSteps * std::sqrt(8000 / std::max(8000.0, static_cast<double>(carriers)));
  return std::max(10u, static_cast<std::uint32_t>(shrunk));
}

// Where each piece of evidence stands in a row.
std::vector<std::size_t> place_in_rows(std::span<const Evidence> evidence, ScoreTable& table) {
  std::vector<std::size_t> bits;
  for (const Evidence& entry : evidence) {
    const auto block = static_cast<std::uint32_t>(entry.carrier / code::kBlockCarriers);
    if (table.blocks.empty() || table.blocks.back() != block) table.blocks.push_back(block);
    bits.push_back((table.blocks.size() - 1) * code::kBlockCarriers + entry.carrier % code::kBlockCarriers);
  }
  return bits;
}

}  // namespace

std::vector<std::uint8_t> quantise(std::span<const double> weights) {
  if (weights.empty()) return {};
  const double largest = *std::max_element(weights.begin(), weights.end());
  const double scale = largest_weight(weights.size()) / largest;
  std::vector<std::uint8_t> rounded(weights.size());
  std::transform(weights.begin(), weights.end(), rounded.begin(),
                 [&](double w) { return static_cast<std::uint8_t>(std::lround(w * scale)); });
  return rounded;
}

double score_weight(double llr, double p, int colluders) {
  // Interleaving: the pirate's symbol is this copy's with chance 1/c, else a stranger's.
  const double own = 1.0 / colluders;
  const double plus_if_plus = own + (1 - own) * p;
  const double plus_if_minus = (1 - own) * p;
  const double odds = std::exp(llr);
  return std::log((plus_if_plus * odds + 1 - plus_if_plus) / (plus_if_minus * odds + 1 - plus_if_minus));
}

ScoreTable make_score_table(std::span<const Evidence> evidence, const code::Codebook& codebook) {
  ScoreTable table;
  const std::vector<std::size_t> bits = place_in_rows(evidence, table);
  table.invert.assign(2 * table.blocks.size(), 0);
  table.row_bits = (table.blocks.size() * code::kBlockCarriers + kRowAlign - 1) / kRowAlign * kRowAlign;
  std::vector<double> agrees;  // P(an innocent copy agrees)
  for (std::size_t i = 0; i < evidence.size(); ++i) {
    base::require(evidence[i].carrier < codebook.carriers(), "evidence is of a carrier of the codebook");
    const double p = codebook.biases()[evidence[i].carrier];
    const bool minus = evidence[i].llr < 0;
    agrees.push_back(minus ? 1 - p : p);
    if (minus) table.invert[bits[i] / 64] |= std::uint64_t{1} << (bits[i] % 64);
  }
  for (std::size_t h = 0; h < kHypotheses.size(); ++h) {
    table.weights[h].assign(table.row_bits, 0);
    std::vector<base::BernoulliTerm> terms;
    std::vector<double> real;
    for (const Evidence& entry : evidence)
      real.push_back(
          std::abs(score_weight(entry.llr, codebook.biases()[entry.carrier], kHypotheses[h].colluders)));
    const auto rounded = quantise(real);
    for (std::size_t i = 0; i < rounded.size(); ++i) {
      table.weights[h][bits[i]] = rounded[i];
      terms.push_back({rounded[i], agrees[i]});
    }
    table.laws.emplace_back(terms);
  }
  return table;
}

}  // namespace barium::trace
