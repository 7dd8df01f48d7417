#pragma once

// Boxes on a page, found by place.

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/geometry.h"

namespace barium::page {

class Neighbours {
 public:
  // Boxes outside the page, and empty ones, are never found.
  Neighbours(const std::vector<base::Box>& boxes, double width_pt, double height_pt);

  // Calls each(index) for every box that may touch `area`, perhaps more than once.
  template <class Each>
  void visit(const base::Box& area, Each each) const {
    for_each_cell(area, [&](std::size_t cell) {
      for (const std::uint32_t index : cells_[cell]) {
        const base::Box& box = boxes_[index];
        const bool apart = box.x0 > area.x1 || box.x1 < area.x0 || box.y0 > area.y1 || box.y1 < area.y0;
        if (!apart) each(index);
      }
    });
  }

 private:
  static constexpr int kCells = 48;  // a side; a cell of A4 is about a word wide and a line high

  template <class Each>
  void for_each_cell(const base::Box& area, Each each) const {
    const auto cell = [](double at, double size) {
      return std::clamp(static_cast<int>(std::clamp(at / size, 0.0, 1.0) * kCells), 0, kCells - 1);
    };
    if (area.x1 < 0 || area.y1 < 0 || area.x0 > width_pt_ || area.y0 > height_pt_) return;
    for (int y = cell(area.y0, height_pt_); y <= cell(area.y1, height_pt_); ++y) {
      for (int x = cell(area.x0, width_pt_); x <= cell(area.x1, width_pt_); ++x) {
        each(static_cast<std::size_t>(y) * kCells + static_cast<std::size_t>(x));
      }
    }
  }

  double width_pt_, height_pt_;
  std::vector<base::Box> boxes_;
  std::vector<std::vector<std::uint32_t>> cells_;
};

inline Neighbours::Neighbours(const std::vector<base::Box>& boxes, double width_pt, double height_pt)
    : width_pt_(width_pt), height_pt_(height_pt), boxes_(boxes), cells_(kCells * kCells) {
  for (std::uint32_t i = 0; i < boxes.size(); ++i) {
    if (!(boxes[i].width() > 0) || !(boxes[i].height() > 0)) continue;
    for_each_cell(boxes[i], [&](std::size_t cell) { cells_[cell].push_back(i); });
  }
}

}  // namespace barium::page
