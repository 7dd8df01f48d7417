#include "base/tail.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "base/error.h"

namespace barium::base {

namespace {

// A tilt of 60 over the smallest weight leaves e^-60 of every term's other value: further is of no use.
constexpr double kLargestTilt = 60;

// Probability that underflow may lose: 5e-324 in each of the operations of a convolution, of which there are
// less than 10^20. Counted in full in every tail, so that a tail far below the centre, whose terms underflow,
// is over- and never understated.
constexpr double kUnderflow = 1e-300;

// Tilted probability that one trimming of each end may cut off: over a million terms under 1e-17,
// against a tail sum near its centre that is hardly ever below 1e-6.
constexpr double kTrim = 1e-24;

// Slack for rounding, in nats. Every sum here has only non-negative terms, so the relative error of a result
// is at most (operations on the longest path) * 2^-53: under 1e-9 for 10^6 terms.
constexpr double kRoundingSlack = 1e-9;

constexpr double kLogZero = -std::numeric_limits<double>::infinity();

// The two probabilities of a term after tilting, q e^a / (1 - q + q e^a) and (1 - q) / (1 - q + q e^a) with
// a = theta w >= 0. Neither is got by subtraction: a `no` of 1e-26 must not become 0, it carries the tail.
struct TiltedTerm {
  double yes;
  double no;
};

TiltedTerm tilted(double probability, double a) {
  const double against = (1 - probability) * std::exp(-a);
  const double all = probability + against;
  return {probability / all, against / all};
}

// ln(1 - q + q e^{a}) for a >= 0.
double log_moment(double probability, double a) {
  return a + std::log(probability + (1 - probability) * std::exp(-a));
}

// ln of the upper normal tail, from the asymptotic series where erfc would underflow.
double log_normal_tail(double x) {
  if (x < 30) return std::log(0.5 * std::erfc(x / std::numbers::sqrt2));
  const double inverse = 1 / (x * x);
  return -0.5 * x * x - std::log(x * std::sqrt(2 * std::numbers::pi)) +
         std::log1p(-inverse + 3 * inverse * inverse);
}

}  // namespace

BernoulliSum::BernoulliSum(std::span<const BernoulliTerm> terms) {
  std::vector<BernoulliTerm> sorted;
  for (const BernoulliTerm& term : terms) {
    require(term.probability > 0 && term.probability < 1, "a Bernoulli term is not certain");
    if (term.weight != 0) sorted.push_back(term);
  }
  std::sort(sorted.begin(), sorted.end(), [](const BernoulliTerm& a, const BernoulliTerm& b) {
    return a.weight != b.weight ? a.weight < b.weight : a.probability < b.probability;
  });
  for (const BernoulliTerm& term : sorted) {
    largest_ += term.weight;
    span_ = std::gcd(span_, static_cast<std::int64_t>(term.weight));
    const bool same = !groups_.empty() && groups_.back().weight == term.weight &&
                      groups_.back().probability == term.probability;
    if (same)
      ++groups_.back().count;
    else
      groups_.push_back({term.weight, term.probability, 1});
  }
}

Cumulant BernoulliSum::cumulant(double theta) const {
  Cumulant k;
  for (const Group& group : groups_) {
    const double w = group.weight;
    const TiltedTerm q = tilted(group.probability, theta * w);
    k.value += group.count * log_moment(group.probability, theta * w);
    k.mean += group.count * w * q.yes;
    k.variance += group.count * w * w * q.yes * q.no;
  }
  return k;
}

double BernoulliSum::tilt(double t) const {
  if (groups_.empty() || t <= cumulant(0).mean) return 0;
  const double largest_tilt = kLargestTilt / groups_.front().weight;
  if (t >= cumulant(largest_tilt).mean) return largest_tilt;
  double low = 0;
  double high = largest_tilt;
  double theta = 0;
  // K' is increasing: Newton inside a bracket, halving it when a step leaves it. Any theta is valid for a
  // bound, so 1e-12 of t is ample.
  for (int step = 0; step < 200; ++step) {
    const Cumulant k = cumulant(theta);
    if (std::abs(k.mean - t) <= 1e-12 * std::abs(t)) break;
    (k.mean < t ? low : high) = theta;
    const double next = k.variance > 0 ? theta - (k.mean - t) / k.variance : -1;
    theta = next > low && next < high ? next : 0.5 * (low + high);
  }
  return theta;
}

double BernoulliSum::log_all() const {
  double sum = 0;
  for (const Group& group : groups_) sum += group.count * std::log(group.probability);
  return sum;
}

double BernoulliSum::log_chernoff(std::int64_t t) const {
  if (t <= 0) return 0;
  if (t > largest_) return kLogZero;
  if (t == largest_) return log_all() + kRoundingSlack;
  const double theta = tilt(static_cast<double>(t));
  const double bound = cumulant(theta).value - theta * static_cast<double>(t) + kRoundingSlack;
  return std::min(bound, 0.0);
}

double BernoulliSum::log_saddlepoint(std::int64_t t) const {
  if (t <= 0) return 0;
  if (t > largest_) return kLogZero;
  if (t == largest_) return log_all();
  // S takes multiples of span: the smallest that is at least t, less half a step of continuity correction.
  const auto span = static_cast<double>(span_);
  const double at = span * (static_cast<double>((t + span_ - 1) / span_) - 0.5);
  const double theta = tilt(at);
  const Cumulant k = cumulant(theta);
  const double w2 = 2 * (theta * at - k.value);
  // At the mean and below the tail is of no interest: the normal approximation does.
  if (w2 < 1e-6) return log_normal_tail((at - k.mean) / std::sqrt(std::max(k.variance, 1e-300)));
  const double w = std::sqrt(w2);
  const double u = 2 / span * std::sinh(0.5 * span * theta) * std::sqrt(k.variance);
  // P ~ (1 - Phi(w)) + phi(w) (1/u - 1/w), as a factor on the normal tail.
  const double log_tail = log_normal_tail(w);
  const double log_density = -0.5 * w2 - 0.5 * std::log(2 * std::numbers::pi);
  const double factor = 1 + std::exp(log_density - log_tail) * (1 / u - 1 / w);
  return std::min(0.0, factor > 0 ? log_tail + std::log(factor) : log_all());
}

ExactTail::ExactTail(const BernoulliSum& sum, std::int64_t t_centre)
    : theta_(sum.tilt(static_cast<double>(t_centre))),
      log_moment_(sum.cumulant(theta_).value),
      largest_(sum.largest()),
      log_all_(sum.log_all()) {
  convolve(sum);
  sum_from_above();
}

double ExactTail::cost(const BernoulliSum& sum) {
  double terms = 0;
  for (const auto& group : sum.groups_) terms += group.count;
  const double width = 22 * std::sqrt(sum.cumulant(0).variance);  // +-11 sigma hold all but 1e-24
  return terms * std::min(width, static_cast<double>(sum.largest()));
}

void ExactTail::convolve(const BernoulliSum& sum) {
  law_.assign(1, 1.0);
  dropped_ = kUnderflow;
  for (const auto& group : sum.groups_) {
    const TiltedTerm q = tilted(group.probability, theta_ * group.weight);
    for (std::uint32_t i = 0; i < group.count; ++i) add_term(group.weight, q.yes, q.no);
  }
}

// law <- no * law + yes * (law shifted by weight).
void ExactTail::add_term(std::uint32_t weight, double yes, double no) {
  const std::size_t size = law_.size();
  scratch_.assign(size + weight, 0.0);
  const double* from = law_.data();
  double* to = scratch_.data();
  for (std::size_t i = 0; i < size; ++i) to[i] = no * from[i];
  for (std::size_t i = 0; i < size; ++i) to[i + weight] += yes * from[i];
  law_.swap(scratch_);
  trim(kTrim);
}

void ExactTail::trim(double budget) {
  std::size_t low = 0;
  double cut = 0;
  while (low + 1 < law_.size() && cut + law_[low] <= budget) cut += law_[low++];
  dropped_ += cut;
  std::size_t high = law_.size();
  cut = 0;
  while (high > low + 1 && cut + law_[high - 1] <= budget) cut += law_[--high];
  dropped_ += cut;
  law_.resize(high);
  law_.erase(law_.begin(), law_.begin() + static_cast<std::ptrdiff_t>(low));
  first_ += static_cast<std::int64_t>(low);
}

// In place: law_[t] becomes A(t) = Q(t) + e^{-theta} A(t + 1).
void ExactTail::sum_from_above() {
  const double decay = std::exp(-theta_);
  for (std::size_t i = law_.size() - 1; i > 0; --i) law_[i - 1] += decay * law_[i];
}

double ExactTail::log_tail(std::int64_t t) const {
  if (t <= 0) return 0;
  if (t > largest_) return kLogZero;
  if (t == largest_) return log_all_ + kRoundingSlack;
  // P(S >= t) = e^{K - theta t} sum_{s >= t} e^{-theta (s - t)} Q(s); what was trimmed counts as if at s = t.
  double inside = dropped_;
  const std::int64_t at = t - first_;
  if (at < 0)
    inside += law_.front() * std::exp(theta_ * static_cast<double>(at));
  else if (at < static_cast<std::int64_t>(law_.size()))
    inside += law_[static_cast<std::size_t>(at)];
  const double bound = log_moment_ - theta_ * static_cast<double>(t) + std::log(inside) + kRoundingSlack;
  return std::min(bound, 0.0);
}

std::int64_t smallest_significant(const BernoulliSum& sum, double log_p, bool exact) {
  const auto search = [&](const auto& log_tail) {
    std::int64_t low = 0;  // not significant
    std::int64_t high = sum.largest() + 1;
    while (high - low > 1) {
      const std::int64_t middle = low + (high - low) / 2;
      (log_tail(middle) <= log_p ? high : low) = middle;
    }
    return high;
  };
  const std::int64_t by_chernoff = search([&](std::int64_t t) { return sum.log_chernoff(t); });
  // At the largest value Chernoff's bound is exact already.
  if (!exact || by_chernoff > sum.largest()) return by_chernoff;
  // The exact threshold lies a little below Chernoff's, within reach of one convolution centred there.
  const ExactTail tail(sum, std::min(by_chernoff, sum.largest() - 1));
  return std::min(by_chernoff, search([&](std::int64_t t) { return tail.log_tail(t); }));
}

}  // namespace barium::base
