// Carriers read through camera presets: the error of a displacement against its claimed sigma, and against
// the Cramer-Rao bound of its match at the picture's own noise and blur; symbol errors and where they are.
//
//   read_simulated [--suite FILE] [--documents N] [--leaks N] [--camera NAME] [--seed N]

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "align/align.h"
#include "base/parallel.h"
#include "base/rng.h"
#include "bench/corpus.h"
#include "bench/options.h"
#include "bench/results.h"
#include "mark/signs.h"

namespace {

using namespace barium;

struct Leak {
  std::size_t document = 0, page = 0;
  code::CopyNumber copy = 0;
  std::string camera;
  std::uint64_t seed = 0;
};

struct Outcome {
  bool found = false;
  std::size_t carriers = 0;
  std::vector<double> error, sigma;  // of each carrier that was read, pt
  std::uint64_t wrong = 0, within = 0;
  double bound_pt = 0;
};

std::vector<Leak> draw_leaks(const bench::Suite& suite, const bench::Vault& vault) {
  std::vector<Leak> leaks;
  for (const std::string& camera : suite.camera)
    for (std::size_t d = 0; d < vault.documents().size(); ++d) {
      const auto& leakable = vault.documents()[d].leakable;
      for (int i = 0; i < suite.leaks && !leakable.empty(); ++i) {
        base::Rng rng(suite.seed, "read " + camera, d * 1'000'000 + static_cast<std::size_t>(i));
        leaks.push_back({d, static_cast<std::size_t>(leakable[rng.below(leakable.size())]),
                         rng.below(suite.recipients), camera, rng.bits()});
      }
    }
  return leaks;
}

Outcome try_leak(const bench::Vault& vault, const Leak& leak) {
  const bench::RegisteredDocument& document = vault.documents()[leak.document];
  const auto signs = mark::signs_of_copy(document.opened.model, document.codebook, leak.copy);
  const base::Bytes pdf = page::write_copy(document.opened.copy_template, signs);
  const auto photo = bench::photograph_page(pdf, leak.page, bench::read_camera(leak.camera), leak.seed);
  const auto place = vault.find(photo.view());
  const page::RegisteredPage& page = document.pages[leak.page];
  Outcome outcome;
  outcome.carriers = page.model.carriers.size();
  outcome.found = place && place->document == leak.document && place->page == leak.page;
  if (!outcome.found) return outcome;
  const align::Alignment alignment =
      align::align_page(photo.view(), page, place->photo_from_page, place->matches);
  outcome.bound_pt = alignment.match_sigma_pt;
  const auto truth = mark::signs_of_page(document.opened.model, signs, leak.page);
  for (const mark::SoftBit& bit : mark::read_marks(page.model, alignment.words).bits) {
    const double error = bit.displacement_pt - truth[bit.carrier] * page.model.carriers[bit.carrier].shift_pt;
    outcome.error.push_back(std::abs(error));
    outcome.sigma.push_back(bit.sigma_pt);
    outcome.wrong += bit.llr * truth[bit.carrier] <= 0;
    outcome.within += std::abs(error) < 1.645 * bit.sigma_pt;
  }
  return outcome;
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2),
                   values.end());
  return values[values.size() / 2];
}

void report(const std::string& camera, const std::vector<Leak>& leaks, const std::vector<Outcome>& outcomes) {
  std::vector<double> error, sigma, bound;
  std::uint64_t count = 0, found = 0, carriers = 0, wrong = 0, within = 0;
  for (std::size_t i = 0; i < leaks.size(); ++i) {
    if (leaks[i].camera != camera) continue;
    ++count;
    found += outcomes[i].found;
    if (!outcomes[i].found) continue;
    carriers += outcomes[i].carriers;
    wrong += outcomes[i].wrong;
    within += outcomes[i].within;
    error.insert(error.end(), outcomes[i].error.begin(), outcomes[i].error.end());
    sigma.insert(sigma.end(), outcomes[i].sigma.begin(), outcomes[i].sigma.end());
    bound.push_back(outcomes[i].bound_pt);
  }
  const double robust_sigma = 1.4826 * median(error);
  const bench::Figure errors = bench::share(wrong, error.size()), inside = bench::share(within, error.size());
  fmt::print("{:20} {:3} of {:3} {:9} {:8} {:8.4f} {:9.4f} {:9.4f} {:9.4f} {:8.1f} {:9.3f}\n", camera, found,
             count, carriers, error.size(), errors.value, robust_sigma, median(sigma), median(bound),
             robust_sigma / std::max(median(bound), 1e-9), inside.value);
  bench::record(camera + ".symbol_errors", errors);
  bench::record(camera + ".within_90", inside);
  bench::record(camera + ".sigma", bench::exactly(robust_sigma), "pt");
  bench::record(camera + ".bound", bench::exactly(median(bound)), "pt");
}

int read_simulated(const bench::Suite& suite, const std::filesystem::path& data) {
  const bench::Vault vault = bench::open_vault(suite, data);
  const std::vector<Leak> leaks = draw_leaks(suite, vault);
  std::vector<Outcome> outcomes(leaks.size());
  base::parallel_for(leaks.size(), 0, [&](std::size_t i) { outcomes[i] = try_leak(vault, leaks[i]); });
  fmt::print("{:20} {:>10} {:>9} {:>8} {:>8} {:>9} {:>9} {:>9} {:>8} {:>9}\n", "camera", "page found",
             "carriers", "read", "errors", "sigma pt", "claimed", "bound pt", "ratio", "in 1.645 s");
  for (const std::string& camera : suite.camera) report(camera, leaks, outcomes);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return bench::run_suite({argv + 1, argv + argc}, "bench/suites/read_simulated.suite", read_simulated);
}
