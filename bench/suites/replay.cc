// Marked pages through the channels of the 180 real photographs (sim/replay.h), by kind of paper: first how
// faithful the replay is (the unmarked original, replayed, must measure like the photograph), then symbol
// error rate and copies named. Channels of photographs that find does not place are left out, and counted.
//
//   replay [--suite FILE] [--documents N] [--leaks N] [--paper KIND] [--strength PT] [--seed N]
//   leaks: pages through each channel

#include "sim/replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>

#include "base/file.h"
#include "base/parallel.h"
#include "base/rng.h"
#include "bench/leak.h"
#include "bench/options.h"
#include "bench/real_photos.h"
#include "bench/results.h"
#include "page/render.h"

namespace {

using namespace barium;
using bench::Leak;
using bench::Outcome;

constexpr double kReplayPxPerPt = 1000.0 / 72.0;
constexpr std::size_t kMostCarriers = 600;
constexpr std::size_t kPagesOfEach = 2;

struct PageOf {
  std::size_t document = 0, page = 0;
};

// Evenly over each document's pages of 200 to 600 carriers.
std::vector<PageOf> pages_to_leak(const bench::Vault& vault) {
  std::vector<PageOf> pages;
  for (std::size_t d = 0; d < vault.documents().size(); ++d) {
    const bench::RegisteredDocument& document = vault.documents()[d];
    std::vector<std::size_t> good;
    for (const int page : document.leakable)
      if (document.pages[static_cast<std::size_t>(page)].model.carriers.size() <= kMostCarriers)
        good.push_back(static_cast<std::size_t>(page));
    for (std::size_t k = 0; k < std::min(kPagesOfEach, good.size()); ++k)
      pages.push_back({d, good[k * good.size() / kPagesOfEach]});
  }
  return pages;
}

// Errors along the baseline where the truth is 0.
struct Errors {
  std::uint64_t words = 0, placed = 0;
  std::vector<double> size;

  void add(const align::Alignment& alignment) {
    words += alignment.words.size();
    for (const page::WordMeasurement& word : alignment.words) {
      if (!word.placed) continue;
      ++placed;
      size.push_back(std::abs(word.dx_pt));
    }
  }
  void add(const Errors& other) {
    words += other.words, placed += other.placed;
    size.insert(size.end(), other.size.begin(), other.size.end());
  }
  double quantile(double q) {
    if (size.empty()) return 0;
    const auto at = size.begin() + static_cast<std::ptrdiff_t>(q * static_cast<double>(size.size() - 1));
    std::ranges::nth_element(size, at);
    return *at;
  }
  double share_placed() const {
    return words == 0 ? 0 : static_cast<double>(placed) / static_cast<double>(words);
  }
};

struct Replayed {
  bool placed = false;
  Errors of_photo, of_replay;
  std::vector<Leak> leaks;
  std::vector<Outcome> outcomes;
};

class Bench {
 public:
  Bench(const bench::Suite& suite, const std::filesystem::path& data)
      : suite_(suite),
        vault_(bench::open_vault(suite, data)),
        pages_(pages_to_leak(vault_)),
        real_(bench::read_real_photos(data)),
        places_(bench::place_photos(real_)),
        results_(real_.photos.size()) {}

  int run() {
    fmt::print("{} pages with {} to {} carriers\n", pages_.size(), suite_.min_carriers, kMostCarriers);
    for (const auto& [invoice, page] : real_.originals)
      finer_[invoice] = fine_raster(base::read_file(original_of(invoice), 1ull << 28), 0);
    base::parallel_for(results_.size(), 0, [&](std::size_t i) {
      if (!suite_.paper.empty() && real_.photos[i].kind() != suite_.paper) return;
      if (places_[i]) results_[i] = through(real_.photos[i], *places_[i], i);
      std::fprintf(stderr, "\r%zu channels done ", ++done_);
    });
    std::fprintf(stderr, "\n");
    print_fidelity();
    return print_named();
  }

 private:
  std::filesystem::path original_of(const std::string& invoice) const {
    const auto any = std::ranges::find(real_.photos, invoice, &bench::RealPhoto::invoice);
    return any->file.parent_path() / "original.pdf";
  }

