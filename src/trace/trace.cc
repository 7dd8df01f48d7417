#include "trace/trace.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "base/parallel.h"
#include "trace/scan.h"

namespace barium::trace {

namespace {

constexpr std::size_t kChunk = 4096;  // copies a task: about half a millisecond

// Multiply-adds that one exact tail may cost: about a second.
constexpr double kExactCost = 1e9;

struct Hit {
  code::CopyNumber copy;
  Scores scores;
};

// Everything that turns a score into a p-value.
class Judge {
 public:
  Judge(const ScoreTable& table, double log_target, double log_factor)
      : table_(table), log_target_(log_target), log_factor_(log_factor) {
    for (std::size_t h = 0; h < kHypotheses.size(); ++h) {
      exact_[h] = base::ExactTail::cost(table.laws[h]) <= kExactCost;
      const double log_p = log_target - log_share(h);
      thresholds_[h] = base::smallest_significant(table.laws[h], log_p, exact_[h]);
    }
  }

  bool anybody_can_be_accused() const {
    for (std::size_t h = 0; h < kHypotheses.size(); ++h)
      if (thresholds_[h] <= table_.laws[h].largest()) return true;
    return false;
  }
  bool suspicious(const Scores& scores) const {
    bool any = false;
    for (std::size_t h = 0; h < scores.size(); ++h) any |= scores[h] >= thresholds_[h];
    return any;
  }
  // p = min over h of p_h / share_h (Bonferroni).
  Accusation accuse(const Hit& hit) const {
    Accusation best{.copy = hit.copy, .log_p_value = std::numeric_limits<double>::infinity()};
    for (std::size_t h = 0; h < kHypotheses.size(); ++h) {
      const base::BernoulliSum& law = table_.laws[h];
      const std::int64_t t = hit.scores[h];
      if (t < thresholds_[h]) continue;
      const double tail = exact_[h] ? base::ExactTail(law, t).log_tail(t) : law.log_chernoff(t);
      const double log_p = tail + log_share(h);
      if (log_p >= best.log_p_value) continue;
      best.log_p_value = log_p;
      best.log_p_saddlepoint = law.log_saddlepoint(t) + log_share(h);
      best.bound = exact_[h] ? Bound::kExact : Bound::kChernoff;
      best.colluders = kHypotheses[h].colluders;
    }
    return best;
  }
  bool convinced(const Accusation& accusation) const { return accusation.log_p_value <= log_target_; }

 private:
  // What a p-value of hypothesis h is multiplied by, as a logarithm.
  double log_share(std::size_t h) const { return log_factor_ - std::log(kHypotheses[h].share); }

  const ScoreTable& table_;
  double log_target_;
  double log_factor_;
  std::array<bool, kHypotheses.size()> exact_{};
  std::array<std::int64_t, kHypotheses.size()> thresholds_{};
};

std::vector<Hit> scan(const ScoreTable& table, const code::Codebook& codebook, std::uint64_t copies,
                      const Judge& judge, unsigned threads) {
  const code::RowGenerator generator(codebook, table.blocks, table.invert);
  std::vector<std::vector<Hit>> by_chunk((copies + kChunk - 1) / kChunk);
  base::parallel_for(by_chunk.size(), threads, [&](std::size_t chunk) {
    const code::CopyNumber first = chunk * kChunk;
    std::vector<Scores> scores(std::min<std::uint64_t>(kChunk, copies - first));
    score_copies(table, generator, first, scores);
    for (std::size_t i = 0; i < scores.size(); ++i)
      if (judge.suspicious(scores[i])) by_chunk[chunk].push_back({first + i, scores[i]});
  });
  std::vector<Hit> hits;
  for (const auto& chunk : by_chunk) hits.insert(hits.end(), chunk.begin(), chunk.end());
  return hits;
}

bool contains(std::span<const code::CopyNumber> numbers, code::CopyNumber copy) {
  return std::find(numbers.begin(), numbers.end(), copy) != numbers.end();
}

}  // namespace

// docs/methods/trace.md, "Two copies never share a codeword": 1 / (1 - 2 N m).
std::optional<double> log_uniqueness_factor(double log_commonest, std::uint64_t copies) {
  const double log_taken = std::log(2 * static_cast<double>(copies)) + log_commonest;
  if (log_taken >= 0) return std::nullopt;
  return -std::log1p(-std::exp(log_taken));
}

const char* name_of(Bound bound) { return bound == Bound::kExact ? "exact" : "chernoff"; }

void TraceOptions::check() const { base::require(alpha > 0 && alpha < 1, "alpha is a probability"); }

TraceResult trace(std::span<const Evidence> evidence, const code::Codebook& codebook, std::uint64_t copies,
                  const TraceOptions& options) {
  options.check();
  TraceResult result;
  result.tested_copies = copies - options.not_issued.size();
  const std::vector<Evidence> seen = merged(evidence);
  if (seen.empty() || copies == 0) return result;
  const ScoreTable table = make_score_table(seen, codebook);
  const auto log_factor = log_uniqueness_factor(codebook.log_commonest(), copies);
  // Bonferroni over the copies: alpha / copies for each.
  const Judge judge(table, std::log(options.alpha) - std::log(static_cast<double>(copies)),
                    log_factor.value_or(std::numeric_limits<double>::infinity()));
  if (!judge.anybody_can_be_accused()) {
    result.notes.push_back({"trace.too_little", "Too few marks could be read to tell one copy among " +
                                                    std::to_string(copies) + " from the others."});
    return result;
  }
  for (const Hit& hit : scan(table, codebook, copies, judge, options.threads)) {
    if (contains(options.not_issued, hit.copy)) continue;
    const Accusation accusation = judge.accuse(hit);
    if (judge.convinced(accusation)) result.accused.push_back(accusation);
  }
  std::sort(result.accused.begin(), result.accused.end(), [](const Accusation& a, const Accusation& b) {
    return a.log_p_value != b.log_p_value ? a.log_p_value < b.log_p_value : a.copy < b.copy;
  });
  return result;
}

}  // namespace barium::trace
