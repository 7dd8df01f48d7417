#pragma once

// Sheets of paper in space, and the lens that looks at them: where each page point lands on the sensor, as a
// mesh fine enough that linear pieces are exact to a hundredth of a pixel.

#include <vector>

#include "base/geometry.h"
#include "base/rng.h"
#include "sim/camera.h"

namespace barium::sim {

// A regular grid of page points and where they are in the picture. This is the truth that benches compare
// with.
class PageMesh {
 public:
  // Vertices every page_width / columns and page_height / rows, boundary included.
  PageMesh(double page_width_pt, double page_height_pt, int columns, int rows);

  int columns() const { return columns_; }
  int rows() const { return rows_; }
  base::Vec2 page_point(int column, int row) const;
  base::Vec2& photo_point(int column, int row) { return photo_[index(column, row)]; }
  const base::Vec2& photo_point(int column, int row) const { return photo_[index(column, row)]; }
  float& shade(int column, int row) { return shade_[index(column, row)]; }
  float shade(int column, int row) const { return shade_[index(column, row)]; }

  // p_in_photo = photo_from_page * p_in_page, linear in each of a cell's two triangles.
  base::Vec2 operator*(base::Vec2 p_in_page) const;
  // Every photo point p becomes scale * p + shift.
  void rescale(double scale_x, double scale_y, base::Vec2 shift);

 private:
  std::size_t index(int column, int row) const {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_ + 1) +
           static_cast<std::size_t>(column);
  }

  double width_, height_;
  int columns_, rows_;
  std::vector<base::Vec2> photo_;
  std::vector<float> shade_;  // light by the paper's slope, 1 on flat paper
};

struct Framing {
  PageMesh mesh;
  int width_px = 0, height_px = 0;  // of the sensor
};

// Draws paper and pose, and frames the page.
Framing frame_page(double page_width_pt, double page_height_pt, const Camera& camera, base::Rng& rng);

}  // namespace barium::sim
