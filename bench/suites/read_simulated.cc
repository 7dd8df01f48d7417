// Carriers read through camera presets: the error of a displacement against its claimed sigma, and against
// the Cramer-Rao bound of its match at the picture's own noise and blur, alone and with what two renderings
// round letters' places to; symbol errors; the channel's capacity, in bits a carrier.
//
//   read_simulated [--suite FILE] [--documents N] [--leaks N] [--camera NAME] [--seed N]

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "align/align.h"
#include "base/parallel.h"
#include "bench/corpus.h"
#include "bench/leak.h"
#include "bench/options.h"
#include "bench/results.h"
#include "mark/signs.h"

namespace {

using namespace barium;

using bench::Leak;

struct Outcome {
  bool found = false;
  std::size_t carriers = 0;
  std::vector<double> error, sigma;  // of each carrier that was read, pt
  std::uint64_t wrong = 0, within = 0;
  std::vector<double> snapped;      // of each, what rounding of letters' places leaves of the word's, pt
  std::vector<double> information;  // bits that its likelihood ratio gave of its symbol
  double bound_pt = 0, shift_pt = 0;
};

// Poppler's Splash puts letters on quarters of a pixel; those of a font higher than 50 px, on whole ones.
double step_pt(const page::Word& word, double px_per_pt) {
  constexpr double kBoxHeights = 1.3;  // of a font's box, in sizes
  return (kBoxHeights * word.size_pt * px_per_pt > 50 ? 1.0 : 0.25) / px_per_pt;
}

// Each letter of a word is rounded alone: uniform over a step, in the original's raster and in the picture.
double snapped_pt(const page::Word& word) {
  const auto letters = std::ranges::count_if(word.text, [](char c) { return (c & 0xc0) != 0x80; });
  const double raster = step_pt(word, page::kRasterPxPerPt),
               picture = step_pt(word, bench::kSimulatedPxPerPt);
  return std::sqrt((raster * raster + picture * picture) / 12 / static_cast<double>(std::max(letters, 1l)));
}

// Of a sign seen at +-shift under normal noise, in bits: 1 - E[log2(1 + exp(-2 x shift / sigma^2))].
double capacity(double shift, double sigma) {
  constexpr int kSteps = 2000;
  constexpr double kReach = 8;
  double lost = 0;
  for (int i = 0; i < kSteps; ++i) {
    const double z = kReach * (2 * (i + 0.5) / kSteps - 1), x = shift + sigma * z;
    lost += std::exp(-0.5 * z * z) * std::log2(1 + std::exp(-2 * x * shift / (sigma * sigma)));
  }
  return 1 - lost * (2 * kReach / kSteps) / std::sqrt(2 * M_PI);
}

Outcome try_leak(const bench::Vault& vault, const Leak& leak) {
  const bench::RegisteredDocument& document = vault.documents()[leak.document];
  const auto signs = mark::signs_of_copy(document.opened.model, document.codebook, leak.copy);
  const base::Bytes pdf = bench::copy_of(vault, leak);
  const auto photo = bench::photograph_page(pdf, leak.page, bench::read_camera(leak.channel), leak.seed);
  const auto places = vault.find(photo.view());
  const page::RegisteredPage& page = document.pages[leak.page];
  Outcome outcome;
  outcome.carriers = page.model.carriers.size();
  outcome.found = places.size() == 1 && places[0].document == leak.document && places[0].page == leak.page;
  if (!outcome.found) return outcome;
  const align::Alignment alignment =
      align::align_page(photo.view(), page, places[0].photo_from_page, places[0].matches);
  outcome.bound_pt = alignment.match_sigma_pt;
  const auto truth = mark::signs_of_page(document.opened.model, signs, leak.page);
  for (const mark::SoftBit& bit : mark::read_marks(page.model, alignment.words).bits) {
    const double error = bit.displacement_pt - truth[bit.carrier] * page.model.carriers[bit.carrier].shift_pt;
    outcome.error.push_back(std::abs(error));
    outcome.sigma.push_back(bit.sigma_pt);
    outcome.wrong += bit.llr * truth[bit.carrier] <= 0;
    outcome.within += std::abs(error) < 1.645 * bit.sigma_pt;
    const page::Carrier& carrier = page.model.carriers[bit.carrier];
    outcome.snapped.push_back(snapped_pt(page.model.words[carrier.word]));
    outcome.shift_pt = carrier.shift_pt;
    if (truth[bit.carrier] != 0)
      outcome.information.push_back(1 - std::log2(1 + std::exp(-bit.llr * truth[bit.carrier])));
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
  std::vector<double> error, sigma, bound, snapped;
  double information = 0, shift = 0;
  std::uint64_t count = 0, found = 0, carriers = 0, wrong = 0, within = 0;
  for (std::size_t i = 0; i < leaks.size(); ++i) {
    if (leaks[i].channel != camera) continue;
    ++count;
    found += outcomes[i].found;
    if (!outcomes[i].found) continue;
    carriers += outcomes[i].carriers;
    wrong += outcomes[i].wrong;
    within += outcomes[i].within;
    error.insert(error.end(), outcomes[i].error.begin(), outcomes[i].error.end());
    sigma.insert(sigma.end(), outcomes[i].sigma.begin(), outcomes[i].sigma.end());
    bound.push_back(outcomes[i].bound_pt);
    snapped.insert(snapped.end(), outcomes[i].snapped.begin(), outcomes[i].snapped.end());
    for (const double bits : outcomes[i].information) information += bits;
    shift = outcomes[i].shift_pt;
  }
  const double robust_sigma = 1.4826 * median(error);
  const bench::Figure errors = bench::share(wrong, error.size()), inside = bench::share(within, error.size());
  const double match = median(bound), all = std::hypot(match, median(snapped));
  const double per_read = information / static_cast<double>(std::max<std::size_t>(error.size(), 1));
  const double per_carrier = information / static_cast<double>(std::max<std::uint64_t>(carriers, 1));
  fmt::print(
      "{:20} {:3} of {:3} {:9} {:8} {:8.4f} {:9.4f} {:9.4f} {:9.4f} {:9.4f} {:6.2f} {:10.3f} {:9.4f} {:8.4f} "
      "{:8.4f}\n",
      camera, found, count, carriers, error.size(), errors.value, robust_sigma, median(sigma), match, all,
      robust_sigma / std::max(all, 1e-9), inside.value, capacity(shift, all), per_read, per_carrier);
  bench::record(camera + ".symbol_errors", errors);
  bench::record(camera + ".within_90", inside);
  bench::record(camera + ".sigma", bench::exactly(robust_sigma), "pt");
  bench::record(camera + ".bound", bench::exactly(match), "pt");
  bench::record(camera + ".bound_with_snapping", bench::exactly(all), "pt");
  bench::record(camera + ".bits_a_carrier_read", bench::exactly(per_read), "bits");
}

int read_simulated(const bench::Suite& suite, const std::filesystem::path& data) {
  const bench::Vault vault = bench::open_vault(suite, data);
  const std::vector<Leak> leaks = bench::draw_leaks(suite, vault, "read");
  std::vector<Outcome> outcomes(leaks.size());
  base::parallel_for(leaks.size(), 0, [&](std::size_t i) { outcomes[i] = try_leak(vault, leaks[i]); });
  fmt::print("{:20} {:>10} {:>9} {:>8} {:>8} {:>9} {:>9} {:>9} {:>9} {:>6} {:>10} {:>9} {:>8} {:>8}\n",
             "camera", "page found", "carriers", "read", "errors", "sigma pt", "claimed", "bound pt",
             "+ snapped", "ratio", "in 1.645 s", "capacity", "bits", "of all");
  for (const std::string& camera : suite.camera) report(camera, leaks, outcomes);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return bench::run_suite({argv + 1, argv + argc}, "bench/suites/read_simulated.suite", read_simulated);
}
