// The chance that an innocent's p-value is at or below a level, down to 1e-15, where counting would take
// 10^15 copies: by importance sampling. Symbols are drawn from a mixture of tilted laws, each of which makes
// a score reach one of the levels every second time, and weighed by how much rarer they are under innocence;
// the estimate is unbiased (H. Kahn and A. Marshall, "Methods of reducing sample size in Monte Carlo
// computations", J. Oper. Res. Soc. Am. 1, 1953; tilting: D. Siegmund, Ann. Stat. 4, 1976). The p-value is
// the product's: the smallest over its own scores and over the tests in the light of the guilty and of the
// most suspicious of 1,000 others.
//
//   innocents_tail [--samples N] [--threads T]
// prints estimate, 95 % interval and claimed level; exit 1 if a level lies below its 99.9999 % interval.

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>

#include "base/parallel.h"
#include "bench/suites/readings.h"
#include "trace/screen.h"

namespace barium::bench {
namespace {

using trace::Suspect;

constexpr std::array<double, 6> kDecades = {3, 6, 8, 9, 12, 15};
constexpr std::size_t kOthers = 10;  // suspects beside the one who is drawn
constexpr double kSigmas = 4.75;     // a normal variable is beyond with chance 1e-6

// One linear score: a hypothesis of the product, or a test in the light of guilty ones.
struct Direction {
  std::vector<std::int8_t> weights;
  base::BernoulliSum law;

  std::int64_t score(const std::vector<std::uint8_t>& symbols) const {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < symbols.size(); ++i)
      if ((weights[i] > 0) == (symbols[i] != 0)) sum += std::abs(weights[i]);
    return sum;
  }
};

// A direction, tilted so far that its score reaches a level every second time.
struct Tilted {
  const Direction* direction;
  double theta;
  double log_moment;
};

struct Drawn {
  std::vector<std::uint8_t> symbols;
  double log_weight;  // probability under innocence over probability under the mixture
};

class Mixture {
 public:
  Mixture(const std::vector<Direction>& directions, const std::vector<double>& biases) : biases_(biases) {
    for (const Direction& direction : directions)
      for (const double decades : kDecades) {
        const auto t = base::smallest_significant(direction.law, -decades * std::log(10.0), /*exact=*/false);
        const double theta = direction.law.tilt(static_cast<double>(std::min(t, direction.law.largest())));
        parts_.push_back({&direction, theta, direction.law.cumulant(theta).value});
      }
  }
  Drawn draw(base::Rng& rng) const {
    const Tilted& part = parts_[rng.below(parts_.size())];
    Drawn drawn;
    for (std::size_t i = 0; i < biases_.size(); ++i) {
      const double odds = std::exp(part.theta * part.direction->weights[i]) * biases_[i] / (1 - biases_[i]);
      drawn.symbols.push_back(rng.uniform() < odds / (1 + odds) ? 1 : 0);
    }
    double sum = 0;  // of the parts' likelihood ratios, e^{theta S - K(theta)}
    for (const Tilted& p : parts_)
      sum += std::exp(p.theta * static_cast<double>(p.direction->score(drawn.symbols)) - p.log_moment);
    drawn.log_weight = -std::log(sum / static_cast<double>(parts_.size()));
    return drawn;
  }

 private:
  const std::vector<double>& biases_;
  std::vector<Tilted> parts_;
};

double exact_tail(const base::BernoulliSum& law, std::int64_t t) {
  return base::ExactTail(law, t).log_tail(t);
}

// All that the product would ask of one copy, beside fixed others.
class Trial {
 public:
  explicit Trial(const Reading& reading)
      : book_(book_of(reading.carriers)), evidence_(trace::merged(reading.evidence)) {
    for (const Evidence& entry : evidence_) biases_.push_back(book_.biases()[entry.carrier]);
    const trace::ScoreTable table = trace::make_score_table(evidence_, book_);
    for (const trace::Hypothesis& h : trace::kHypotheses) add_direction(h.colluders, {});
    add_others(table, reading.colluders);
    for (int ring = 1; ring <= std::min(reading.colluders, 3); ++ring)
      add_direction(ring + 1, std::span(others_).first(static_cast<std::size_t>(ring)));
  }

  const std::vector<Direction>& directions() const { return directions_; }
  const std::vector<double>& biases() const { return biases_; }

  double log_p(const std::vector<std::uint8_t>& symbols) const {
    double least = 0;
    for (std::size_t h = 0; h < trace::kHypotheses.size(); ++h) {
      const Direction& d = directions_[h];
      const double share = std::log(trace::kHypotheses[h].share);
      const std::int64_t t = d.score(symbols);
      if (d.law.log_saddlepoint(t) - share < least + 1) least = std::min(least, exact_tail(d.law, t) - share);
    }
    return std::min(least, log_p_given_others(symbols, least));
  }

