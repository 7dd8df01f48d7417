// Names copies from pictures of one page: documents x recipients x leaks through cameras, end to end. Prints
// a row a camera: symbol error rate, copies named, copies wrongly named; then beside what `forecast` says of
// as many symbols; then what went wrong, leak by leak. bench/suites/channels.suite holds harder cameras.
//
//   name_copies [--suite FILE] [--documents N] [--leaks N] [--camera NAME] [--strength PT] [--seed N]

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/parallel.h"
#include "bench/corpus.h"
#include "bench/leak.h"
#include "bench/options.h"
#include "trace/forecast.h"

namespace {

using namespace barium;

using bench::Leak;
using bench::Outcome;

Outcome try_leak(const bench::Suite& suite, const bench::Vault& vault, const Leak& leak) {
  const base::Bytes pdf = bench::copy_of(vault, leak);
  const auto photo = bench::photograph_page(pdf, leak.page, bench::read_camera(leak.channel), leak.seed);
  return bench::judge(vault, leak, bench::examine(vault, photo, suite.recipients));
}

// Named, of the leaks that showed as many symbols as the forecast wants for 99 %, for 50 %, and fewer.
void print_beside_forecast(const bench::Suite& suite, const std::vector<Leak>& leaks,
                           const std::vector<Outcome>& outcomes) {
  trace::ForecastOptions options;
  options.channel.shift_pt = suite.strength_pt;
  const auto needed = [&](double power) {
    return trace::carriers_needed(trace::interleaving(1), suite.recipients, power, options);
  };
  const double sure = needed(0.99), even = needed(0.5);
  fmt::print("\nforecast: {:.0f} symbols name 99 %, {:.0f} name 50 %\n{:18} {:>16} {:>16} {:>16}\n", sure,
             even, "named, of symbols:", "for 99 %", "for 50 %", "fewer");
  for (const std::string& camera : suite.camera) {
    std::array<std::pair<int, int>, 3> named_of{};
    for (std::size_t i = 0; i < leaks.size(); ++i) {
      if (leaks[i].channel != camera) continue;
      const auto symbols = static_cast<double>(outcomes[i].symbols);
      auto& [named, of] = named_of[symbols >= sure ? 0 : symbols >= even ? 1 : 2];
      named += outcomes[i].named;
      ++of;
    }
    fmt::print("{:18}", camera);
    for (const auto& [named, of] : named_of) fmt::print(" {:>16}", fmt::format("{} of {}", named, of));
    fmt::print("\n");
  }
}

int name_copies(const bench::Suite& suite, const std::filesystem::path& data) {
  const bench::Vault vault = bench::open_vault(suite, data);
  const std::vector<Leak> leaks = bench::draw_leaks(suite, vault, "leak");
  std::vector<Outcome> outcomes(leaks.size());
  base::parallel_for(leaks.size(), 0, [&](std::size_t i) { outcomes[i] = try_leak(suite, vault, leaks[i]); });
  fmt::print("{}", bench::table_head("camera"));
  for (const std::string& camera : suite.camera) {
    bench::Tally tally;
    for (std::size_t i = 0; i < leaks.size(); ++i)
      if (leaks[i].channel == camera) tally.add(outcomes[i]);
    fmt::print("{}", bench::table_row(camera, tally));
  }
  print_beside_forecast(suite, leaks, outcomes);
  bench::print_failures(vault, leaks, outcomes);
  return std::any_of(outcomes.begin(), outcomes.end(), [](const Outcome& o) { return o.wrongly_named; }) ? 1
                                                                                                         : 0;
}

}  // namespace

int main(int argc, char** argv) {
  return bench::run_suite({argv + 1, argv + argc}, "bench/suites/name_copies.suite", name_copies);
}
