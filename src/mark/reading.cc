#include "mark/reading.h"

#include <array>
#include <cmath>

#include "base/error.h"

namespace barium::mark {
namespace {

// ln of (1 - e) N(x; mean, sigma) + e / (2 range), without underflow of the first term.
double log_likelihood(double x, double mean, double sigma, const ReadMarksOptions& options) {
  const double z = (x - mean) / sigma;
  const double inside =
      std::log1p(-options.outlier_rate) - 0.5 * z * z - std::log(sigma * std::sqrt(2 * M_PI));
  const double outside = std::log(options.outlier_rate / (2 * options.outlier_range_pt));
  const double larger = std::max(inside, outside);
  return larger + std::log1p(std::exp(std::min(inside, outside) - larger));
}

// Deviations of a scatter that is tried, points. The last is wider than any that leaves a text readable.
constexpr std::array<double, 10> kExcesses = {0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8};
// A scatter is believed from here on, in nats over the whole reading: without any, the likelihood rises by so
// much once in e^10 readings (Wilks: half a chi-squared variable of one degree).
constexpr double kLeastGain = 10;

// ln of the probability of all that was seen, each sign equally likely.
double log_likelihood_of_all(const std::vector<SoftBit>& bits, const page::PageModel& page, double excess,
                             const ReadMarksOptions& options) {
  double sum = 0;
  for (const SoftBit& bit : bits) {
    const double shift = page.carriers[bit.carrier].shift_pt;
    const double sigma = std::hypot(bit.sigma_pt, excess);
    const double plus = log_likelihood(bit.displacement_pt, shift, sigma, options);
    const double minus = log_likelihood(bit.displacement_pt, -shift, sigma, options);
    const double larger = std::max(plus, minus);
    sum += larger + std::log1p(std::exp(std::min(plus, minus) - larger));
  }
  return sum;
}

double likeliest_excess(const std::vector<SoftBit>& bits, const page::PageModel& page,
                        const ReadMarksOptions& options) {
  double best = 0;
  double largest = log_likelihood_of_all(bits, page, 0, options) + kLeastGain;
  for (const double excess : kExcesses) {
    const double likelihood = log_likelihood_of_all(bits, page, excess, options);
    if (likelihood <= largest) continue;
    largest = likelihood;
    best = excess;
  }
  return best;
}

}  // namespace

void ReadMarksOptions::check() const {
  base::require(outlier_rate > 0 && outlier_rate < 1, "the share of outliers is between 0 and 1");
  base::require(outlier_range_pt > 0, "outliers have a range");
}

Reading read_marks(const page::PageModel& page, std::span<const page::WordMeasurement> words,
                   const ReadMarksOptions& options) {
  options.check();
  base::require(words.size() == page.words.size(), "one measurement for each word of the page");
  Reading reading;
  for (std::size_t i = 0; i < page.carriers.size(); ++i) {
    const page::Carrier& carrier = page.carriers[i];
    const page::WordMeasurement& seen = words[carrier.word];
    if (!seen.placed || !(seen.sigma_pt > 0) || std::abs(seen.dx_pt) > options.outlier_range_pt) continue;
    reading.bits.push_back({static_cast<std::uint32_t>(i), seen.dx_pt, seen.sigma_pt, 0});
  }
  reading.excess_pt = likeliest_excess(reading.bits, page, options);
  for (SoftBit& bit : reading.bits) {
    const double shift = page.carriers[bit.carrier].shift_pt;
    bit.sigma_pt = std::hypot(bit.sigma_pt, reading.excess_pt);
    bit.llr = log_likelihood(bit.displacement_pt, shift, bit.sigma_pt, options) -
              log_likelihood(bit.displacement_pt, -shift, bit.sigma_pt, options);
  }
  return reading;
}

}  // namespace barium::mark
