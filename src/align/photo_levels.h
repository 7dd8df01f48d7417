#pragma once

// A photo at full size and successive halves, and patches of it resampled onto the page's own grid through a
// warp. The level nearest above the wanted resolution is used, so that sampling neither aliases nor blurs.

#include <vector>

#include "base/geometry.h"
#include "image/image.h"
#include "image/warp.h"

namespace barium::align {

class PhotoLevels {
 public:
  // Halves until the longer side is under 256 px.
  explicit PhotoLevels(image::GrayView photo);

  int width() const { return levels_.front().width(); }
  int height() const { return levels_.front().height(); }
  // The coarsest level whose pixels are no larger than step_px photo pixels.
  int level_for(double step_px) const;
  const image::FloatImage& level(int index) const { return levels_[static_cast<std::size_t>(index)]; }

 private:
  std::vector<image::FloatImage> levels_;  // 0 (black) to 1 (white)
};

// Where a patch lies on the page: sample (i, j) is at first + step_pt * (i, j).
struct PatchGrid {
  base::Vec2 first_in_page;
  double step_pt = 0;
  int width = 0, height = 0;

  std::size_t size() const { return static_cast<std::size_t>(width) * static_cast<std::size_t>(height); }
  base::Vec2 at(double i, double j) const { return first_in_page + step_pt * base::Vec2{i, j}; }
  PatchGrid grown(int by) const { return {at(-by, -by), step_pt, width + 2 * by, height + 2 * by}; }
  PatchGrid moved(base::Vec2 by_pt) const { return {first_in_page + by_pt, step_pt, width, height}; }
};

// Catmull and Rom's cubic at (x, y), the first pixel's centre at (0, 0); linear where it has too few
// neighbours. (x, y) lies between the centres of the corners.
float sample_cubic(const image::FloatImage& image, float x, float y);

enum class Interpolation { kLinear, kCubic };

// The warp on a coarse lattice over a patch: evaluating it at every sample would cost more than the match.
// Between nodes, 12 pt apart at most, it is interpolated linearly: a page bent by 4 pt over its height is
// then off by less than 0.003 pt.
class WarpLattice {
 public:
  WarpLattice(const image::Warp& photo_from_page, const PatchGrid& grid);
  // Where the grid.width samples of row j lie among the pixels of a level that is `scale` of the photo's
  // size, held inside it.
  void row(int j, const image::FloatImage& level, double scale, float* x, float* y) const;
  bool inside(double width_px, double height_px) const;  // all nodes lie in the picture

 private:
  PatchGrid grid_;
  int columns_ = 0, rows_ = 0;
  std::vector<base::Vec2> nodes_;
};

// Row-major samples of the photo; outside it its edge goes on.
std::vector<float> sample_patch(const PhotoLevels& photo, int level, const WarpLattice& lattice,
                                const PatchGrid& grid, Interpolation interpolation);

}  // namespace barium::align
