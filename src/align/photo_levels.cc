#include "align/photo_levels.h"

#include <algorithm>
#include <cmath>

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

struct CubicWeights {
  float w[4];
};

// Catmull and Rom, "A class of local interpolating splines", 1974.
CubicWeights cubic_weights(float u) {
  const float u2 = u * u, u3 = u2 * u;
  return {{-0.5f * u3 + u2 - 0.5f * u, 1.5f * u3 - 2.5f * u2 + 1, -1.5f * u3 + 2 * u2 + 0.5f * u,
           0.5f * u3 - 0.5f * u2}};
}

float cubic_sample(const image::FloatImage& image, float x, float y) {
  const int x0 = static_cast<int>(x), y0 = static_cast<int>(y);
  if (x0 < 1 || y0 < 1 || x0 + 2 >= image.width() || y0 + 2 >= image.height())
    return linear_sample(image, x, y);
  const CubicWeights wx = cubic_weights(x - static_cast<float>(x0));
  const CubicWeights wy = cubic_weights(y - static_cast<float>(y0));
  float sum = 0;
  for (int j = 0; j < 4; ++j) {
    const float* row = image.row(y0 - 1 + j) + x0 - 1;
    sum += wy.w[j] * (row[0] * wx.w[0] + row[1] * wx.w[1] + row[2] * wx.w[2] + row[3] * wx.w[3]);
  }
  return sum;
}

int nodes_over(double length_pt) {
  return std::max(2, static_cast<int>(std::ceil(length_pt / kNodeSpacingPt)) + 1);
}

}  // namespace

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

void WarpLattice::row(int j, std::vector<base::Vec2>& p_in_photo) const {
  p_in_photo.resize(static_cast<std::size_t>(grid_.width));
  const double v = grid_.height > 1 ? static_cast<double>(j) * (rows_ - 1) / (grid_.height - 1) : 0;
  const int row = std::min(static_cast<int>(v), rows_ - 2);
  const double rest = v - row;
  const auto node = [&](int i) {
    const std::size_t at = static_cast<std::size_t>(row * columns_ + i);
    return (1 - rest) * nodes_[at] + rest * nodes_[at + static_cast<std::size_t>(columns_)];
  };
  const double per_sample = grid_.width > 1 ? static_cast<double>(columns_ - 1) / (grid_.width - 1) : 0;
  int column = 0;
  base::Vec2 left = node(0), right = node(1);
  for (int i = 0; i < grid_.width; ++i) {
    const double u = i * per_sample;
    while (column < columns_ - 2 && u >= column + 1) {
      ++column;
      left = right;
      right = node(column + 1);
    }
    p_in_photo[static_cast<std::size_t>(i)] = (1 - u + column) * left + (u - column) * right;
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
  const double right = image.width() - 1, bottom = image.height() - 1;
  std::vector<float> out(grid.size());
  std::vector<base::Vec2> points;
  std::size_t n = 0;
  for (int j = 0; j < grid.height; ++j) {
    lattice.row(j, points);
    for (const base::Vec2 p : points) {
      const double x = p.x * scale - 0.5, y = p.y * scale - 0.5;
      const float fx = static_cast<float>(x > 0 ? std::min(x, right) : 0.0);  // not a number: 0
      const float fy = static_cast<float>(y > 0 ? std::min(y, bottom) : 0.0);
      out[n++] =
          interpolation == Interpolation::kCubic ? cubic_sample(image, fx, fy) : linear_sample(image, fx, fy);
    }
  }
  return out;
}

}  // namespace barium::align
