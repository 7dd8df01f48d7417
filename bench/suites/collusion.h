#pragma once

// What colluders do with their copies, for the suites about trace: memoryless strategies, among them those
// that leave the least information, interleaving by word, line and page, and averaged positions.

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "base/rng.h"
#include "code/codebook.h"
#include "trace/evidence.h"
#include "trace/strategy.h"

namespace barium::bench {

enum class Mix { kByCount, kByLine, kByPage, kAveraged };
struct Attack {
  std::string name;
  Mix mix = Mix::kByCount;
  trace::Strategy strategy;
};

// The pirate's soft bit at carrier i of n, where the colluders have these symbols. Errors of 10 % are
// d' / 2 = 1.2816; "none" are five sigma.
inline double soft_bit(const std::vector<bool>& plus, const Attack& attack, double error, std::size_t i,
                       std::size_t n, base::Rng& rng) {
  const auto count = static_cast<std::size_t>(std::count(plus.begin(), plus.end(), true));
  if (attack.mix == Mix::kAveraged) {
    const double snr = error > 0 ? 1.2816 : 5;
    const double mean = 2.0 * static_cast<double>(count) / static_cast<double>(plus.size()) - 1;
    return std::clamp(2 * snr * (mean * snr + rng.normal()), -trace::kLargestLlr, trace::kLargestLlr);
  }
  std::size_t who = i / 12 * 7919 % plus.size();  // lines of a dozen words, in turns
  if (attack.mix == Mix::kByPage) who = i * plus.size() / n;
  const bool by_count = rng.uniform() < attack.strategy[count];
  const bool shown = (attack.mix == Mix::kByCount ? by_count : plus[who]) != (rng.uniform() < error);
  const double sure = error > 0 ? std::log((1 - error) / error) : trace::kLargestLlr;
  return shown ? sure : -sure;
}

// The reading of a whole pirate copy; words: the colluders' codewords.
inline std::vector<trace::Evidence> pirate_reading(const std::vector<std::vector<std::int8_t>>& words,
                                                   const Attack& attack, double error, base::Rng& rng) {
  std::vector<trace::Evidence> evidence;
  std::vector<bool> plus(words.size());
  for (std::uint32_t i = 0; i < words.front().size(); ++i) {
    for (std::size_t j = 0; j < words.size(); ++j) plus[j] = words[j][i] > 0;
    evidence.push_back({i, soft_bit(plus, attack, error, i, words.front().size(), rng)});
  }
  return evidence;
}

// Entropy of a bit, in nats.
inline double entropy(double q) {
  return q <= 0 || q >= 1 ? 0 : -q * std::log(q) - (1 - q) * std::log(1 - q);
}

// Information, in nats a symbol, between one colluder's symbol and what is read, given those of `known`
// others: what a test in their light lives on.
inline double information(const trace::Strategy& strategy, int known, double error) {
  double sum = 0;
  for (const double p : code::kBiasOf) {
    double chance = std::pow(1 - p, known);  // of `plus` among the known
    for (int plus = 0; plus <= known; ++plus) {
      const trace::Shown shown = trace::shown_at(strategy, p, {known, plus});
      const auto read = [&](double q) { return error + (1 - 2 * error) * q; };
      sum += chance / code::kBiasOf.size() *
             (entropy(read(shown.any)) - p * entropy(read(shown.if_plus)) -
              (1 - p) * entropy(read(shown.if_minus)));
      chance *= p / (1 - p) * (known - plus) / (plus + 1);
    }
  }
  return sum;
}

// The strategy of c people that leaves the least information, by coordinates and pairs of them in steps that
// halve: information is convex in the strategy, so this is the least of all.
inline trace::Strategy minimising(int c, int known, double error) {
  trace::Strategy best = trace::interleaving(c);
  double least = information(best, known, error);
  for (double step = 0.25; step > 1e-3;) {
    bool better = false;
    for (int k = 1; k < c; ++k)
      for (int l = k; l < c; ++l)
        for (const double dk : {-step, step})
          for (const double dl : {-step, step}) {
            trace::Strategy moved = best;
            const auto move = [&](int at, double by) {
              double& theta = moved[static_cast<std::size_t>(at)];
              theta = std::clamp(theta + by, 0.0, 1.0);
            };
            move(k, dk);
            if (l != k) move(l, dl);
            const double left = information(moved, known, error);
            if (left >= least - 1e-12) continue;
            least = left;
            best = moved;
            better = true;
          }
    if (!better) step /= 2;
  }
  return best;
}

inline std::vector<Attack> attacks(int c, double error) {
  std::vector<Attack> list = {{"interleaving by word", Mix::kByCount, trace::interleaving(c)}};
  if (c == 1) return list;
  list.push_back({"interleaving by line", Mix::kByLine, trace::interleaving(c)});
  list.push_back({"interleaving by page", Mix::kByPage, trace::interleaving(c)});
  list.push_back({"averaged positions", Mix::kAveraged, {}});
  const trace::Strategy all_plus = trace::fixed_strategies(c).back();
  const trace::Strategy all_minus = trace::fixed_strategies(c).front();
  list.push_back({"all extremes (+1 if any)", Mix::kByCount, all_plus});
  list.push_back({"all extremes (-1 if any)", Mix::kByCount, all_minus});
  trace::Strategy coin = trace::interleaving(c);
  for (std::size_t k = 1; k + 1 < coin.size(); ++k) coin[k] = 0.5;
  if (c > 2) list.push_back({"coin", Mix::kByCount, coin});
  trace::Strategy majority = coin;
  trace::Strategy minority = coin;
  for (int k = 1; k < c; ++k) {
    if (2 * k == c) continue;
    majority[static_cast<std::size_t>(k)] = 2 * k > c;
    minority[static_cast<std::size_t>(k)] = 2 * k < c;
  }
  if (c > 2) list.push_back({"majority", Mix::kByCount, majority});
  if (c > 2) list.push_back({"minority", Mix::kByCount, minority});
  list.push_back({"minimising, of one symbol", Mix::kByCount, minimising(c, 0, error)});
  list.push_back({"minimising, given the others'", Mix::kByCount, minimising(c, c - 1, error)});
  return list;
}

}  // namespace barium::bench
