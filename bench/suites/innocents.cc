// Innocent codewords against readings of every kind: the share of copies with a p-value at or below a level,
// next to that level; of p-values by a copy's own score (innocents_tail has those in the light of others, and
// goes deeper). A p-value is a proven bound, so the share is never above the level but by chance:
// a count is called "above" where a Poisson variable of the claimed mean reaches it with chance under 1e-6.
//
//   innocents [copies] [out directory]       default 10000000, out/innocents
// writes innocents.csv (reading, level, claimed, counted, ratio) and innocents.svg; exit 1 if ever above.

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/parallel.h"
#include "bench/suites/readings.h"
#include "trace/scan.h"

namespace barium {
namespace {

using bench::book_of;
using bench::Reading;

constexpr int kLevels = 33;  // 10^0, 10^-0.25 ... 10^-8
double level_of(int l) { return std::pow(10.0, -0.25 * l); }

// log p by score, one table a hypothesis: the sharpest of tails centred along the way.
std::vector<std::vector<double>> tails_by_score(const trace::ScoreTable& table) {
  std::vector<std::vector<double>> tails;
  for (std::size_t h = 0; h < table.laws.size(); ++h) {
    const base::BernoulliSum& law = table.laws[h];
    std::vector<double> by_score(static_cast<std::size_t>(law.largest()) + 1, 0.0);
    const base::Cumulant k = law.cumulant(0);
    for (int step = 0; step <= 9; ++step) {
      const auto centre = static_cast<std::int64_t>(k.mean + step * std::sqrt(k.variance));
      const base::ExactTail tail(law, std::min(centre, law.largest()));
      for (std::size_t t = 0; t < by_score.size(); ++t)
        by_score[t] = std::min(by_score[t], tail.log_tail(static_cast<std::int64_t>(t)));
    }
    for (double& log_p : by_score) log_p = std::min(0.0, log_p - std::log(trace::kHypotheses[h].share));
    tails.push_back(std::move(by_score));
  }
  return tails;
}

std::vector<std::uint64_t> count_by_level(const Reading& reading, std::uint64_t copies) {
  const code::Codebook book = book_of(reading.carriers);
  const trace::ScoreTable table = trace::make_score_table(trace::merged(reading.evidence), book);
  const auto tails = tails_by_score(table);
  const code::RowGenerator generator(book, table.blocks, table.invert);
  constexpr std::uint64_t kChunk = 1 << 16;
  std::vector<std::vector<std::uint64_t>> by_chunk((copies + kChunk - 1) / kChunk);
  base::parallel_for(by_chunk.size(), 0, [&](std::size_t chunk) {
    std::vector<std::uint64_t> counts(kLevels, 0);
    std::vector<trace::Scores> scores(std::min(kChunk, copies - chunk * kChunk));
    trace::score_copies(table, generator, chunk * kChunk, scores);
    for (const trace::Scores& score : scores) {
      double log_p = 0;
      for (std::size_t h = 0; h < score.size(); ++h)
        log_p = std::min(log_p, tails[h][static_cast<std::size_t>(score[h])]);
      for (int l = 0; l < kLevels && log_p <= std::log(level_of(l)) + 1e-12; ++l)
        ++counts[static_cast<std::size_t>(l)];
    }
    by_chunk[chunk] = counts;
  });
  std::vector<std::uint64_t> total(kLevels, 0);
  for (const auto& counts : by_chunk)
    for (std::size_t l = 0; l < total.size(); ++l) total[l] += counts[l];
  return total;
}

// Whether a Poisson variable of mean `mean` reaches `count` with chance under 1e-6 (Chernoff for Poisson).
bool is_above(double mean, std::uint64_t count) {
  const auto k = static_cast<double>(count);
  return k > mean && k - mean - k * std::log(k / mean) < std::log(1e-6);
}

class Plot {
 public:
  explicit Plot(std::uint64_t copies) : copies_(static_cast<double>(copies)) {}
  void add(const std::vector<std::uint64_t>& counts, bool hostile) {
    std::string points;
    for (int l = 0; l < kLevels; ++l)
      if (const auto n = counts[static_cast<std::size_t>(l)]; n > 0)
        points += fmt::format("{:.1f},{:.1f} ", x(level_of(l)), y(static_cast<double>(n) / copies_));
    lines_ += fmt::format("<polyline fill='none' stroke='{}' stroke-opacity='0.6' points='{}'/>\n",
                          hostile ? "#c0392b" : "#2471a3", points);
  }
  std::string svg() const {
    std::string axes;
    for (int e = 0; e <= 8; ++e) {
      const double at = std::pow(10.0, -e);
      axes += fmt::format(
          "<text x='{:.0f}' y='575' text-anchor='middle'>1e-{}</text><text x='52' y='{:.0f}' "
          "text-anchor='end'>1e-{}</text>\n",
          x(at), e, y(at) + 4, e);
      axes += fmt::format("<path stroke='#ddd' d='M{0:.1f} 40V555M60 {1:.1f}H680'/>\n", x(at), y(at));
    }
    return fmt::format(
        "<svg xmlns='http://www.w3.org/2000/svg' width='720' height='610' font-family='sans-serif' "
        "font-size='12'>"
        "<rect width='720' height='610' fill='white'/>\n{}<path stroke='black' stroke-dasharray='5 4' "
        "d='M{:.1f} "
        "{:.1f}L{:.1f} {:.1f}'/>\n{}<text x='370' y='600' text-anchor='middle'>claimed p</text><text x='60' "
        "y='22'>"
        "share of {:.0f} innocent copies with that p or less; dashed: equal; blue genuine or damaged, red "
        "hostile"
        "</text></svg>\n",
        axes, x(1), y(1), x(1e-8), y(1e-8), lines_, copies_);
  }

