// The leaker moves every word of his copy by a random distance before he shows it. How often is he named from
// n carriers, and is anybody else? Displacements are drawn as a photograph gives them (the mark, the attack,
// a measuring error of 0.06 pt: results.md), read by mark, and traced among 1,000 copies at alpha 1e-6.
//
//   respacing [--trials N] [--threads T]
// prints the share named by attack and carriers; exit 1 if an innocent is ever accused.

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <array>
#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "base/parallel.h"
#include "base/rng.h"
#include "mark/reading.h"
#include "trace/trace.h"

namespace barium {
namespace {

constexpr std::uint64_t kCopies = 1000;
constexpr double kShift = 0.25;
constexpr double kSigma = 0.06;
constexpr std::array<std::size_t, 8> kCarriers = {50, 100, 150, 200, 300, 400, 600, 1000};

struct Attack {
  std::string name;
  std::function<double(base::Rng&)> move_pt;
};

std::vector<Attack> attacks() {
  const auto uniform_either_way = [](double least, double most) {
    return [=](base::Rng& rng) { return (rng.uniform() < 0.5 ? -1 : 1) * rng.uniform(least, most); };
  };
  const auto normal = [](double sigma) { return [=](base::Rng& rng) { return sigma * rng.normal(); }; };
  return {
      {"none", [](base::Rng&) { return 0.0; }},
      {"0.1 to 0.8 pt either way", uniform_either_way(0.1, 0.8)},
      {"0.1 to 0.8 pt to the right", [](base::Rng& rng) { return rng.uniform(0.1, 0.8) - 0.45; }},
      {"up to 0.4 pt either way", uniform_either_way(0, 0.4)},
      {"0.25 pt or 0.5 pt either way",
       [](base::Rng& rng) { return (rng.uniform() < 0.5 ? -1 : 1) * (rng.uniform() < 0.5 ? 0.25 : 0.5); }},
      {"normal, 0.2 pt", normal(0.2)},
      {"normal, 0.4 pt", normal(0.4)}};
}

struct Outcome {
  bool named = false;
  std::size_t innocents = 0;
};

Outcome leak(const Attack& attack, std::size_t carriers, std::uint64_t trial) {
  base::Rng rng(2, "respacing", trial);
  base::Key key{};
  for (auto& byte : key) byte = static_cast<std::uint8_t>(rng.below(256));
  const code::Codebook book(key, carriers);
  const code::CopyNumber leaker = rng.below(kCopies);
  const auto word = book.codeword(leaker);
  page::PageModel page;
  page.words.resize(carriers);
  std::vector<page::WordMeasurement> seen;
  for (std::uint32_t i = 0; i < carriers; ++i) {
    page.carriers.push_back({i, kShift});
    const double at = word[i] * kShift + attack.move_pt(rng) + kSigma * rng.normal();
    seen.push_back({i, true, at, 0, kSigma, 0.9});
  }
  std::vector<trace::Evidence> evidence;
  for (const mark::SoftBit& bit : mark::read_marks(page, seen).bits)
    evidence.push_back({bit.carrier, bit.llr});
  Outcome outcome;
  for (const trace::Accusation& accusation : trace::trace(evidence, book, kCopies, {.threads = 1}).accused) {
    outcome.named |= accusation.copy == leaker;
    outcome.innocents += accusation.copy != leaker;
  }
  return outcome;
}

int run(int trials, unsigned threads) {
  fmt::print("{:30}", "% of leakers named from n carriers");
  for (const std::size_t carriers : kCarriers) fmt::print(" {:>5}", carriers);
  std::atomic<std::size_t> innocents = 0;
  for (const Attack& attack : attacks()) {
    std::array<std::atomic<int>, kCarriers.size()> named{};
    base::parallel_for(kCarriers.size() * static_cast<std::size_t>(trials), threads, [&](std::size_t task) {
      const std::size_t size = task % kCarriers.size();
      const Outcome outcome = leak(attack, kCarriers[size], task / kCarriers.size());
      named[size] += outcome.named;
      innocents += outcome.innocents;
    });
    fmt::print("\n{:34}", attack.name);
    for (const auto& count : named) fmt::print(" {:5.1f}", 100.0 * count / trials);
  }
  fmt::print("\n{} leaks of each kind and size; innocents accused: {}\n", trials, innocents.load());
  return innocents == 0 ? 0 : 1;
}

}  // namespace
}  // namespace barium

int main(int argc, char** argv) {
  int trials = 100;
  unsigned threads = 0;
  CLI::App app("leakers who move every word at random");
  app.add_option("--trials", trials, "of each kind and size")->capture_default_str();
  app.add_option("--threads", threads, "0: one per core")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  return barium::run(trials, threads);
}
