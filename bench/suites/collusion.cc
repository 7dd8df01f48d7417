// How many symbols it takes to catch one of c colluders with 99 % power, out of 1,000 copies at alpha 1e-6,
// strategy by strategy, at 0 and 10 % symbol errors; for the product's biases (1/8, 1/2, 7/8) and, beside
// them, for the Gauss-Legendre points (0.1127, 0.5, 0.8873). Weights and their law are the product's own; a
// tail is the saddlepoint's (trace accuses on the exact tail, which differs by a percent or two of p).
//
//   collusion [trials] [largest c]           default 400, 5; 300 take three minutes on two cores
// prints a table and writes out/collusion.csv.

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>

#include "base/parallel.h"
#include "base/rng.h"
#include "trace/forecast.h"
#include "trace/score.h"

namespace barium {
namespace {

using trace::Evidence;
using trace::Strategy;

enum class Mix { kByCount, kByLine, kByPage, kAveraged };
struct Attack {
  std::string name;
  Mix mix = Mix::kByCount;
  Strategy strategy;
};
struct Setting {
  int colluders;
  double error;
  std::array<double, 3> biases;
  Attack attack;
};

// The pirate's soft bit at carrier i of n. Errors of 10 % are d' / 2 = 1.2816; "none" are five sigma.
double soft_bit(const Setting& s, const std::vector<int>& symbols, std::size_t i, std::size_t n,
                base::Rng& rng) {
  int plus = 0;
  for (const int x : symbols) plus += x;
  if (s.attack.mix == Mix::kAveraged) {
    const double snr = s.error > 0 ? 1.2816 : 5;
    const double mean = 2.0 * plus / s.colluders - 1;
    return std::clamp(2 * snr * (mean * snr + rng.normal()), -trace::kLargestLlr, trace::kLargestLlr);
  }
  std::size_t who = i / 12 * 7919 % symbols.size();  // lines of a dozen words, in turns
  if (s.attack.mix == Mix::kByPage) who = i * symbols.size() / n;
  const bool by_count = rng.uniform() < s.attack.strategy[static_cast<std::size_t>(plus)];
  const bool shown =
      (s.attack.mix == Mix::kByCount ? by_count : symbols[who] != 0) != (rng.uniform() < s.error);
  const double sure = s.error > 0 ? std::log((1 - s.error) / s.error) : trace::kLargestLlr;
  return shown ? sure : -sure;
}

bool caught(const Setting& s, std::size_t n, std::uint64_t trial) {
  base::Rng rng(1, "collusion", trial);
  std::vector<Evidence> evidence;
  std::vector<double> biases;
  std::vector<std::vector<int>> symbols;
  for (std::uint32_t i = 0; i < n; ++i) {
    biases.push_back(s.biases[rng.below(3)]);
    symbols.emplace_back();
    for (int j = 0; j < s.colluders; ++j) symbols.back().push_back(rng.uniform() < biases.back());
    evidence.push_back({i, soft_bit(s, symbols.back(), i, n, rng)});
  }
  const double log_target = std::log(1e-6 / 1000);
  for (const trace::Hypothesis& h : trace::kHypotheses) {
    const auto weights = trace::integer_weights(evidence, biases, h.colluders);
    const base::BernoulliSum law = trace::law_of(weights, biases);
    for (std::size_t j = 0; j < static_cast<std::size_t>(s.colluders); ++j) {
      std::int64_t score = 0;
      for (std::size_t i = 0; i < n; ++i)
        if ((weights[i] > 0) == (symbols[i][j] != 0)) score += std::abs(weights[i]);
      if (law.log_saddlepoint(score) <= log_target + std::log(h.share)) return true;
    }
  }
  return false;
}

double power(const Setting& s, std::size_t n, int trials) {
  int count = 0;
  for (int trial = 0; trial < trials; ++trial) count += caught(s, n, static_cast<std::uint64_t>(trial));
  return static_cast<double>(count) / trials;
}

// Within 3 %; +-3 % more by chance at 400 trials.
std::size_t symbols_needed(const Setting& s, int trials) {
  double low = 14.0 * s.colluders * s.colluders * (s.error > 0 ? 2 : 1);
  double high = low;
  while (power(s, static_cast<std::size_t>(high), trials / 4) < 0.97) high *= 1.3;
  high *= 1.15;
  low = std::max(low, high / 1.7);
  while (high / low > 1.03) {
    const double middle = std::sqrt(low * high);
    (power(s, static_cast<std::size_t>(middle), trials) >= 0.99 ? high : low) = middle;
  }
  return static_cast<std::size_t>(high);
}

std::vector<Attack> attacks(int c) {
  std::vector<Attack> list = {{"interleaving by word", Mix::kByCount, trace::interleaving(c)}};
  if (c == 1) return list;
  const auto rules = trace::fixed_strategies(c);
  list.push_back({"interleaving by line", Mix::kByLine, trace::interleaving(c)});
  list.push_back({"interleaving by page", Mix::kByPage, trace::interleaving(c)});
  list.push_back({"averaged positions", Mix::kAveraged, {}});
  list.push_back({"all extremes (+1 if any)", Mix::kByCount, rules.back()});
  Strategy coin(static_cast<std::size_t>(c) + 1, 0.5);
  coin.front() = 0;
  coin.back() = 1;
  list.push_back({"coin", Mix::kByCount, coin});
  Strategy majority = coin;
  Strategy minority = coin;
  for (int k = 1; k < c; ++k) {
    if (2 * k == c) continue;
    majority[static_cast<std::size_t>(k)] = 2 * k > c;
    minority[static_cast<std::size_t>(k)] = 2 * k < c;
  }
  list.push_back({"majority", Mix::kByCount, majority});
  list.push_back({"minority", Mix::kByCount, minority});
  const auto hardest = std::max_element(rules.begin(), rules.end(), [](const Strategy& a, const Strategy& b) {
    return trace::carriers_needed(a, 1000, 0.99) < trace::carriers_needed(b, 1000, 0.99);
  });
  list.push_back({"minimising (hardest fixed rule)", Mix::kByCount, *hardest});
  return list;
}

int run(int trials, int largest) {
  const std::array<double, 3> ours = code::kBiasOf;
  const std::array<double, 3> gauss = {0.5 - std::sqrt(0.15), 0.5, 0.5 + std::sqrt(0.15)};
  std::vector<Setting> settings;
  for (int c = 1; c <= largest; ++c)
    for (const double error : {0.0, 0.1})
      for (const Attack& attack : attacks(c))
        for (const auto& biases : {ours, gauss}) settings.push_back({c, error, biases, attack});
  std::vector<std::size_t> needed(settings.size());
  base::parallel_for(settings.size(), 0,
                     [&](std::size_t i) { needed[i] = symbols_needed(settings[i], trials); });
  std::filesystem::create_directories("out");
  std::ofstream csv("out/collusion.csv");
  csv << "colluders,error,attack,symbols_eighths,symbols_gauss\n";
  fmt::print("{} trials a point, power 0.99, 1,000 copies, alpha 1e-6: symbols needed\n", trials);
  fmt::print("{:>2} {:>6}  {:34} {:>8} {:>8}\n", "c", "errors", "attack", "1/8", "0.1127");
  std::size_t worst = 0;
  for (std::size_t i = 0; i < settings.size(); i += 2) {
    const Setting& s = settings[i];
    worst = std::max(worst, needed[i]);
    csv << fmt::format("{},{},{},{},{}\n", s.colluders, s.error, s.attack.name, needed[i], needed[i + 1]);
    fmt::print("{:2} {:5.0f}%  {:34} {:8} {:8}\n", s.colluders, 100 * s.error, s.attack.name, needed[i],
               needed[i + 1]);
    const bool last = i + 2 >= settings.size() || settings[i + 2].colluders != s.colluders ||
                      settings[i + 2].error != s.error;
    if (last) {
      fmt::print("{:2} {:5.0f}%  {:34} {:8}\n", s.colluders, 100 * s.error, "WORST", worst);
      worst = 0;
    }
  }
  return 0;
}

}  // namespace
}  // namespace barium

int main(int argc, char** argv) {
  return barium::run(argc > 1 ? std::atoi(argv[1]) : 400, argc > 2 ? std::atoi(argv[2]) : 5);
}
