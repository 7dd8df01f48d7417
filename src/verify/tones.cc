#include "verify/tones.h"

#include <algorithm>
#include <vector>

namespace barium::verify {
namespace {

// Of a word's samples, sorted: the quantile that is its ink, and that of its ground.
constexpr double kInkQuantile = 0.02, kGroundQuantile = 0.25;

}  // namespace

Tones tones_of(const image::FloatImage& picture, double step_pt, const base::Box& box) {
  const auto index = [&](double pt, int size) {
    return std::clamp(static_cast<int>(pt / step_pt), 0, size - 1);
  };
  std::vector<float> all;
  for (int y = index(box.y0, picture.height()); y <= index(box.y1, picture.height()); ++y)
    for (int x = index(box.x0, picture.width()); x <= index(box.x1, picture.width()); ++x)
      all.push_back(picture.at(x, y));
  std::ranges::sort(all);
  const auto at = [&](double q) {
    return all[static_cast<std::size_t>(q * static_cast<double>(all.size() - 1))];
  };
  const bool dark_ink = at(0.5) - at(kInkQuantile) > at(1 - kInkQuantile) - at(0.5);
  const float ground = dark_ink ? at(1 - kGroundQuantile) : at(kGroundQuantile);
  return {ground, (dark_ink ? at(kInkQuantile) : at(1 - kInkQuantile)) - ground};
}

}  // namespace barium::verify