 private:
  double deviations(const std::vector<std::uint8_t>& symbols) const {
    double largest = 0;
    for (std::size_t h = 1; h < trace::kHypotheses.size(); ++h) {
      const base::Cumulant k = directions_[h].law.cumulant(0);
      const auto score = static_cast<double>(directions_[h].score(symbols));
      if (k.variance > 0) largest = std::max(largest, (score - k.mean) / std::sqrt(k.variance));
    }
    return largest;
  }
  double log_p_given_others(const std::vector<std::uint8_t>& symbols, double least) const {
    std::vector<Suspect> suspects = others_;
    const double own = deviations(symbols);
    const auto place = std::find_if(suspects.begin(), suspects.end(),
                                    [&](const Suspect& s) { return deviations(s.symbols) < own; });
    suspects.insert(place, Suspect{kDrawn, symbols});
    for (const trace::JointTest& test : trace::test_with_accomplices(evidence_, biases_, suspects))
      if (test.copy == kDrawn && test.log_p_saddlepoint - test.log_share < least + 1)
        least = std::min(least, exact_tail(test.law, test.score) - test.log_share);
    return least;
  }
  void add_direction(int colluders, std::span<const Suspect> ring) {
    std::vector<trace::Known> known(evidence_.size(), {static_cast<int>(ring.size()), 0});
    for (const Suspect& member : ring)
      for (std::size_t i = 0; i < known.size(); ++i) known[i].plus += member.symbols[i];
    Direction direction{trace::integer_weights(evidence_, biases_, colluders, known), base::BernoulliSum({})};
    direction.law = trace::law_of(direction.weights, biases_);
    directions_.push_back(std::move(direction));
  }
  // The guilty, then the most suspicious of 1,000 innocents.
  void add_others(const trace::ScoreTable& table, int guilty) {
    for (int g = 0; g < guilty; ++g) {
      const auto word = book_.codeword(kGuilty + static_cast<unsigned>(g));
      Suspect suspect{kGuilty + static_cast<unsigned>(g), {}};
      for (const Evidence& entry : evidence_) suspect.symbols.push_back(word[entry.carrier] > 0 ? 1 : 0);
      others_.push_back(std::move(suspect));
    }
    trace::Thresholds never;
    never.fill(std::numeric_limits<std::int64_t>::max());
    for (Suspect& s : trace::screen_copies(table, evidence_, book_, 1000, never, {{}, 1}).suspects)
      if (others_.size() < kOthers) others_.push_back(std::move(s));
  }

  static constexpr code::CopyNumber kDrawn = kGuilty - 1;
  code::Codebook book_;
  std::vector<Evidence> evidence_;
  std::vector<double> biases_;
  std::vector<Direction> directions_;
  std::vector<Suspect> others_;
};

struct Estimate {
  double mean = 0;
  double sigma = 0;  // of the mean
};

std::array<Estimate, kDecades.size()> estimate(const Reading& reading, int samples) {
  const Trial trial(reading);
  const Mixture mixture(trial.directions(), trial.biases());
  std::array<double, kDecades.size()> sum{};
  std::array<double, kDecades.size()> square{};
  for (int s = 0; s < samples; ++s) {
    base::Rng rng(6, "innocents tail", static_cast<std::uint64_t>(s));
    const Drawn drawn = mixture.draw(rng);
    const double log_p = trial.log_p(drawn.symbols);
    for (std::size_t l = 0; l < kDecades.size(); ++l) {
      if (log_p > -kDecades[l] * std::log(10.0)) continue;
      sum[l] += std::exp(drawn.log_weight);
      square[l] += std::exp(2 * drawn.log_weight);
    }
  }
  std::array<Estimate, kDecades.size()> estimates;
  for (std::size_t l = 0; l < kDecades.size(); ++l) {
    estimates[l].mean = sum[l] / samples;
    const double variance = square[l] / samples - estimates[l].mean * estimates[l].mean;
    estimates[l].sigma = std::sqrt(std::max(0.0, variance) / samples);
  }
  return estimates;
}

int run(int samples, unsigned threads) {
  const std::vector<Reading> readings = all_readings();
  std::vector<std::array<Estimate, kDecades.size()>> estimates(readings.size());
  base::parallel_for(readings.size(), threads,
                     [&](std::size_t r) { estimates[r] = estimate(readings[r], samples); });
  fmt::print("share of innocents at or below a level, over the level: estimate (95 % interval)\n{:34}", "");
  for (const double decades : kDecades) fmt::print("  {:>20}", fmt::format("1e-{:.0f}", decades));
  int above = 0;
  for (std::size_t r = 0; r < readings.size(); ++r) {
    fmt::print("\n{:34}", readings[r].name);
    for (std::size_t l = 0; l < kDecades.size(); ++l) {
      const double claimed = std::pow(10.0, -kDecades[l]);
      const Estimate& e = estimates[r][l];
      above += e.mean - kSigmas * e.sigma > claimed;
      fmt::print("  {:>20}", fmt::format("{:.3f} ({:.3f}-{:.3f})", e.mean / claimed,
                                         std::max(0.0, e.mean - 1.96 * e.sigma) / claimed,
                                         (e.mean + 1.96 * e.sigma) / claimed));
    }
  }
  fmt::print("\n{} readings x {} samples x {} levels: above the claimed bound {} times\n", readings.size(),
             samples, kDecades.size(), above);
  return above == 0 ? 0 : 1;
}

}  // namespace
}  // namespace barium::bench

int main(int argc, char** argv) {
  int samples = 4000;
  unsigned threads = 0;
  CLI::App app("the tail of innocents' p-values, by importance sampling");
  app.add_option("--samples", samples, "a reading")->capture_default_str();
  app.add_option("--threads", threads, "0: one per core")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  return barium::bench::run(samples, threads);
}
