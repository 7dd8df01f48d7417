#include "trace/trace.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "trace/screen.h"

namespace barium::trace {

namespace {

// Multiply-adds that one exact tail may cost: about a second.
constexpr double kExactCost = 1e9;

// The saddlepoint's estimate of ln p is nearer than this to the exact value: it is off by 0.4 where a few
// large weights carry a score (trace_test).
constexpr double kSaddlepointError = 1;

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
  // Scores below these accuse nobody.
  const Thresholds& thresholds() const { return thresholds_; }
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
  // Whether it is worth the exact tail of its law.
  bool is_promising(const JointTest& test) const {
    return test.log_p_saddlepoint + price_of(test) <= log_target_ + kSaddlepointError;
  }
  Accusation accuse(const JointTest& test) const {
    const bool exact = base::ExactTail::cost(test.law) <= kExactCost;
    const double tail = exact ? base::ExactTail(test.law, test.score).log_tail(test.score)
                              : test.law.log_chernoff(test.score);
    return {.copy = test.copy,
            .log_p_value = tail + price_of(test),
            .log_p_saddlepoint = test.log_p_saddlepoint + price_of(test),
            .bound = exact ? Bound::kExact : Bound::kChernoff,
            .colluders = test.colluders,
            .given = test.given};
  }
  bool convinced(const Accusation& accusation) const { return accusation.log_p_value <= log_target_; }

 private:
  // What a p-value of hypothesis h is multiplied by, as a logarithm.
  double log_share(std::size_t h) const { return log_factor_ - std::log(kHypotheses[h].share); }
  double price_of(const JointTest& test) const { return log_factor_ - test.log_share; }

  const ScoreTable& table_;
  double log_target_;
  double log_factor_;
  std::array<bool, kHypotheses.size()> exact_{};
  Thresholds thresholds_{};
};

std::vector<double> biases_of(std::span<const Evidence> evidence, const code::Codebook& codebook) {
  std::vector<double> biases;
  for (const Evidence& entry : evidence) biases.push_back(codebook.biases()[entry.carrier]);
  return biases;
}

// Accusations by a copy's own score, and in the light of others; a copy may have both.
std::vector<Accusation> accusations(const Judge& judge, const Screened& screened,
                                    std::span<const Evidence> evidence, const code::Codebook& codebook) {
  std::vector<Accusation> all;
  for (const Hit& hit : screened.hits) all.push_back(judge.accuse(hit));
  for (const JointTest& test :
       test_with_accomplices(evidence, biases_of(evidence, codebook), screened.suspects))
    if (judge.is_promising(test)) all.push_back(judge.accuse(test));
  std::erase_if(all, [&](const Accusation& accusation) { return !judge.convinced(accusation); });
  return all;
}

// The strongest of each copy, strongest first.
std::vector<Accusation> strongest_of_each(std::vector<Accusation> all) {
  std::sort(all.begin(), all.end(), [](const Accusation& a, const Accusation& b) {
    return a.log_p_value != b.log_p_value ? a.log_p_value < b.log_p_value : a.copy < b.copy;
  });
  std::vector<Accusation> strongest;
  for (Accusation& accusation : all) {
    const bool known = std::any_of(strongest.begin(), strongest.end(),
                                   [&](const Accusation& a) { return a.copy == accusation.copy; });
    if (!known) strongest.push_back(std::move(accusation));
  }
  return strongest;
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
  const Screened screened =
      screen_copies(table, seen, codebook, copies, judge.thresholds(), {options.not_issued, options.threads});
  result.accused = strongest_of_each(accusations(judge, screened, seen, codebook));
  return result;
}

}  // namespace barium::trace
