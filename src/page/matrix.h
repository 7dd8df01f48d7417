#pragma once

// The transforms of ISO 32000-1:2008, 8.3.3: p' = p * M with M = [a b 0; c d 0; e f 1], so that in a product
// A * B the matrix A comes first.

#include <array>

#include "base/geometry.h"

namespace barium::page {

struct Matrix {
  double a = 1, b = 0, c = 0, d = 1, e = 0, f = 0;

  friend Matrix operator*(const Matrix& m, const Matrix& n) {
    return {m.a * n.a + m.b * n.c, m.a * n.b + m.b * n.d,       m.c * n.a + m.d * n.c,
            m.c * n.b + m.d * n.d, m.e * n.a + m.f * n.c + n.e, m.e * n.b + m.f * n.d + n.f};
  }
  base::Vec2 point(double x, double y) const { return {a * x + c * y + e, b * x + d * y + f}; }
  base::Vec2 vector(double x, double y) const { return {a * x + c * y, b * x + d * y}; }
  std::array<double, 6> values() const { return {a, b, c, d, e, f}; }
};

}  // namespace barium::page
