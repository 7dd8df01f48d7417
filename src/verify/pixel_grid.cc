#include "verify/pixel_grid.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "align/photo_levels.h"

namespace barium::verify {
namespace {

// Pixels that an area of a glyph may take; a map that asks for more is no map.
constexpr double kMostSidePx = 2000, kLeastPerPt2 = 1e-6;

}  // namespace

bool RasterSums::holds(const page::PageRaster& raster) {
  const auto pixels = static_cast<std::uint64_t>(raster.picture.width()) *
                      static_cast<std::uint64_t>(raster.picture.height());
  return pixels > 0 && pixels <= std::numeric_limits<std::uint32_t>::max() / 255;
}

RasterSums::RasterSums(const page::PageRaster& raster)
    : px_per_pt_(raster.px_per_pt),
      width_(raster.picture.width()),
      height_(raster.picture.height()),
      sums_(static_cast<std::size_t>(width_ + 1) * static_cast<std::size_t>(height_ + 1)) {
  for (int y = 0; y < height_; ++y) {
    const std::size_t above = static_cast<std::size_t>(y) * static_cast<std::size_t>(width_ + 1),
                      here = above + static_cast<std::size_t>(width_ + 1);
    std::uint32_t row = 0;
    for (int x = 0; x < width_; ++x) {
      row += raster.picture.at(x, y);
      sums_[here + static_cast<std::size_t>(x) + 1] = sums_[above + static_cast<std::size_t>(x) + 1] + row;
    }
  }
}

// Bilinear between corners: exact for pixels that are even.
double RasterSums::sum_to(double x, double y) const {
  const int x0 = std::clamp(static_cast<int>(x), 0, width_ - 1),
            y0 = std::clamp(static_cast<int>(y), 0, height_ - 1);
  const double u = x - x0, v = y - y0;
  const std::size_t at = static_cast<std::size_t>(y0) * static_cast<std::size_t>(width_ + 1) +
                         static_cast<std::size_t>(x0),
                    below = at + static_cast<std::size_t>(width_ + 1);
  return (1 - v) * ((1 - u) * sums_[at] + u * sums_[at + 1]) +
         v * ((1 - u) * sums_[below] + u * sums_[below + 1]);
}

float RasterSums::mean(const base::Box& box) const {
  const auto x = [&](double pt) { return std::clamp(pt * px_per_pt_, 0.0, static_cast<double>(width_)); };
  const auto y = [&](double pt) { return std::clamp(pt * px_per_pt_, 0.0, static_cast<double>(height_)); };
  const double x0 = x(box.x0), x1 = x(box.x1), y0 = y(box.y0), y1 = y(box.y1);
  const double area = (x1 - x0) * (y1 - y0);
  if (!(area > 0)) return 1;
  return static_cast<float>((sum_to(x1, y1) - sum_to(x0, y1) - sum_to(x1, y0) + sum_to(x0, y0)) /
                            (255 * area));
}

base::Vec2 CaughtArea::pixel_of(base::Vec2 p_in_page) const {
  const base::Vec2 apart = p_in_page - middle_;
  return apart.x * per_x_ + apart.y * per_y_ - first_;
}

std::optional<CaughtArea> CaughtArea::of(const RasterSums& page, const image::Warp& photo_from_page,
                                         double px, const base::Box& area, base::Vec2 shift) {
  CaughtArea out;
  out.middle_ = area.centre();
  const base::Vec2 here = photo_from_page * out.middle_;
  out.per_x_ = (1 / px) * (photo_from_page * (out.middle_ + base::Vec2{1, 0}) - here);
  out.per_y_ = (1 / px) * (photo_from_page * (out.middle_ + base::Vec2{0, 1}) - here);
  const double determinant = out.per_x_.x * out.per_y_.y - out.per_y_.x * out.per_x_.y;
  base::Box reach;
  for (const base::Vec2 corner : {base::Vec2{area.x0, area.y0}, base::Vec2{area.x1, area.y0},
                                  base::Vec2{area.x0, area.y1}, base::Vec2{area.x1, area.y1}}) {
    const base::Vec2 p = out.pixel_of(corner);
    reach = base::united(reach, {p.x, p.y, p.x, p.y});
  }
  // Also false of what is not a number.
  if (!(std::abs(determinant) > kLeastPerPt2 && std::isfinite(here.x) && std::isfinite(here.y) &&
        reach.width() < kMostSidePx && reach.height() < kMostSidePx))
    return std::nullopt;
  // Centres of pixels lie at half ones from the photo's edge.
  const base::Vec2 phase{here.x / px - 0.5 - std::floor(here.x / px - 0.5),
                         here.y / px - 0.5 - std::floor(here.y / px - 0.5)};
  const auto first = [](double from, double part) { return std::floor(from + part) - 1 - part; };
  out.first_ = {first(reach.x0, phase.x), first(reach.y0, phase.y)};
  out.pixels_ = image::FloatImage(static_cast<int>(reach.x1 - out.first_.x) + 4,
                                  static_cast<int>(reach.y1 - out.first_.y) + 4);
  const base::Vec2 right = (1 / determinant) * base::Vec2{out.per_y_.y, -out.per_x_.y},
                   down = (1 / determinant) * base::Vec2{-out.per_y_.x, out.per_x_.x};
  const base::Vec2 half{0.5 * std::hypot(right.x, down.x), 0.5 * std::hypot(right.y, down.y)};
  for (int y = 0; y < out.pixels_.height(); ++y)
    for (int x = 0; x < out.pixels_.width(); ++x) {
      const base::Vec2 p = out.middle_ + shift + (x + out.first_.x) * right + (y + out.first_.y) * down;
      out.pixels_.at(x, y) = page.mean({p.x - half.x, p.y - half.y, p.x + half.x, p.y + half.y});
    }
  return out;
}

float CaughtArea::tone_at(base::Vec2 p_in_page) const {
  const base::Vec2 p = pixel_of(p_in_page);
  return align::sample_cubic(pixels_, static_cast<float>(p.x), static_cast<float>(p.y));
}

}  // namespace barium::verify
