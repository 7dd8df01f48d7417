#pragma once

// What is typical around a point of a picture: gathered in square cells, answered from a cell and its eight
// neighbours, or from the whole picture where those are empty.

#include <algorithm>
#include <utility>
#include <vector>

#include "base/geometry.h"

namespace barium::find {

// About eight lines of body text at the working size.
inline constexpr int kFieldCellPx = 64;

class CellGrid {
 public:
  CellGrid(int width, int height) : columns_(width / kFieldCellPx + 1), rows_(height / kFieldCellPx + 1) {}
  int columns() const { return columns_; }
  int rows() const { return rows_; }
  std::size_t count() const { return static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_); }
  std::size_t cell(base::Vec2 p) const {
    const int x = std::clamp(static_cast<int>(p.x) / kFieldCellPx, 0, columns_ - 1);
    const int y = std::clamp(static_cast<int>(p.y) / kFieldCellPx, 0, rows_ - 1);
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(columns_) + static_cast<std::size_t>(x);
  }
  // The cell itself and its neighbours inside the grid.
  template <class Body>
  void around(std::size_t cell, Body body) const {
    const int cx = static_cast<int>(cell) % columns_, cy = static_cast<int>(cell) / columns_;
    for (int y = std::max(0, cy - 1); y <= std::min(rows_ - 1, cy + 1); ++y)
      for (int x = std::max(0, cx - 1); x <= std::min(columns_ - 1, cx + 1); ++x)
        body(static_cast<std::size_t>(y) * static_cast<std::size_t>(columns_) + static_cast<std::size_t>(x));
  }

 private:
  int columns_, rows_;
};

// Weighted median of numbers.
class LocalMedian {
 public:
  LocalMedian(int width, int height) : grid_(width, height), samples_(grid_.count()) {}
  void add(base::Vec2 p, double value, double weight) { samples_[grid_.cell(p)].push_back({value, weight}); }
  void finish();
  void clear() { samples_.assign(grid_.count(), {}); }
  double at(base::Vec2 p) const { return medians_[grid_.cell(p)]; }

 private:
  using Sample = std::pair<double, double>;
  CellGrid grid_;
  std::vector<std::vector<Sample>> samples_;
  std::vector<double> medians_;
};

// Sum of vectors, as a unit vector (zero where there are none at all).
class LocalMean {
 public:
  LocalMean(int width, int height) : grid_(width, height), sums_(grid_.count()) {}
  void add(base::Vec2 p, base::Vec2 vector) {
    auto& sum = sums_[grid_.cell(p)];
    sum = sum + vector;
  }
  void finish();
  void clear() { sums_.assign(grid_.count(), {}); }
  base::Vec2 at(base::Vec2 p) const { return means_[grid_.cell(p)]; }

 private:
  CellGrid grid_;
  std::vector<base::Vec2> sums_;
  std::vector<base::Vec2> means_;
};

}  // namespace barium::find
