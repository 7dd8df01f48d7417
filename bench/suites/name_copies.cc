// Names copies from pictures of one page: documents x recipients x leaks through cameras, end to end. Prints
// a row a camera: symbol error rate, copies named, copies wrongly named; then what went wrong, leak by leak.
//
//   name_copies [--suite FILE] [--documents N] [--leaks N] [--camera NAME] [--seed N]

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "base/parallel.h"
#include "base/rng.h"
#include "bench/corpus.h"
#include "bench/options.h"
#include "bench/results.h"
#include "mark/signs.h"

namespace {

using namespace barium;

struct Leak {
  std::size_t document = 0;
  std::size_t page = 0;
  code::CopyNumber copy = 0;
  std::string camera;
  std::uint64_t seed = 0;
};

struct Outcome {
  std::uint64_t symbols = 0, symbol_errors = 0;
  bool found = false, right_page = false, named = false, wrongly_named = false;
};

std::vector<Leak> draw_leaks(const bench::Suite& suite, const bench::Vault& vault) {
  std::vector<Leak> leaks;
  for (const std::string& camera : suite.camera) {
    for (std::size_t d = 0; d < vault.documents().size(); ++d) {
      const auto& leakable = vault.documents()[d].leakable;
      for (int i = 0; i < suite.leaks && !leakable.empty(); ++i) {
        base::Rng rng(suite.seed, "leak " + camera, d * 1'000'000 + static_cast<std::size_t>(i));
        leaks.push_back({d, static_cast<std::size_t>(leakable[rng.below(leakable.size())]),
                         rng.below(suite.recipients), camera, rng.bits()});
      }
    }
  }
  return leaks;
}

void count_symbols(Outcome& outcome, const bench::RegisteredDocument& document, const Leak& leak,
                   const std::vector<std::int8_t>& signs, const mark::Reading& reading) {
  const auto truth = mark::signs_of_page(document.opened.model, signs, leak.page);
  for (const mark::SoftBit& bit : reading.bits) {
    ++outcome.symbols;
    if ((bit.llr > 0 ? 1 : -1) != truth[bit.carrier]) ++outcome.symbol_errors;
  }
}

Outcome try_leak(const bench::Suite& suite, const bench::Vault& vault, const Leak& leak) {
  const bench::RegisteredDocument& document = vault.documents()[leak.document];
  const auto signs = mark::signs_of_copy(document.opened.model, document.codebook, leak.copy);
  const base::Bytes pdf = page::write_copy(document.opened.copy_template, signs);
  const auto photo = bench::photograph_page(pdf, leak.page, bench::read_camera(leak.camera), leak.seed);
  const bench::Examination seen = bench::examine(vault, photo, suite.recipients);
  Outcome outcome;
  outcome.found = seen.place.has_value();
  outcome.right_page =
      outcome.found && seen.place->document == leak.document && seen.place->page == leak.page;
  if (outcome.right_page) count_symbols(outcome, document, leak, signs, seen.reading);
  for (const trace::Accusation& accusation : seen.traced.accused) {
    const bool right = outcome.right_page && accusation.copy == leak.copy;
    (right ? outcome.named : outcome.wrongly_named) = true;
  }
  return outcome;
}

void report_camera(const std::string& camera, const std::vector<Leak>& leaks,
                   const std::vector<Outcome>& outcomes) {
  Outcome sum;
  std::uint64_t count = 0, right_page = 0, wrong_page = 0, named = 0, wrongly = 0;
  for (std::size_t i = 0; i < leaks.size(); ++i) {
    if (leaks[i].camera != camera) continue;
    ++count;
    sum.symbols += outcomes[i].symbols;
    sum.symbol_errors += outcomes[i].symbol_errors;
    right_page += outcomes[i].right_page;
    wrong_page += outcomes[i].found && !outcomes[i].right_page;
    named += outcomes[i].named;
    wrongly += outcomes[i].wrongly_named;
  }
  const bench::Figure errors = bench::share(sum.symbol_errors, sum.symbols);
  fmt::print("{:16} {:6} {:10} {:10} {:10} {:10.4f} {:8} {:8.1f} % {:8}\n", camera, count, right_page,
             wrong_page, sum.symbols, errors.value, named,
             count ? 100.0 * static_cast<double>(named) / static_cast<double>(count) : 0, wrongly);
  bench::record(camera + ".symbol_errors", errors);
  bench::record(camera + ".named", bench::share(named, count));
  bench::record(camera + ".wrongly_named", bench::share(wrongly, count));
}

void report_failures(const bench::Vault& vault, const std::vector<Leak>& leaks,
                     const std::vector<Outcome>& outcomes) {
  for (std::size_t i = 0; i < leaks.size(); ++i) {
    if (outcomes[i].named && !outcomes[i].wrongly_named) continue;
    const char* what = outcomes[i].wrongly_named ? "WRONGLY NAMED"
                       : !outcomes[i].found      ? "page not found"
                       : !outcomes[i].right_page ? "WRONG PAGE"
                                                 : "not named";
    fmt::print("{:14} {:12} {} page {} copy {} seed {}: {} of {} symbols wrong\n", what, leaks[i].camera,
               vault.documents()[leaks[i].document].name, leaks[i].page + 1, leaks[i].copy, leaks[i].seed,
               outcomes[i].symbol_errors, outcomes[i].symbols);
  }
}

int name_copies(const bench::Suite& suite, const std::filesystem::path& data) {
  const bench::Vault vault = bench::open_vault(suite, data);
  const std::vector<Leak> leaks = draw_leaks(suite, vault);
  std::vector<Outcome> outcomes(leaks.size());
  base::parallel_for(leaks.size(), 0, [&](std::size_t i) { outcomes[i] = try_leak(suite, vault, leaks[i]); });
  fmt::print("{:16} {:>6} {:>10} {:>10} {:>10} {:>10} {:>8} {:>10} {:>8}\n", "camera", "leaks", "page right",
             "page wrong", "symbols", "errors", "named", "", "wrongly");
  for (const std::string& camera : suite.camera) report_camera(camera, leaks, outcomes);
  report_failures(vault, leaks, outcomes);
  return std::any_of(outcomes.begin(), outcomes.end(), [](const Outcome& o) { return o.wrongly_named; }) ? 1
                                                                                                         : 0;
}

}  // namespace

int main(int argc, char** argv) {
  return bench::run_suite({argv + 1, argv + argc}, "bench/suites/name_copies.suite", name_copies);
}
