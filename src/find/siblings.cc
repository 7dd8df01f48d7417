#include "find/siblings.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <utility>

namespace barium::find {
namespace {

using base::Vec2;

// One word rendered at two places differs in up to this many of its 32 signs, and in its size by the pixels'
// share.
constexpr int kSameLook = 5;
constexpr double kSameSize = 0.12;
// Frames of one word at two places are this alike, and lines are further apart.
constexpr double kCellPt = 2;
constexpr double kApartPt = 6;

bool same_size(const PagePoint& a, const PagePoint& b) {
  return std::abs(norm(a.frame.along) / norm(b.frame.along) - 1) < kSameSize &&
         std::abs(norm(a.frame.across) / norm(b.frame.across) - 1) < kSameSize;
}

using Cell = std::pair<int, int>;
struct Pairs {
  Vec2 sum;
  int count = 0;
};

std::map<Cell, Pairs> pairs_by_shift(std::span<const PagePoint> page, std::span<const PagePoint> other) {
  std::map<Cell, Pairs> cells;
  for (const PagePoint& a : page) {
    for (const PagePoint& b : other) {
      if (std::popcount(a.look ^ b.look) > kSameLook || !same_size(a, b)) continue;
      const Vec2 by = b.frame.centre - a.frame.centre;
      Pairs& cell =
          cells[{static_cast<int>(std::floor(by.x / kCellPt)), static_cast<int>(std::floor(by.y / kCellPt))}];
      cell.sum = cell.sum + by;
      ++cell.count;
    }
  }
  return cells;
}

// A cell's pairs with those of its neighbours: a shift near a border lies in several.
Shift shift_at(const std::map<Cell, Pairs>& cells, Cell at) {
  Pairs all;
  for (int dy = -1; dy <= 1; ++dy) {
    for (int dx = -1; dx <= 1; ++dx) {
      const auto cell = cells.find({at.first + dx, at.second + dy});
      if (cell == cells.end()) continue;
      all.sum = all.sum + cell->second.sum;
      all.count += cell->second.count;
    }
  }
  return {all.sum * (1.0 / all.count), all.count};
}

}  // namespace

std::vector<Shift> shifts_between(std::span<const PagePoint> page, std::span<const PagePoint> other,
                                  int least) {
  const auto cells = pairs_by_shift(page, other);
  std::vector<Shift> all;
  for (const auto& [cell, pairs] : cells) {
    const Shift shift = shift_at(cells, cell);
    if (shift.votes >= least) all.push_back(shift);
  }
  std::stable_sort(all.begin(), all.end(), [](const Shift& a, const Shift& b) { return a.votes > b.votes; });
  std::vector<Shift> peaks;
  for (const Shift& shift : all) {
    const bool near = std::any_of(peaks.begin(), peaks.end(),
                                  [&](const Shift& p) { return norm(p.by - shift.by) < kApartPt; });
    if (!near) peaks.push_back(shift);
  }
  return peaks;
}

}  // namespace barium::find
