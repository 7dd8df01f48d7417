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
void place_in_rows(std::span<const Evidence> evidence, ScoreTable& table) {
  for (const Evidence& entry : evidence) {
    const auto block = static_cast<std::uint32_t>(entry.carrier / code::kBlockCarriers);
    if (table.blocks.empty() || table.blocks.back() != block) table.blocks.push_back(block);
    table.bits.push_back((table.blocks.size() - 1) * code::kBlockCarriers +
                         entry.carrier % code::kBlockCarriers);
  }
}

// shown_at of the few biases and counts that occur.
class ShownCache {
 public:
  explicit ShownCache(const Strategy& strategy) : strategy_(strategy) {}
  const Shown& at(double p, const Known& known) {
    const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) {
      return e.p == p && e.known.people == known.people && e.known.plus == known.plus;
    });
    if (found != entries_.end()) return found->shown;
    entries_.push_back({p, known, shown_at(strategy_, p, known)});
    return entries_.back().shown;
  }

 private:
  struct Entry {
    double p;
    Known known;
    Shown shown;
  };
  const Strategy& strategy_;
  std::vector<Entry> entries_;
};

}  // namespace

double score_weight(double llr, const Shown& shown) {
  const double odds = std::exp(llr);
  return std::log((shown.if_plus * odds + 1 - shown.if_plus) / (shown.if_minus * odds + 1 - shown.if_minus));
}

std::vector<std::int8_t> integer_weights(std::span<const Evidence> evidence, std::span<const double> biases,
                                         int colluders, std::span<const Known> known) {
  base::require(known.empty() || known.size() == evidence.size(), "what is known is known of each carrier");
  const auto known_at = [&](std::size_t i) { return known.empty() ? Known{} : known[i]; };
  std::vector<Observation> observations;
  for (std::size_t i = 0; i < evidence.size(); ++i)
    observations.push_back({biases[i], std::exp(evidence[i].llr), 1, known_at(i)});
  const Strategy strategy = estimate_strategy(observations, colluders);
  ShownCache shown(strategy);
  std::vector<double> real;
  double largest = 0;
  for (std::size_t i = 0; i < evidence.size(); ++i) {
    real.push_back(score_weight(evidence[i].llr, shown.at(biases[i], known_at(i))));
    largest = std::max(largest, std::abs(real.back()));
  }
  const double scale = largest > 0 ? largest_weight(real.size()) / largest : 0;
  std::vector<std::int8_t> rounded;
  for (const double w : real) rounded.push_back(static_cast<std::int8_t>(std::lround(w * scale)));
  return rounded;
}

base::BernoulliSum law_of(std::span<const std::int8_t> weights, std::span<const double> biases) {
  std::vector<base::BernoulliTerm> terms;
  for (std::size_t i = 0; i < weights.size(); ++i)
    terms.push_back(
        {static_cast<std::uint32_t>(std::abs(weights[i])), weights[i] > 0 ? biases[i] : 1 - biases[i]});
  return base::BernoulliSum(terms);
}

ScoreTable make_score_table(std::span<const Evidence> evidence, const code::Codebook& codebook) {
  ScoreTable table;
  place_in_rows(evidence, table);
  const std::vector<std::size_t>& bits = table.bits;
  table.invert.assign(2 * table.blocks.size(), 0);
  table.row_bits = (table.blocks.size() * code::kBlockCarriers + kRowAlign - 1) / kRowAlign * kRowAlign;
  std::vector<double> biases;
  for (std::size_t i = 0; i < evidence.size(); ++i) {
    base::require(evidence[i].carrier < codebook.carriers(), "evidence is of a carrier of the codebook");
    biases.push_back(codebook.biases()[evidence[i].carrier]);
    if (evidence[i].llr < 0) table.invert[bits[i] / 64] |= std::uint64_t{1} << (bits[i] % 64);
  }
  for (std::size_t h = 0; h < kHypotheses.size(); ++h) {
    table.weights[h].assign(table.row_bits, 0);
    const auto weights = integer_weights(evidence, biases, kHypotheses[h].colluders);
    table.laws.push_back(law_of(weights, biases));
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const int of_agreeing = evidence[i].llr < 0 ? -weights[i] : weights[i];
      table.weights[h][bits[i]] = static_cast<std::int8_t>(of_agreeing);
      table.offsets[h] -= std::min(0, of_agreeing);
    }
  }
  return table;
}

}  // namespace barium::trace
