#include "mark/reading.h"

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
    reading.bits.push_back({static_cast<std::uint32_t>(i), seen.dx_pt, seen.sigma_pt,
                            log_likelihood(seen.dx_pt, carrier.shift_pt, seen.sigma_pt, options) -
                                log_likelihood(seen.dx_pt, -carrier.shift_pt, seen.sigma_pt, options)});
  }
  return reading;
}

}  // namespace barium::mark
