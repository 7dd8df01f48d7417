// How many symbols it takes to accuse at least one of c colluders with 99 % power, out of 1,000 copies at
// alpha 1e-6, attack by attack, at 0 and 10 % symbol errors. Every trial is the product's: a codebook of its
// own key, a reading of the colluders' codewords, and trace() over all 1,000 copies, which accuses on proven
// bounds alone. Innocents that it accuses are counted over all trials.
//
//   collusion [--trials N] [--colluders C] [--least C] [--errors E...] [--at SYMBOLS] [--threads T]
// prints a table and writes out/collusion.csv; with --at, the share of trials in which one is accused from so
// many symbols.

#include "bench/suites/collusion.h"

#include <CLI/CLI.hpp>
#include <atomic>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "base/parallel.h"
#include "base/rng.h"
#include "trace/trace.h"

namespace barium::bench {
namespace {

using trace::Evidence;

constexpr std::uint64_t kCopies = 1000;
constexpr double kPower = 0.99;

struct Setting {
  int colluders;
  double error;
  Attack attack;
};

struct Tally {
  std::atomic<std::uint64_t> trials = 0;
  std::atomic<std::uint64_t> innocents_accused = 0;
};

std::vector<code::CopyNumber> draw_colluders(int count, base::Rng& rng) {
  std::vector<code::CopyNumber> colluders;
  while (colluders.size() < static_cast<std::size_t>(count)) {
    const code::CopyNumber copy = rng.below(kCopies);
    if (std::find(colluders.begin(), colluders.end(), copy) == colluders.end()) colluders.push_back(copy);
  }
  return colluders;
}

// Whether at least one colluder is accused from n symbols.
bool caught(const Setting& s, std::size_t n, std::uint64_t trial, Tally& tally) {
  base::Rng rng(1, "collusion", trial);
  base::Key key{};
  for (auto& byte : key) byte = static_cast<std::uint8_t>(rng.below(256));
  const code::Codebook book(key, n);
  const std::vector<code::CopyNumber> colluders = draw_colluders(s.colluders, rng);
  std::vector<std::vector<std::int8_t>> words;
  for (const code::CopyNumber copy : colluders) words.push_back(book.codeword(copy));
  const auto result =
      trace::trace(pirate_reading(words, s.attack, s.error, rng), book, kCopies, {.threads = 1});
  bool any = false;
  for (const trace::Accusation& accusation : result.accused) {
    const bool guilty = std::find(colluders.begin(), colluders.end(), accusation.copy) != colluders.end();
    any |= guilty;
    tally.innocents_accused += !guilty;
  }
  ++tally.trials;
  return any;
}

// Whether the power is reached in so many trials; gives up when it no longer can be.
bool is_enough(const Setting& s, std::size_t n, int trials, Tally& tally) {
  const int allowed = static_cast<int>(std::floor((1 - kPower) * trials + 1e-9));
  int missed = 0;
  for (int trial = 0; trial < trials && missed <= allowed; ++trial)
    missed += !caught(s, n, static_cast<std::uint64_t>(trial), tally);
  return missed <= allowed;
}

// Within 2 %; chance adds about 3 % at 300 trials.
std::size_t symbols_needed(const Setting& s, int trials, Tally& tally) {
  double high = 30.0 * s.colluders * (s.error > 0 ? 2 : 1);
  while (!is_enough(s, static_cast<std::size_t>(high), trials, tally)) high *= 1.3;
  double low = high / 1.3;
  while (high / low > 1.02) {
    const double middle = std::sqrt(low * high);
    (is_enough(s, static_cast<std::size_t>(middle), trials, tally) ? high : low) = middle;
  }
  return static_cast<std::size_t>(high);
}

struct Options {
  std::size_t at = 0;
  int trials = 300;
  int least = 1;
  int largest = 5;
  std::vector<double> errors = {0, 0.1};
  unsigned threads = 0;
};

double share_caught(const Setting& s, std::size_t n, int trials, Tally& tally) {
  int count = 0;
  for (int trial = 0; trial < trials; ++trial)
    count += caught(s, n, static_cast<std::uint64_t>(trial), tally);
  return static_cast<double>(count) / trials;
}

int finish(const Tally& tally) {
  fmt::print("innocents accused: {} in {} trials of {} copies\n", tally.innocents_accused.load(),
             tally.trials.load(), kCopies);
  return tally.innocents_accused == 0 ? 0 : 1;
}

int run_at(const std::vector<Setting>& settings, const Options& options) {
  Tally tally;
  std::vector<double> shares(settings.size());
  base::parallel_for(settings.size(), options.threads, [&](std::size_t i) {
    shares[i] = share_caught(settings[i], options.at, options.trials, tally);
  });
  fmt::print("% of {} trials in which one of c is accused from {} symbols\n", options.trials, options.at);
  for (std::size_t i = 0; i < settings.size(); ++i)
    fmt::print("{:2} {:5.0f}%  {:34} {:6.1f}\n", settings[i].colluders, 100 * settings[i].error,
               settings[i].attack.name, 100 * shares[i]);
  return finish(tally);
}

void print(const std::vector<Setting>& settings, const std::vector<std::size_t>& needed) {
  std::filesystem::create_directories("out");
  std::ofstream csv("out/collusion.csv");
  csv << "colluders,error,attack,symbols\n";
  fmt::print("{:>2} {:>6}  {:34} {:>8}\n", "c", "errors", "attack", "symbols");
  std::size_t worst = 0;
  for (std::size_t i = 0; i < settings.size(); ++i) {
    const Setting& s = settings[i];
    worst = std::max(worst, needed[i]);
    csv << fmt::format("{},{},{},{}\n", s.colluders, s.error, s.attack.name, needed[i]);
    fmt::print("{:2} {:5.0f}%  {:34} {:8}\n", s.colluders, 100 * s.error, s.attack.name, needed[i]);
    const bool last = i + 1 == settings.size() || settings[i + 1].colluders != s.colluders ||
                      settings[i + 1].error != s.error;
    if (!last) continue;
    fmt::print("{:2} {:5.0f}%  {:34} {:8}\n", s.colluders, 100 * s.error, "WORST", worst);
    worst = 0;
  }
}

int run(const Options& options) {
  std::vector<Setting> settings;
  for (int c = options.least; c <= options.largest; ++c)
    for (const double error : options.errors)
      for (const Attack& attack : attacks(c, error)) settings.push_back({c, error, attack});
  if (options.at > 0) return run_at(settings, options);
  std::vector<std::size_t> needed(settings.size());
  Tally tally;
  base::parallel_for(settings.size(), options.threads, [&](std::size_t i) {
    needed[i] = symbols_needed(settings[i], options.trials, tally);
    fmt::print(stderr, "{} {} {}: {}\n", settings[i].colluders, settings[i].error, settings[i].attack.name,
               needed[i]);
  });
  fmt::print("{} trials a point, power {}, {} copies, alpha 1e-6: symbols needed\n", options.trials, kPower,
             kCopies);
  print(settings, needed);
  return finish(tally);
}

}  // namespace
}  // namespace barium::bench

int main(int argc, char** argv) {
  barium::bench::Options options;
  CLI::App app("symbols needed to accuse one of c colluders");
  app.add_option("--trials", options.trials, "a point")->capture_default_str();
  app.add_option("--least", options.least, "colluders, from")->capture_default_str();
  app.add_option("--colluders", options.largest, "colluders, to")->capture_default_str();
  app.add_option("--errors", options.errors, "shares of symbol errors")->capture_default_str();
  app.add_option("--at", options.at, "symbols: only say how often one is accused from so many");
  app.add_option("--threads", options.threads, "0: one per core")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  return barium::bench::run(options);
}
