#include "align/affine_beside.h"

#include <Eigen/Dense>
#include <cmath>

namespace barium::align {

AffineBeside::AffineBeside(base::Vec2 at, double range_pt, double prior_pt2)
    : at_(at), range2_(range_pt * range_pt), prior_(prior_pt2) {}

void AffineBeside::add(base::Vec2 p_in_page, base::Vec2 displacement, double weight) {
  const base::Vec2 apart = p_in_page - at_;
  const double exponent = 0.5 * base::dot(apart, apart) / range2_;
  if (exponent > 20) return;
  const double w = weight * std::exp(-exponent);
  weight_ += w;
  x_ += w * apart.x;
  y_ += w * apart.y;
  xx_ += w * apart.x * apart.x;
  xy_ += w * apart.x * apart.y;
  yy_ += w * apart.y * apart.y;
  d_ = d_ + w * displacement;
  dx_ = dx_ + (w * apart.x) * displacement;
  dy_ = dy_ + (w * apart.y) * displacement;
}

AffineBeside::Affine AffineBeside::solve() const {
  Eigen::Matrix3d normal;
  normal << weight_ + 1e-9, x_, y_, x_, xx_ + prior_, xy_, y_, xy_, yy_ + prior_;
  Eigen::Matrix<double, 3, 2> right;
  right << d_.x, d_.y, dx_.x, dx_.y, dy_.x, dy_.y;
  const Eigen::Matrix<double, 3, 2> affine = normal.ldlt().solve(right);
  return {at_, {affine(0, 0), affine(0, 1)}, {affine(1, 0), affine(1, 1)}, {affine(2, 0), affine(2, 1)}};
}

image::Warp AffineBeside::Affine::warp(const image::Warp& photo_from_page, const base::Box& domain) const {
  image::Warp warp{photo_from_page.homography, {domain, 1, {}, {}}};
  const base::Vec2 half{domain.width() / 2, domain.height() / 2}, middle = (*this)(domain.centre());
  warp.displacement.x = {middle.x, per_x.x * half.x, per_y.x * half.y};
  warp.displacement.y = {middle.y, per_x.y * half.x, per_y.y * half.y};
  return warp;
}

}  // namespace barium::align
