#include "trace/forecast.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "base/error.h"
#include "trace/accomplices.h"
#include "trace/score.h"

namespace barium::trace {

namespace {

// How often each BiasClass occurs.
constexpr std::array<double, 3> kBiasLaw = {1.0 / 3, 1.0 / 3, 1.0 / 3};

constexpr double kPageCarriers = 300;  // chosen: an ordinary page of text

// A reading's soft bit when the truth is +1, on a grid fine enough for two digits of the moments.
struct SoftBitPoint {
  double llr;
  double probability;
};

// Z = theta w a - ln E_innocent e^{theta w a}, summed over carriers, is a lower bound on -ln p (Chernoff at
// theta); a is 1 where the copy agrees with the reading. Moments of one carrier's Z for a guilty copy.
struct Moments {
  double mean = 0;
  double square = 0;
  double product = 0;    // of two colluders' Z
  double curvature = 0;  // variance of theta w a under the tilted law: Bahadur and Rao's prefactor
};

double normal_density(double x, double sigma) {
  return std::exp(-0.5 * x * x / (sigma * sigma)) / (sigma * std::sqrt(2 * std::numbers::pi));
}

double llr_of(double displacement_pt, const Channel& channel) {
  const double floor = channel.outlier_rate / (2 * channel.outlier_range_pt);
  const double hit = 1 - channel.outlier_rate;
  const double plus = hit * normal_density(displacement_pt - channel.shift_pt, channel.sigma_pt) + floor;
  const double minus = hit * normal_density(displacement_pt + channel.shift_pt, channel.sigma_pt) + floor;
  return std::clamp(std::log(plus / minus), -kLargestLlr, kLargestLlr);
}

std::vector<SoftBitPoint> soft_bits(const Channel& channel) {
  constexpr int kPoints = 33;  // from -4 to +4 sigma
  std::vector<SoftBitPoint> points;
  double sum = 0;
  for (int i = 0; i < kPoints; ++i) {
    const double z = -4 + 8.0 * i / (kPoints - 1);
    points.push_back({llr_of(channel.shift_pt + z * channel.sigma_pt, channel), std::exp(-0.5 * z * z)});
    sum += points.back().probability;
  }
  for (SoftBitPoint& point : points) point.probability *= (1 - channel.outlier_rate) / sum;
  for (int i = 0; i < kPoints; ++i) {
    const double at = channel.outlier_range_pt * (2.0 * i / (kPoints - 1) - 1);
    points.push_back({llr_of(at, channel), channel.outlier_rate / kPoints});
  }
  return points;
}

// What a carrier is and shows: how often each BiasClass occurs, and the soft bits of a +1.
struct Seen {
  std::array<double, 3> law;
  std::vector<SoftBitPoint> bits;
};

// P(two given colluders have symbols x1, x2, and the pirate shows +1 or -1), at bias p; with one colluder x2
// repeats x1.
double joint(const Strategy& strategy, double p, bool x1, bool x2, bool shown) {
  const auto chance = [&](bool x) { return x ? p : 1 - p; };
  if (strategy.size() == 2) return x1 != x2 ? 0 : chance(x1) * (shown ? strategy[x1] : 1 - strategy[x1]);
  // With both symbols known, the other c - 2 decide: one colluder fewer, and the rule moved up by x2.
  const Strategy rest(strategy.begin() + x2, strategy.end() - 1 + x2);
  const Shown others = shown_at(rest, p);
  const double plus = x1 ? others.if_plus : others.if_minus;
  return chance(x1) * chance(x2) * (shown ? plus : 1 - plus);
}

void add_carrier(Moments& moments, const Strategy& strategy, const Strategy& believed, double p, double theta,
                 const SoftBitPoint& bit, bool shown) {
  const double llr = shown ? bit.llr : -bit.llr;
  const double signed_w = theta * score_weight(llr, shown_at(believed, p));
  const double w = std::abs(signed_w);
  const double agree = signed_w > 0 ? p : 1 - p;
  const double moment = std::log(agree * std::exp(w) + 1 - agree);
  const double tilted = agree * std::exp(w - moment);
  const auto z_of = [&](bool x) { return (x == (signed_w > 0) ? w : 0) - moment; };
  const double share = bit.probability;
  for (const bool x1 : {false, true})
    for (const bool x2 : {false, true}) {
      const double probability = share * joint(strategy, p, x1, x2, shown);
      moments.mean += probability * z_of(x1);
      moments.square += probability * z_of(x1) * z_of(x1);
      moments.product += probability * z_of(x1) * z_of(x2);
      moments.curvature += probability * w * w * tilted * (1 - tilted);
    }
}

Moments moments_of(const Strategy& strategy, const Strategy& believed, double theta, const Seen& seen) {
  Moments moments;
  for (std::size_t b = 0; b < seen.law.size(); ++b)
    for (SoftBitPoint bit : seen.bits) {
      bit.probability *= seen.law[b];
      for (const bool shown : {false, true})
        add_carrier(moments, strategy, believed, code::kBiasOf[b], theta, bit, shown);
    }
  return moments;
}

// What is left of a rule to one colluder, where `plus` of all the others have +1.
Strategy given_others(const Strategy& strategy, int plus) {
  return {strategy.begin() + plus, strategy.begin() + plus + 2};
}

// Of a colluder in the light of all the others.
Moments moments_given_others(const Strategy& strategy, const Strategy& believed, double theta,
                             const Seen& seen) {
  const int others = static_cast<int>(strategy.size()) - 2;
  Moments moments;
  for (std::size_t b = 0; b < seen.law.size(); ++b)
    for (int plus = 0; plus <= others; ++plus)
      for (SoftBitPoint bit : seen.bits) {
        bit.probability *= seen.law[b] * binomial(others, plus, code::kBiasOf[b]);
        for (const bool shown : {false, true})
          add_carrier(moments, given_others(strategy, plus), given_others(believed, plus), code::kBiasOf[b],
                      theta, bit, shown);
      }
  return moments;
}

// What trace would take the strategy for with all the others known, from a page's worth of carriers for each.
Strategy believed_given_others(const Strategy& strategy, const Seen& seen) {
  const int others = static_cast<int>(strategy.size()) - 2;
  std::vector<Observation> observations;
  for (std::size_t b = 0; b < seen.law.size(); ++b)
    for (int plus = 0; plus <= others; ++plus) {
      const double p = code::kBiasOf[b];
      const double any = shown_at(strategy, p, {others, plus}).any;
      for (const SoftBitPoint& bit : seen.bits) {
        const double count =
            kPageCarriers * (others + 1) * seen.law[b] * binomial(others, plus, p) * bit.probability;
        observations.push_back({p, std::exp(bit.llr), count * any, {others, plus}});
        observations.push_back({p, std::exp(-bit.llr), count * (1 - any), {others, plus}});
      }
    }
  return estimate_strategy(observations, others + 1);
}

// What trace would take the strategy for, from a page's worth of carriers for each hypothetical colluder.
Strategy believed_strategy(const Strategy& strategy, int hypothesis, const Seen& seen) {
  std::vector<Observation> observations;
  for (std::size_t b = 0; b < seen.law.size(); ++b) {
    const double p = code::kBiasOf[b];
    const double any = shown_at(strategy, p).any;
    for (const SoftBitPoint& bit : seen.bits) {
      const double count = kPageCarriers * hypothesis * seen.law[b] * bit.probability;
      observations.push_back({p, std::exp(bit.llr), count * any});
      observations.push_back({p, std::exp(-bit.llr), count * (1 - any)});
    }
  }
  return estimate_strategy(observations, hypothesis);
}

// P(at least one of c equally correlated normals exceeds -excess): a common part of variance `common` and an
// own part of variance `own` each. Negative correlation only helps (Slepian), and counts as none.
double power_of_any(double excess, double common, double own, int colluders) {
  constexpr int kPoints = 41;
  double power = 0;
  double sum = 0;
  for (int i = 0; i < kPoints; ++i) {
    const double u = -5 + 10.0 * i / (kPoints - 1);
    const double weight = std::exp(-0.5 * u * u);
    const double z = (excess + std::sqrt(common) * u) / std::sqrt(own);
    const double missed = 0.5 * std::erfc(z / std::numbers::sqrt2);
    power += weight * (1 - std::pow(missed, colluders));
    sum += weight;
  }
  return power / sum;
}

bool is_enough(double carriers, const Moments& m, double needed, double power, int colluders) {
  // Bahadur and Rao: P(S >= t) ~ exp(-n I) / (theta sigma sqrt(2 pi n)).
  const double prefactor = std::max(0.0, 0.5 * std::log(2 * std::numbers::pi * carriers * m.curvature));
  const double excess = carriers * m.mean + prefactor - needed;
  const double variance = carriers * (m.square - m.mean * m.mean);
  const double covariance = colluders == 1 ? 0 : carriers * (m.product - m.mean * m.mean);
  const double common = std::clamp(covariance, 0.0, 0.999 * variance);
  return power_of_any(excess, common, variance - common, colluders) >= power;
}

double smallest_number(const Moments& m, double needed, double power, int colluders) {
  constexpr double kMost = 1e7;
  if (m.mean <= 0 || !is_enough(kMost, m, needed, power, colluders))
    return std::numeric_limits<double>::infinity();
  double low = 1;
  double high = kMost;
  while (high / low > 1.002) {
    const double middle = std::sqrt(low * high);
    (is_enough(middle, m, needed, power, colluders) ? high : low) = middle;
  }
  return high;
}

constexpr double kThetas[] = {0.45, 0.65, 0.85, 1.0, 1.2, 1.5};

// Whether a score has to reach so many nats as they stand, or with the price of its hypothesis.
enum class Price { kNone, kOfHypothesis };

// For a colluder's own score to reach this many nats.
double number_by_own_score(const Strategy& strategy, const Seen& seen, double nats, Price price,
                           double power) {
  const int colluders = static_cast<int>(strategy.size()) - 1;
  double best = std::numeric_limits<double>::infinity();
  for (const Hypothesis& h : kHypotheses) {
    const Strategy believed = believed_strategy(strategy, h.colluders, seen);
    const double needed = price == Price::kNone ? nats : nats - std::log(h.share);
    for (const double theta : kThetas)
      best = std::min(best,
                      smallest_number(moments_of(strategy, believed, theta, seen), needed, power, colluders));
  }
  return best;
}

// In the light of all the others: one of them has to stand out among all copies first, to root a ring. (That
// the others are found from there is taken for granted.)
double number_given_others(const Strategy& strategy, const Seen& seen, double nats, std::uint64_t copies,
                           double power) {
  const std::size_t others = strategy.size() - 2;
  if (others < 1 || others > kLargestRing) return std::numeric_limits<double>::infinity();
  const double nats_of_root = std::log(std::max(1.0, static_cast<double>(copies) / kRoots));
  const double rooted = number_by_own_score(strategy, seen, nats_of_root, Price::kNone, power);
  const Strategy believed = believed_given_others(strategy, seen);
  double best = std::numeric_limits<double>::infinity();
  for (const double theta : kThetas)
    best = std::min(best, smallest_number(moments_given_others(strategy, believed, theta, seen),
                                          nats - log_share_of(0, others, 0), power, 1));
  return std::max(rooted, best);
}

}  // namespace

void Channel::check() const {
  base::require(shift_pt > 0 && sigma_pt > 0, "a channel has a shift and a noise");
  base::require(outlier_rate >= 0 && outlier_rate < 1 && outlier_range_pt > 0, "outliers are a share");
}

void ForecastOptions::check() const {
  channel.check();
  base::require(alpha > 0 && alpha < 1, "alpha is a probability");
}

double carriers_needed(const Strategy& strategy, std::uint64_t copies, double power,
                       const ForecastOptions& options) {
  options.check();
  base::require(strategy.size() >= 2 && copies > 0 && power > 0 && power < 1, "a forecast is of somebody");
  const double nats = std::log(static_cast<double>(copies)) - std::log(options.alpha);
  const Seen seen{kBiasLaw, soft_bits(options.channel)};
  return std::ceil(std::min(number_by_own_score(strategy, seen, nats, Price::kOfHypothesis, power),
                            number_given_others(strategy, seen, nats, copies, power)));
}

std::vector<CarriersNeeded> forecast(std::uint64_t copies, const ForecastOptions& options) {
  std::vector<CarriersNeeded> table;
  for (const int colluders : {1, 2, 3, 5})
    for (const double power : {0.99, 0.5}) {
      CarriersNeeded row{.colluders = colluders, .power = power};
      row.interleaving = carriers_needed(interleaving(colluders), copies, power, options);
      row.worst = row.interleaving;
      for (const Strategy& strategy : fixed_strategies(colluders))
        row.worst = std::max(row.worst, carriers_needed(strategy, copies, power, options));
      table.push_back(row);
    }
  return table;
}

}  // namespace barium::trace
