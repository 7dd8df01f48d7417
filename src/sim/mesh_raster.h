#pragma once

// The pixels that a mesh covers in the picture, each with the page point that it shows.

#include <algorithm>
#include <array>
#include <cmath>

#include "base/geometry.h"
#include "sim/surface.h"

namespace barium::sim {

namespace mesh_raster {

using base::Vec2;

struct Triangle {
  std::array<Vec2, 3> photo, page;
  std::array<float, 3> shade;
};

template <class Paint>
void rasterize(const Triangle& t, int width, int height, Paint&& paint) {
  const Vec2 e1 = t.photo[1] - t.photo[0], e2 = t.photo[2] - t.photo[0];
  const double area = base::cross(e1, e2);
  if (area == 0) return;
  const auto [low_x, high_x] = std::minmax({t.photo[0].x, t.photo[1].x, t.photo[2].x});
  const auto [low_y, high_y] = std::minmax({t.photo[0].y, t.photo[1].y, t.photo[2].y});
  const int x0 = std::max(0, static_cast<int>(std::ceil(low_x - 0.5)));
  const int x1 = std::min(width - 1, static_cast<int>(std::floor(high_x - 0.5)));
  const int y0 = std::max(0, static_cast<int>(std::ceil(low_y - 0.5)));
  const int y1 = std::min(height - 1, static_cast<int>(std::floor(high_y - 0.5)));
  const Vec2 f1 = t.page[1] - t.page[0], f2 = t.page[2] - t.page[0];
  const Vec2 per_x = f1 * (e2.y / area) - f2 * (e1.y / area), per_y = f2 * (e1.x / area) - f1 * (e2.x / area);
  for (int y = y0; y <= y1; ++y) {
    for (int x = x0; x <= x1; ++x) {
      const Vec2 d = Vec2{x + 0.5, y + 0.5} - t.photo[0];
      const double u = base::cross(d, e2) / area, v = base::cross(e1, d) / area;
      if (u < 0 || v < 0 || u + v > 1) continue;
      const float shade =
          static_cast<float>(t.shade[0] + u * (t.shade[1] - t.shade[0]) + v * (t.shade[2] - t.shade[0]));
      paint(x, y, t.page[0] + f1 * u + f2 * v, per_x, per_y, shade);
    }
  }
}

}  // namespace mesh_raster

// Calls paint(x, y, page point at the pixel's centre, page change a pixel in x and in y, shade) for each
// pixel of width x height whose centre the mesh covers.
template <class Paint>
void rasterize(const PageMesh& mesh, int width, int height, Paint&& paint) {
  using mesh_raster::Triangle;
  const auto corner = [&](Triangle& t, std::size_t i, int column, int row) {
    t.photo[i] = mesh.photo_point(column, row);
    t.page[i] = mesh.page_point(column, row);
    t.shade[i] = mesh.shade(column, row);
  };
  for (int row = 0; row < mesh.rows(); ++row) {
    for (int column = 0; column < mesh.columns(); ++column) {
      Triangle above, below;
      corner(above, 0, column, row), corner(above, 1, column + 1, row), corner(above, 2, column + 1, row + 1);
      corner(below, 0, column, row), corner(below, 1, column + 1, row + 1), corner(below, 2, column, row + 1);
      mesh_raster::rasterize(above, width, height, paint);
      mesh_raster::rasterize(below, width, height, paint);
    }
  }
}

}  // namespace barium::sim
