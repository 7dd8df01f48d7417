#include "page/shift.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <string_view>

namespace barium::page {
namespace {

// Of the translation's numbers below 2^13 = 8192, single precision keeps 2^-11 (24 bits): a displacement that
// is a multiple of twice that is added and taken away without rounding, wherever on the page the word stands.
constexpr double kPageLimit = 8192;
constexpr double kPageGrid = 1.0 / 1024;

// Text whose translation passes 8192 (user spaces of a hundredth of a point) has a coarser grid.
double grid_for(double translation) {
  double grid = kPageGrid;
  for (double limit = kPageLimit; std::abs(translation) >= limit / 2 && limit < 1e9; limit *= 2) grid *= 2;
  return grid;
}

// Multiples of the grid that are tried on each side of the nearest: 0.008 pt, for text in points.
constexpr int kNearbyMultiples = 8;
// PDF knows no exponents. Significant digits for single precision, and those that a double can need.
constexpr int kDigits = 9, kMostDigits = 17;
// Of the last of kMostDigits digits: doubles near 25 lie 4 of them apart.
constexpr int kNudges = 12;

// A decimal's value as poppler sums it up, digit after digit, each with its rounding.
double summed(std::string_view decimal) {
  const bool negative = decimal.starts_with('-');
  double value = 0, scale = 0;
  for (const char c : decimal) {
    if (c == '.') scale = 0.1;
    if (c < '0' || c > '9') continue;
    value = scale == 0 ? 10 * value + (c - '0') : value + scale * (c - '0');
    if (scale != 0) scale *= 0.1;
  }
  return negative ? -value : value;
}

// The number that stood in the file is the shortest that reads as this double.
double as_poppler_reads(double value) {
  const std::string shortest = fmt::format("{}", value);
  return shortest.find('e') == std::string::npos ? summed(shortest) : value;
}

// What a TJ number adds to the pen in double precision: poppler 22.12 multiplies in this order.
class DoublePen {
 public:
  DoublePen(const ShowOperator& show, bool by_e)
      : size_(as_poppler_reads(show.font_size)),
        scale_(show.vertical ? 1 : as_poppler_reads(std::round(show.horizontal_scale * 1e10) / 1e8) * 0.01),
        factor_(as_poppler_reads(show.text_matrix[(show.vertical ? 2u : 0u) + (by_e ? 0u : 1u)])) {}
  double shift(std::string_view number) const { return factor_ * (summed(number) * 0.001 * size_ * scale_); }

 private:
  double size_, scale_, factor_;
};

std::string decimal(double value, int digits) {
  const int before = std::max(1, static_cast<int>(std::floor(std::log10(value))) + 1);
  std::string number = fmt::format("{:.{}f}", value, std::max(0, digits - before));
  if (number.find('.') == std::string::npos) return number;
  number.erase(number.find_last_not_of('0') + 1);
  if (number.back() == '.') number.pop_back();
  return number;
}

// A number near units that moves the pen by just that much; empty where there is none.
std::string exact_number(double units, double text_shift, const DoublePen& pen) {
  const auto fits = [&](const std::string& number) {
    return std::abs(pen.shift(number)) == std::abs(text_shift);
  };
  for (int digits = kDigits; digits < kMostDigits; ++digits)
    if (std::string number = decimal(units, digits); fits(number)) return number;
  const double last_digit = std::pow(10, std::floor(std::log10(units)) + 1 - kMostDigits);
  for (int nudge = 0; nudge <= kNudges; ++nudge)
    for (const int way : {1, -1})
      if (std::string number = decimal(units + way * nudge * last_digit, kMostDigits); fits(number))
        return number;
  return {};
}

struct FoundShift {
  std::string number;  // of |units|
  double text_shift = 0;
};

// The multiple of the grid nearest the wish that a number reaches exactly in both precisions; the nearest, in
// single precision alone, where none does.
FoundShift find_shift(double wanted_text, double grid, double text_per_unit, const DoublePen& pen) {
  const double nearest = std::round(wanted_text / grid);
  for (int i = 0; i <= 2 * kNearbyMultiples; ++i) {
    const double text_shift = (nearest + (i % 2 == 0 ? i / 2 : -(i + 1) / 2)) * grid;
    if (std::abs(text_shift - wanted_text) > std::abs(wanted_text) / 16 + grid / 2) continue;
    std::string number = exact_number(std::abs(text_shift / text_per_unit), text_shift, pen);
    if (!number.empty()) return {std::move(number), text_shift};
  }
  return {decimal(std::abs(nearest * grid / text_per_unit), kDigits), nearest * grid};
}

}  // namespace

ExactShift exact_shift(const ShowOperator& show, base::Vec2 along, double wanted_pt, ShiftNumbers numbers) {
  const double pen_per_unit = dot(show.pen_per_unit, along);  // pt along the baseline for a number of -1
  const bool by_e = std::abs(show.text_per_unit.x) >= std::abs(show.text_per_unit.y);
  const double text_per_unit = by_e ? show.text_per_unit.x : show.text_per_unit.y;
  if (!(std::abs(pen_per_unit) > 1e-9) || !(std::abs(text_per_unit) > 1e-12)) return {};
  const double grid = grid_for(by_e ? show.text_matrix[4] : show.text_matrix[5]);
  const double wanted_text = wanted_pt * text_per_unit / pen_per_unit;
  const double wanted_units = wanted_text / text_per_unit;  // a number of -units moves along `along`
  if (!(std::abs(wanted_units) > 2e-4) || std::abs(wanted_units) > 5e7) return {};
  const double on_grid = std::round(wanted_text / grid) * grid;
  // A user space so large that the grid is coarser than a third of the wish: take the wish as it is.
  const FoundShift found = std::abs(on_grid - wanted_text) > std::abs(wanted_text) / 3
                               ? FoundShift{decimal(std::abs(wanted_units), kDigits), wanted_text}
                           : numbers == ShiftNumbers::kShort
                               ? FoundShift{decimal(std::abs(on_grid / text_per_unit), kDigits), on_grid}
                               : find_shift(wanted_text, grid, text_per_unit, DoublePen(show, by_e));
  const bool positive = wanted_units > 0;
  return {.number = positive ? found.number : "-" + found.number,
          .negated = positive ? "-" + found.number : found.number,
          .shift_pt = found.text_shift * pen_per_unit / text_per_unit};
}

}  // namespace barium::page
