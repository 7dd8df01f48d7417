// What a reader could see of the marks: how much they add to the unevenness that the gaps between words have
// anyway, and what a copy changes on a screen at 100 %. Gaps are of ink, at 400 dpi, within a line, about the
// line's mean; the screen is of 96 dpi.
//
//   visibility [--suite FILE] [--documents N] [--leaks N] [--seed N]        leaks: pages a document

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "base/file.h"
#include "bench/corpus.h"
#include "bench/options.h"
#include "bench/results.h"
#include "mark/signs.h"
#include "page/render.h"

namespace {

using namespace barium;

constexpr std::array kStrengthsPt = {0.10, 0.15, 0.20, 0.25, 0.40};
constexpr double kScreenPxPerPt = 96.0 / 72;
constexpr int kInk = 160;             // darker is ink
constexpr double kLongestGapPt = 12;  // beyond it is a tab or a column

// First and last column of ink of a word that stands upright, pt; empty where there is none.
struct Extent {
  double x0 = 1e9, x1 = -1e9;
  bool empty() const { return x1 < x0; }
};

Extent ink_of(const page::RenderedPage& page, const page::Word& word) {
  Extent extent;
  const auto px = [&](double pt) { return static_cast<int>(pt * page.px_per_pt); };
  for (int y = std::max(0, px(word.box.y0)); y < std::min(page.picture.height(), px(word.box.y1)); ++y)
    for (int x = std::max(0, px(word.box.x0)); x < std::min(page.picture.width(), px(word.box.x1) + 1); ++x) {
      if (page.picture.at(x, y) >= kInk) continue;
      extent.x0 = std::min(extent.x0, x / page.px_per_pt);
      extent.x1 = std::max(extent.x1, (x + 1) / page.px_per_pt);
    }
  return extent;
}

// Gaps of ink on each line of a page, less their line's mean.
std::vector<double> unevenness(const page::RenderedPage& rendered, const page::PageModel& model) {
  std::map<std::int32_t, std::vector<Extent>> lines;
  for (const page::Word& word : model.words) {
    if (std::abs(word.along.y) > 0.01) continue;
    const Extent extent = ink_of(rendered, word);
    if (!extent.empty()) lines[word.line].push_back(extent);
  }
  std::vector<double> all;
  for (auto& [line, extents] : lines) {
    std::ranges::sort(extents, {}, &Extent::x0);
    std::vector<double> gaps;
    for (std::size_t i = 1; i < extents.size(); ++i) {
      const double gap = extents[i].x0 - extents[i - 1].x1;
      if (gap > 0 && gap < kLongestGapPt) gaps.push_back(gap);
    }
    if (gaps.size() < 4) continue;
    double mean = 0;
    for (const double gap : gaps) mean += gap / static_cast<double>(gaps.size());
    const double freedom = std::sqrt(static_cast<double>(gaps.size()) / static_cast<double>(gaps.size() - 1));
    for (const double gap : gaps) all.push_back((gap - mean) * freedom);
  }
  return all;
}

double deviation(const std::vector<double>& values) {
  double sum = 0;
  for (const double v : values) sum += v * v;
  return std::sqrt(sum / static_cast<double>(std::max<std::size_t>(values.size(), 1)));
}

struct Shown {
  std::vector<double> gaps;  // of the original's pages, then of the copy's
  std::uint64_t inked = 0, changed = 0;
  double change = 0;  // sum over inked pixels, of full scale
};

void compare_on_screen(const page::RenderedPage& original, const page::RenderedPage& copy, Shown& shown) {
  for (std::size_t i = 0; i < original.picture.pixels().size(); ++i) {
    const int a = original.picture.pixels()[i], b = copy.picture.pixels()[i];
    if (std::min(a, b) > 250) continue;
    ++shown.inked;
    shown.changed += std::abs(a - b) > 0;
    shown.change += std::abs(a - b) / 255.0;
  }
}

int visibility(const bench::Suite& suite, const std::filesystem::path& data) {
  fmt::print("{:>8} {:>12} {:>12} {:>10} {:>16} {:>16}\n", "strength", "gaps, pt", "of copies", "added",
             "screen px changed", "by, of full");
  for (const double strength : kStrengthsPt) {
    bench::Suite at = suite;
    at.strength_pt = strength;
    const bench::Vault vault = bench::open_vault(at, data);
    Shown original, marked;
    for (std::size_t d = 0; d < vault.documents().size(); ++d) {
      const bench::RegisteredDocument& document = vault.documents()[d];
      const base::Bytes pdf = page::write_copy(
          document.opened.copy_template, mark::signs_of_copy(document.opened.model, document.codebook, 7));
      const base::Bytes plain = base::read_file(data / "pdf/core" / suite.document[d], 1ull << 28);
      for (std::size_t i = 0; i < document.leakable.size() && i < static_cast<std::size_t>(suite.leaks);
           ++i) {
        const int number = document.leakable[i] + 1;
        const page::PageModel& model = document.opened.model.pages[static_cast<std::size_t>(number - 1)];
        const auto draw = [&](base::ByteView bytes, double px_per_pt) {
          return page::render_pages(bytes, number, number, {.px_per_pt = px_per_pt}).at(0);
        };
        for (const double gap : unevenness(draw(plain, bench::kSimulatedPxPerPt), model))
          original.gaps.push_back(gap);
        for (const double gap : unevenness(draw(pdf, bench::kSimulatedPxPerPt), model))
          marked.gaps.push_back(gap);
        compare_on_screen(draw(plain, kScreenPxPerPt), draw(pdf, kScreenPxPerPt), marked);
      }
    }
    const double before = deviation(original.gaps), after = deviation(marked.gaps);
    const auto inked = static_cast<double>(std::max<std::uint64_t>(marked.inked, 1));
    fmt::print("{:8.2f} {:12.3f} {:12.3f} {:8.1f} % {:14.1f} % {:16.4f}\n", strength, before, after,
               100 * (after / before - 1), 100 * static_cast<double>(marked.changed) / inked,
               marked.change / inked);
    std::fflush(stdout);
    bench::record(fmt::format("{:.2f}.gaps_added", strength), bench::exactly(after / before - 1));
    bench::record(fmt::format("{:.2f}.screen_change", strength), bench::exactly(marked.change / inked));
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return bench::run_suite({argv + 1, argv + argc}, "bench/suites/name_copies.suite", visibility);
}