  static page::PageRaster fine_raster(base::ByteView pdf, std::size_t index) {
    const int number = static_cast<int>(index) + 1;
    auto rendered =
        page::render_pages(pdf, number, number, {.px_per_pt = kReplayPxPerPt, .max_side_px = 14'000});
    return {std::move(rendered.front().picture), rendered.front().px_per_pt};
  }

  Replayed through(const bench::RealPhoto& photo, const find::Placement& place, std::size_t number) const {
    const page::RegisteredPage& original = real_.originals.at(photo.invoice);
    const image::GrayImage pixels = bench::pixels_of(photo);
    const align::AlignOptions unmarked{.marks = align::AlignOptions::Marks::kUnmarked};
    const align::Alignment aligned =
        align::align_page(pixels, original, place.photo_from_page, place.matches, unmarked);
    const sim::Channel channel =
        sim::estimate_channel({pixels, sim::jpeg_quality_of(base::read_file(photo.file, 1ull << 28)),
                               original, aligned.photo_from_page, aligned.words},
                              suite_.seed);
    Replayed result{.placed = true};
    result.of_photo.add(aligned);
    result.of_replay.add(align::align_page(sim::replay(channel, finer_.at(photo.invoice)), original,
                                           place.photo_from_page, place.matches, unmarked));
    for (int k = 0; k < suite_.leaks; ++k) {
      base::Rng rng(suite_.seed, "replay", number * 1000 + static_cast<std::size_t>(k));
      const PageOf& page = pages_[(number * 7 + static_cast<std::size_t>(k)) % pages_.size()];
      const Leak leak{page.document, page.page, rng.below(suite_.recipients),
                      photo.invoice + "/" + photo.stem, 0};
      const image::GrayImage leaked =
          sim::replay(channel, fine_raster(bench::copy_of(vault_, leak), leak.page));
      result.outcomes.push_back(
          bench::judge(vault_, leak, bench::examine(vault_, leaked, suite_.recipients)));
      result.leaks.push_back(leak);
    }
    return result;
  }

  void print_fidelity() {
    fmt::print("\n{:18} {:>7} {:>16} {:>16} {:>16} {:>16}\n", "errors, pt", "photos", "placed, photo",
               "replayed", "median, photo", "replayed");
    for (const char* kind : bench::kPaperKinds) {
      Errors photo, replayed;
      std::uint64_t photos = 0;
      for (std::size_t i = 0; i < results_.size(); ++i) {
        if (real_.photos[i].kind() != kind || !results_[i].placed) continue;
        ++photos;
        photo.add(results_[i].of_photo);
        replayed.add(results_[i].of_replay);
      }
      fmt::print("{:18} {:7} {:14.1f} % {:14.1f} % {:16.4f} {:16.4f}\n", kind, photos,
                 100 * photo.share_placed(), 100 * replayed.share_placed(), photo.quantile(0.5),
                 replayed.quantile(0.5));
      bench::record(std::string(kind) + ".median_error_photo", bench::exactly(photo.quantile(0.5)), "pt");
      bench::record(std::string(kind) + ".median_error_replayed", bench::exactly(replayed.quantile(0.5)),
                    "pt");
    }
  }

  int print_named() {
    fmt::print("\n{}", bench::table_head("paper"));
    bench::Tally all;
    for (const char* kind : bench::kPaperKinds) {
      bench::Tally tally;
      for (std::size_t i = 0; i < results_.size(); ++i)
        if (real_.photos[i].kind() == kind)
          for (const Outcome& outcome : results_[i].outcomes) tally.add(outcome), all.add(outcome);
      fmt::print("{}", bench::table_row(kind, tally));
    }
    fmt::print("{}", bench::table_row("all", all));
    fmt::print("{} photographs were not placed and are left out\n",
               std::ranges::count_if(places_, [](const auto& place) { return !place; }));
    for (const Replayed& result : results_) bench::print_failures(vault_, result.leaks, result.outcomes);
    return all.wrongly > 0 ? 1 : 0;
  }

  const bench::Suite& suite_;
  bench::Vault vault_;
  std::vector<PageOf> pages_;
  bench::RealPhotos real_;
  std::vector<std::optional<find::Placement>> places_;
  std::map<std::string, page::PageRaster> finer_;
  std::vector<Replayed> results_;
  std::atomic<std::size_t> done_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  return bench::run_suite(
      {argv + 1, argv + argc}, "bench/suites/replay.suite",
      [](const bench::Suite& suite, const std::filesystem::path& data) { return Bench(suite, data).run(); });
}
