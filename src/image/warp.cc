#include "image/warp.h"

#include <array>

#include "base/error.h"

namespace barium::image {
namespace {

using base::Box;
using base::Vec2;

constexpr int kMaxDegree = 32;  // bounds the tables on the stack; fits use about 6
using Chebyshev = std::array<double, kMaxDegree + 1>;

double scaled(double value, double low, double high) {
  return high > low ? std::clamp((2 * value - low - high) / (high - low), -1.0, 1.0) : 0.0;
}

// T_0 = 1, T_1 = u, T_{n+1} = 2 u T_n - T_{n-1}.
Chebyshev chebyshev(double u, int degree) {
  Chebyshev t;
  t[0] = 1;
  if (degree >= 1) t[1] = u;
  for (int n = 1; n < degree; ++n) t[n + 1] = 2 * u * t[n] - t[n - 1];
  return t;
}

}  // namespace

void SmoothField::basis(const Box& domain, int degree, Vec2 p, double* row) {
  base::require(degree <= kMaxDegree, "the degree of a smooth field is at most 32");
  const Chebyshev tu = chebyshev(scaled(p.x, domain.x0, domain.x1), degree);
  const Chebyshev tv = chebyshev(scaled(p.y, domain.y0, domain.y1), degree);
  for (int total = 0; total <= degree; ++total) {
    for (int j = 0; j <= total; ++j) *row++ = tu[total - j] * tv[j];
  }
}

Vec2 SmoothField::at(Vec2 p) const {
  if (degree < 0) return {};
  std::array<double, (kMaxDegree + 1) * (kMaxDegree + 2) / 2> row;
  basis(domain, degree, p, row.data());
  Vec2 sum;
  for (int k = 0; k < coefficients(degree); ++k) {
    sum.x += row[k] * x[k];
    sum.y += row[k] * y[k];
  }
  return sum;
}

Vec2 Warp::operator*(Vec2 p_in_page) const { return homography * (p_in_page + displacement.at(p_in_page)); }

Vec2 Warp::inverse(Vec2 p_in_photo) const {
  const auto page_from_photo = homography.inverse();
  base::require(page_from_photo.has_value(), "the homography of a warp is invertible");
  const Vec2 flat = *page_from_photo * p_in_photo;  // = p + displacement(p)
  constexpr int kMaxSteps = 60;                     // a slope of 0.7 still converges to 1e-9
  constexpr double kSettled = 1e-9;                 // page units
  Vec2 p = flat;
  for (int step = 0; step < kMaxSteps; ++step) {
    const Vec2 next = flat - displacement.at(p);
    const double moved = norm(next - p);
    p = next;
    if (moved < kSettled) break;
  }
  return p;
}

}  // namespace barium::image
