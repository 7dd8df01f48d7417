#include "align/photo_levels.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "image/cpu_clones.h"

namespace barium::align {
namespace {

constexpr double kNodeSpacingPt = 12.0;

image::FloatImage unit_range(image::GrayView photo) {
  image::FloatImage out(photo.width(), photo.height());
  for (int y = 0; y < photo.height(); ++y)
    for (int x = 0; x < photo.width(); ++x) out.at(x, y) = static_cast<float>(photo.at(x, y)) / 255.0f;
  return out;
}

image::FloatImage halved(const image::FloatImage& full) {
  image::FloatImage out(full.width() / 2, full.height() / 2);
  for (int y = 0; y < out.height(); ++y) {
    const float* upper = full.row(2 * y);
    const float* lower = full.row(2 * y + 1);
    float* row = out.row(y);
    for (int x = 0; x < out.width(); ++x)
      row[x] = 0.25f * (upper[2 * x] + upper[2 * x + 1] + lower[2 * x] + lower[2 * x + 1]);
  }
  return out;
}

float linear_sample(const image::FloatImage& image, float x, float y) {
  const int x0 = std::min(static_cast<int>(x), image.width() - 2);
  const int y0 = std::min(static_cast<int>(y), image.height() - 2);
  const float u = x - static_cast<float>(x0), v = y - static_cast<float>(y0);
  const float* upper = image.row(y0) + x0;
  const float* lower = image.row(y0 + 1) + x0;
  return (upper[0] * (1 - u) + upper[1] * u) * (1 - v) + (lower[0] * (1 - u) + lower[1] * u) * v;
}

// Four floats that the compiler keeps in one register on any x86-64.
using Quad = float __attribute__((vector_size(16)));

Quad quad_at(const float* from) {
  Quad quad;
  std::memcpy(&quad, from, sizeof quad);
  return quad;
}

// Catmull and Rom, "A class of local interpolating splines", 1974: weights of the four samples around u of
// the way from the second to the third.
Quad cubic_weights(float u) {
  constexpr Quad kCubed{-0.5f, 1.5f, -1.5f, 0.5f}, kSquared{1.0f, -2.5f, 2.0f, -0.5f};
  constexpr Quad kLinear{-0.5f, 0.0f, 0.5f, 0.0f}, kConstant{0.0f, 1.0f, 0.0f, 0.0f};
  return ((kCubed * u + kSquared) * u + kLinear) * u + kConstant;
}

// at[i] = (from + i * step - 0.5), held between 0 and last; not a number gives 0.
BARIUM_CPU_CLONES void fill_line(float* at, int first, int end, double from, double step, double last) {
  for (int i = first; i < end; ++i)
    at[i] = static_cast<float>(std::min(std::max(0.0, from + i * step - 0.5), last));
}

int nodes_over(double length_pt) {
  return std::max(2, static_cast<int>(std::ceil(length_pt / kNodeSpacingPt)) + 1);
}

}  // namespace

float sample_cubic(const image::FloatImage& image, float x, float y) {
  const int x0 = static_cast<int>(x), y0 = static_cast<int>(y);
  if (x0 < 1 || y0 < 1 || x0 + 2 >= image.width() || y0 + 2 >= image.height())
    return linear_sample(image, x, y);
  const Quad wx = cubic_weights(x - static_cast<float>(x0)), wy = cubic_weights(y - static_cast<float>(y0));
  const float* first = image.row(y0 - 1) + x0 - 1;
  const std::ptrdiff_t stride = image.width();
  const Quad column = (quad_at(first) * wy[0] + quad_at(first + stride) * wy[1]) +
                      (quad_at(first + 2 * stride) * wy[2] + quad_at(first + 3 * stride) * wy[3]);
  const Quad sum = column * wx;
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

PhotoLevels::PhotoLevels(image::GrayView photo) {
  base::require(photo.width() >= 8 && photo.height() >= 8, "a photo has at least 8 by 8 pixels");
  levels_.push_back(unit_range(photo));
  while (std::max(levels_.back().width(), levels_.back().height()) >= 256 &&
         std::min(levels_.back().width(), levels_.back().height()) >= 16)
    levels_.push_back(halved(levels_.back()));
}

int PhotoLevels::level_for(double step_px) const {
  const int wanted = step_px >= 1 ? static_cast<int>(std::floor(std::log2(step_px))) : 0;
  return std::min(wanted, static_cast<int>(levels_.size()) - 1);
}

WarpLattice::WarpLattice(const image::Warp& photo_from_page, const PatchGrid& grid) : grid_(grid) {
  columns_ = nodes_over((grid.width - 1) * grid.step_pt);
  rows_ = nodes_over((grid.height - 1) * grid.step_pt);
  for (int j = 0; j < rows_; ++j)
    for (int i = 0; i < columns_; ++i)
      nodes_.push_back(photo_from_page * grid.at(static_cast<double>(i) * (grid.width - 1) / (columns_ - 1),
                                                 static_cast<double>(j) * (grid.height - 1) / (rows_ - 1)));
}

void WarpLattice::row(int j, const image::FloatImage& level, double scale, float* x, float* y) const {
  const double v = grid_.height > 1 ? static_cast<double>(j) * (rows_ - 1) / (grid_.height - 1) : 0;
  const int row = std::min(static_cast<int>(v), rows_ - 2);
  const double rest = v - row;
  const auto node = [&](int i) {
    const std::size_t at = static_cast<std::size_t>(row * columns_ + i);
    return scale * ((1 - rest) * nodes_[at] + rest * nodes_[at + static_cast<std::size_t>(columns_)]);
  };
  const double per_sample = grid_.width > 1 ? static_cast<double>(columns_ - 1) / (grid_.width - 1) : 0;
  base::Vec2 left = node(0);
  int first = 0;
  for (int column = 0; column + 1 < columns_; ++column) {
    const base::Vec2 right = node(column + 1), step = per_sample * (right - left);
    const base::Vec2 from = left - static_cast<double>(column) * (right - left);
    const int end = column + 2 < columns_
                        ? std::min(grid_.width, static_cast<int>(std::ceil((column + 1) / per_sample)))
                        : grid_.width;
    fill_line(x, first, end, from.x, step.x, level.width() - 1);
    fill_line(y, first, end, from.y, step.y, level.height() - 1);
    first = end;
    left = right;
  }
}

bool WarpLattice::inside(double width_px, double height_px) const {
  return std::all_of(nodes_.begin(), nodes_.end(), [&](base::Vec2 p) {
    return p.x >= 1 && p.y >= 1 && p.x <= width_px - 1 && p.y <= height_px - 1;
  });
}

std::vector<float> sample_patch(const PhotoLevels& photo, int level, const WarpLattice& lattice,
                                const PatchGrid& grid, Interpolation interpolation) {
  const image::FloatImage& image = photo.level(level);
  const double scale = std::ldexp(1.0, -level);
  const auto width = static_cast<std::size_t>(grid.width);
  std::vector<float> out(grid.size()), x(width), y(width);
  float* to = out.data();
  for (int j = 0; j < grid.height; ++j) {
    lattice.row(j, image, scale, x.data(), y.data());
    if (interpolation == Interpolation::kCubic)
      for (std::size_t i = 0; i < width; ++i) *to++ = sample_cubic(image, x[i], y[i]);
    else
      for (std::size_t i = 0; i < width; ++i) *to++ = linear_sample(image, x[i], y[i]);
  }
  return out;
}

}  // namespace barium::align
