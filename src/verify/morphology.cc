#include "verify/morphology.h"

#include <algorithm>
#include <vector>

#include "base/disjoint_sets.h"

namespace barium::verify {
namespace {

void take(Extreme extreme, const float* from, float* to, int count) {
  for (int i = 0; i < count; ++i)
    to[i] = extreme == Extreme::kLightest ? std::max(to[i], from[i]) : std::min(to[i], from[i]);
}

}  // namespace

image::FloatImage extremes(const image::FloatImage& picture, int radius, Extreme extreme) {
  const int w = picture.width(), h = picture.height();
  image::FloatImage along = picture;
  for (int y = 0; y < h; ++y)
    for (int k = 1; k <= std::min(radius, w - 1); ++k) {
      take(extreme, picture.row(y) + k, along.row(y), w - k);
      take(extreme, picture.row(y), along.row(y) + k, w - k);
    }
  image::FloatImage out = along;
  for (int y = 0; y < h; ++y)
    for (int k = std::max(0, y - radius); k <= std::min(h - 1, y + radius); ++k)
      take(extreme, along.row(k), out.row(y), w);
  return out;
}

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
