#include "page/shift.h"

#include <cmath>
#include <cstdio>

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

}  // namespace

ExactShift exact_shift(const ShowOperator& show, base::Vec2 along, double wanted_pt) {
  const double pen_per_unit = dot(show.pen_per_unit, along);  // pt along the baseline for a number of -1
  const bool by_e = std::abs(show.text_per_unit.x) >= std::abs(show.text_per_unit.y);
  const double text_per_unit = by_e ? show.text_per_unit.x : show.text_per_unit.y;
  if (!(std::abs(pen_per_unit) > 1e-9) || !(std::abs(text_per_unit) > 1e-12)) return {};
  const double translation = by_e ? show.text_matrix[4] : show.text_matrix[5];
  const double grid = grid_for(translation);
  const double wanted_text = wanted_pt * text_per_unit / pen_per_unit;
  double text_shift = std::round(wanted_text / grid) * grid;
  // A user space so large that the grid is coarser than a third of the wish: take the wish as it is.
  if (std::abs(text_shift - wanted_text) > std::abs(wanted_text) / 3) text_shift = wanted_text;
  const double units = text_shift / text_per_unit;  // a number of -units moves along `along`
  char digits[48];
  // PDF knows no exponents. 9 significant digits: |units| is between 1e-3 and 1e7 here.
  const int before = std::max(1, static_cast<int>(std::floor(std::log10(std::abs(units)))) + 1);
  if (!(std::abs(units) > 1e-4) || before > 8) return {};
  std::snprintf(digits, sizeof digits, "%.*f", 9 - before, std::abs(units));
  std::string number = digits;
  if (number.find('.') != std::string::npos) {
    while (number.back() == '0') number.pop_back();
    if (number.back() == '.') number.pop_back();
  }
  const bool positive = units > 0;
  return {.number = positive ? number : "-" + number,
          .negated = positive ? "-" + number : number,
          .shift_pt = text_shift * pen_per_unit / text_per_unit};
}

}  // namespace barium::page
