#include "find/look.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "image/sample.h"

namespace barium::find {
namespace {

// The frame is looked at from -kReach to +kReach standard deviations: a uniform bar ends at 1.73; ascenders
// and descenders need more room than the ends of a word.
constexpr double kReachAlong = 2.0;
constexpr double kReachAcross = 2.6;
constexpr int kColumns = 24;
constexpr int kRows = 6;

// Half periods along and across. None is constant along the word: that profile is the typeface's, not the
// word's. Low orders survive blur.
struct Order {
  int along, across;
};
constexpr std::array<Order, kLookSize> orders() {
  std::array<Order, kLookSize> result{};
  int next = 0;
  constexpr std::array<int, 4> kHighestAlong{11, 9, 7, 5};
  for (int across = 0; across < 4; ++across)
    for (int along = 1; along <= kHighestAlong[static_cast<std::size_t>(across)]; ++along)
      result[static_cast<std::size_t>(next++)] = {along, across};
  return result;
}
constexpr auto kOrders = orders();

template <int Count>
std::array<std::array<float, Count>, Count> cosines() {
  std::array<std::array<float, Count>, Count> table{};
  for (int order = 0; order < Count; ++order)
    for (int i = 0; i < Count; ++i)
      table[order][i] = static_cast<float>(std::cos(std::numbers::pi * order * (i + 0.5) / Count));
  return table;
}

using Cells = std::array<std::array<float, kColumns>, kRows>;

// Mean ink of each cell; samples lie about 1.5 px apart.
Cells ink_in_cells(const image::GrayImage& ink, const Frame& frame) {
  const double wide = 2 * kReachAlong * norm(frame.along) / kColumns;
  const double high = 2 * kReachAcross * norm(frame.across) / kRows;
  const int nx = std::clamp(static_cast<int>(std::lround(wide / 1.5)), 1, 4);
  const int ny = std::clamp(static_cast<int>(std::lround(high / 1.5)), 1, 4);
  Cells cells{};
  for (int row = 0; row < kRows * ny; ++row) {
    const double b = kReachAcross * (2 * (row + 0.5) / (kRows * ny) - 1);
    for (int column = 0; column < kColumns * nx; ++column) {
      const double a = kReachAlong * (2 * (column + 0.5) / (kColumns * nx) - 1);
      cells[row / ny][column / nx] += image::sample_bilinear(ink.view(), frame.at(a, b));
    }
  }
  return cells;
}

}  // namespace

Look look_of(const image::GrayImage& ink, const Frame& frame) {
  static const auto kAlong = cosines<kColumns>();
  static const auto kAcross = cosines<kRows>();
  const Cells cells = ink_in_cells(ink, frame);
  Look look{};
  float energy = 0;
  for (int k = 0; k < kLookSize; ++k) {
    float sum = 0;
    for (int row = 0; row < kRows; ++row) {
      float along = 0;
      for (int column = 0; column < kColumns; ++column)
        along += kAlong[kOrders[k].along][column] * cells[row][column];
      sum += kAcross[kOrders[k].across][row] * along;
    }
    look[k] = sum;
    energy += sum * sum;
  }
  const float scale = energy > 0 ? 1 / std::sqrt(energy) : 0;
  for (auto& value : look) value *= scale;
  return look;
}

Look reversed(const Look& look) {
  Look result = look;
  for (int k = 0; k < kLookSize; ++k)
    if ((kOrders[k].along + kOrders[k].across) % 2 != 0) result[k] = -result[k];
  return result;
}

std::uint32_t sign_bits(const Look& look) {
  std::uint32_t bits = 0;
  for (int k = 0; k < kLookSize; ++k)
    if (look[k] > 0) bits |= 1u << k;
  return bits;
}

}  // namespace barium::find
