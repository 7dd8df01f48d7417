#include "verify/regions.h"

#include <vector>

#include "base/disjoint_sets.h"

namespace barium::verify {
Regions connected_regions(const image::Image<std::uint8_t>& mask) {
  Regions regions{image::Image<std::uint32_t>(mask.width(), mask.height())};
  base::DisjointSets sets(1);
  for (int y = 0; y < mask.height(); ++y)
    for (int x = 0; x < mask.width(); ++x) {
      if (mask.at(x, y) == 0) continue;
      std::uint32_t own = 0;
      const auto join = [&](int u, int v) {
        if (u < 0 || v < 0 || u >= mask.width() || regions.number.at(u, v) == 0) return;
        if (own == 0)
          own = regions.number.at(u, v);
        else
          sets.join(own, regions.number.at(u, v));
      };
      join(x - 1, y), join(x - 1, y - 1), join(x, y - 1), join(x + 1, y - 1);
      regions.number.at(x, y) = own == 0 ? sets.add() : own;
    }
  std::vector<std::uint32_t> number;
  for (std::uint32_t& label : regions.number.pixels()) {
    if (label == 0) continue;
    const std::uint32_t root = sets.root(label);
    if (number.size() <= root) number.resize(root + 1, 0);
    if (number[root] == 0) number[root] = ++regions.count;
    label = number[root];
  }
  return regions;
}

}  // namespace barium::verify