 private:
  static double x(double p) { return 680 + 77.5 * std::log10(p); }
  static double y(double p) { return 40 - 64.375 * std::log10(p); }
  double copies_;
  std::string lines_;
};

int run(std::uint64_t copies, const std::filesystem::path& out) {
  std::filesystem::create_directories(out);
  const std::vector<Reading> readings = bench::all_readings();
  std::ofstream csv(out / "innocents.csv");
  csv << "reading,level,claimed,counted,ratio\n";
  Plot plot(copies);
  int above = 0;
  for (const Reading& reading : readings) {
    const auto counts = count_by_level(reading, copies);
    double largest = 0;
    for (int l = 0; l < kLevels; ++l) {
      const double claimed = level_of(l) * static_cast<double>(copies);
      const auto counted = counts[static_cast<std::size_t>(l)];
      above += is_above(claimed, counted);
      const double ratio = static_cast<double>(counted) / claimed;
      if (l > 0 && claimed >= 100) largest = std::max(largest, ratio);
      csv << fmt::format("\"{}\",{:.4g},{:.1f},{},{:.4f}\n", reading.name, level_of(l), claimed, counted,
                         ratio);
    }
    plot.add(counts, reading.name.starts_with("hostile"));
    fmt::print(
        "{:34} {:5} soft bits   p <= 1e-3: {:8} of {:.0f} claimed   p <= 1e-6: {:3} of {:.0f}   largest "
        "ratio {:.3f}\n",
        reading.name, reading.evidence.size(), counts[12], 1e-3 * static_cast<double>(copies), counts[24],
        1e-6 * static_cast<double>(copies), largest);
  }
  std::ofstream(out / "innocents.svg") << plot.svg();
  fmt::print("{} readings x {} innocent copies x {} levels: above the claimed bound {} times\n",
             readings.size(), copies, kLevels, above);
  return above == 0 ? 0 : 1;
}

}  // namespace
}  // namespace barium

int main(int argc, char** argv) {
  const std::uint64_t copies = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 10'000'000;
  return barium::run(copies, argc > 2 ? argv[2] : "out/innocents");
}
