#include "find/local_map.h"

#include <algorithm>
#include <cmath>

namespace barium::find {
namespace {

// Weight of "no error" next to matches that weigh at most one each: a lone match far away says little.
constexpr double kPriorWeight = 0.1;

// Too few for the two numbers of perspective.
constexpr std::size_t kLeastForPerspective = 10;

// Weighted affine fit, centred so that the normal equations stay well conditioned.
std::optional<image::Homography> fit_affine(std::span<const Match> matches, std::span<const double> weights) {
  double sum = 0;
  base::Vec2 p, q;
  for (std::size_t i = 0; i < matches.size(); ++i) {
    sum += weights[i];
    p = p + matches[i].in_page * weights[i];
    q = q + matches[i].in_photo * weights[i];
  }
  if (!(sum > 0)) return std::nullopt;
  p = p * (1 / sum), q = q * (1 / sum);
  double xx = 0, xy = 0, yy = 0;
  base::Vec2 qx, qy;
  for (std::size_t i = 0; i < matches.size(); ++i) {
    const base::Vec2 s = matches[i].in_page - p, t = matches[i].in_photo - q;
    xx += weights[i] * s.x * s.x;
    xy += weights[i] * s.x * s.y;
    yy += weights[i] * s.y * s.y;
    qx = qx + t * (weights[i] * s.x);
    qy = qy + t * (weights[i] * s.y);
  }
  const double determinant = xx * yy - xy * xy;
  if (!(determinant > 1e-6 * (xx + yy) * (xx + yy))) return std::nullopt;
  const base::Vec2 by_x = (qx * yy - qy * xy) * (1 / determinant);
  const base::Vec2 by_y = (qy * xx - qx * xy) * (1 / determinant);
  const base::Vec2 at0 = q - by_x * p.x - by_y * p.y;
  return image::Homography{{by_x.x, by_y.x, at0.x, by_x.y, by_y.y, at0.y, 0, 0, 1}};
}

std::optional<image::Homography> fit(std::span<const Match> matches, std::span<const double> weights) {
  const auto used = static_cast<std::size_t>(
      std::count_if(weights.begin(), weights.end(), [](double w) { return w > 0.2; }));
  if (used < 3) return std::nullopt;
  if (used < kLeastForPerspective) return fit_affine(matches, weights);
  std::vector<base::Vec2> source, target;
  for (const Match& m : matches) source.push_back(m.in_page), target.push_back(m.in_photo);
  return image::fit_homography(source, target, weights);
}

}  // namespace

LocalMap::LocalMap(const image::Homography& photo_from_page, std::span<const Match> matches, double reach_pt)
    : homography_(photo_from_page), reach_pt_(reach_pt) {
  for (const Match& m : matches) errors_.push_back({m.in_page, m.in_photo - homography_ * m.in_page});
}

base::Vec2 LocalMap::operator*(base::Vec2 p_in_page) const {
  double sum = kPriorWeight;
  base::Vec2 error;
  for (const Match& m : errors_) {
    const base::Vec2 apart = m.in_page - p_in_page;
    const double distance2 = dot(apart, apart) / (2 * reach_pt_ * reach_pt_);
    if (distance2 > 8) continue;
    const double weight = std::exp(-distance2);
    sum += weight;
    error = error + m.in_photo * weight;
  }
  return homography_ * p_in_page + error * (1 / sum);
}

std::optional<image::Homography> robust_homography(std::span<const Match> matches, double tolerance_px) {
  std::vector<double> weights(matches.size(), 1.0);
  auto map = fit(matches, weights);
  for (int round = 0; round < 8 && map; ++round) {
    // Geman and McClure's weight, its scale shrinking to the tolerance.
    const double scale = tolerance_px * std::max(1.0, 4.0 - round);
    for (std::size_t i = 0; i < matches.size(); ++i) {
      const double ratio = norm(*map * matches[i].in_page - matches[i].in_photo) / scale;
      weights[i] = 1 / ((1 + ratio * ratio) * (1 + ratio * ratio));
    }
    map = fit(matches, weights);
  }
  return map;
}

}  // namespace barium::find
