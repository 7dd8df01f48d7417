#include "trace/screen.h"

#include <algorithm>
#include <cmath>

#include "base/parallel.h"

namespace barium::trace {

namespace {

constexpr std::size_t kChunk = 4096;  // copies a task: about half a millisecond

// How far a copy stands out, in deviations of an innocent's score.
struct Ranked {
  double deviations;
  code::CopyNumber copy;
  bool operator<(const Ranked& other) const {  // the more suspicious first
    return deviations != other.deviations ? deviations > other.deviations : copy < other.copy;
  }
};

class Ranking {
 public:
  explicit Ranking(const ScoreTable& table) {
    for (std::size_t h = 0; h < kHypotheses.size(); ++h) {
      const base::Cumulant k = table.laws[h].cumulant(0);
      means_[h] = k.mean;
      scales_[h] = k.variance > 0 ? 1 / std::sqrt(k.variance) : 0;
    }
  }
  // The hypothesis of one is left aside: accomplices are sought for those of several.
  double deviations(const Scores& scores) const {
    double largest = 0;
    for (std::size_t h = 1; h < scores.size(); ++h)
      largest = std::max(largest, (scores[h] - means_[h]) * scales_[h]);
    return largest;
  }

 private:
  std::array<double, kHypotheses.size()> means_{};
  std::array<double, kHypotheses.size()> scales_{};
};

void keep_first(std::vector<Ranked>& ranked, std::size_t count) {
  const std::size_t kept = std::min(count, ranked.size());
  std::partial_sort(ranked.begin(), ranked.begin() + static_cast<std::ptrdiff_t>(kept), ranked.end());
  ranked.resize(kept);
}

bool contains(std::span<const code::CopyNumber> numbers, code::CopyNumber copy) {
  return std::find(numbers.begin(), numbers.end(), copy) != numbers.end();
}

struct Part {
  std::vector<Hit> hits;
  std::vector<Ranked> ranked;
};

Part screen_chunk(std::span<const Scores> scores, code::CopyNumber first, const Ranking& ranking,
                  const Thresholds& thresholds, std::span<const code::CopyNumber> left_out) {
  Part part;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    bool reaches = false;
    for (std::size_t h = 0; h < thresholds.size(); ++h) reaches |= scores[i][h] >= thresholds[h];
    if (reaches && !contains(left_out, first + i)) part.hits.push_back({first + i, scores[i]});
    part.ranked.push_back({ranking.deviations(scores[i]), first + i});
  }
  keep_first(part.ranked, kSuspects + left_out.size());
  std::erase_if(part.ranked, [&](const Ranked& r) { return contains(left_out, r.copy); });
  keep_first(part.ranked, kSuspects);
  return part;
}

std::vector<Suspect> suspects_of(const std::vector<Ranked>& ranked, const ScoreTable& table,
                                 std::span<const Evidence> evidence, const code::Codebook& codebook) {
  // A row's bit says that the copy agrees with the reading's sign.
  const code::RowGenerator generator(codebook, table.blocks, table.invert);
  std::vector<std::uint64_t> row(generator.words());
  std::vector<Suspect> suspects;
  for (const Ranked& one : ranked) {
    generator.generate(one.copy, row);
    Suspect suspect{one.copy, {}};
    for (std::size_t i = 0; i < evidence.size(); ++i) {
      const std::size_t bit = table.bits[i];
      const bool agrees = (row[bit / 64] >> (bit % 64) & 1) != 0;
      suspect.symbols.push_back(agrees == (evidence[i].llr > 0) ? 1 : 0);
    }
    suspects.push_back(std::move(suspect));
  }
  return suspects;
}

}  // namespace

Screened screen_copies(const ScoreTable& table, std::span<const Evidence> evidence,
                       const code::Codebook& codebook, std::uint64_t copies, const Thresholds& thresholds,
                       const ScreenOptions& options) {
  const code::RowGenerator generator(codebook, table.blocks, table.invert);
  const Ranking ranking(table);
  std::vector<Part> parts((copies + kChunk - 1) / kChunk);
  base::parallel_for(parts.size(), options.threads, [&](std::size_t chunk) {
    const code::CopyNumber first = chunk * kChunk;
    std::vector<Scores> scores(std::min<std::uint64_t>(kChunk, copies - first));
    score_copies(table, generator, first, scores);
    parts[chunk] = screen_chunk(scores, first, ranking, thresholds, options.left_out);
  });
  Screened screened;
  std::vector<Ranked> ranked;
  for (const Part& part : parts) {
    screened.hits.insert(screened.hits.end(), part.hits.begin(), part.hits.end());
    ranked.insert(ranked.end(), part.ranked.begin(), part.ranked.end());
  }
  keep_first(ranked, kSuspects);
  screened.suspects = suspects_of(ranked, table, evidence, codebook);
  return screened;
}

}  // namespace barium::trace
