#include "sim/scene.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "base/parallel.h"
#include "image/sample.h"

namespace barium::sim {

namespace {

using base::Vec2;

// Samples a side of each sensor pixel: at 2 pixels a point and 6 look pixels a point none is skipped.
constexpr int kSamples = 3;

struct Triangle {
  std::array<Vec2, 3> photo, page;
  std::array<float, 3> shade;
};

// Calls paint(x, y, page point at the pixel's centre, page change a pixel in x and in y, shade) where the
// triangle covers the pixel's centre.
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

template <class Paint>
void rasterize(const Framing& framing, Paint&& paint) {
  const PageMesh& mesh = framing.mesh;
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
      rasterize(above, framing.width_px, framing.height_px, paint);
      rasterize(below, framing.width_px, framing.height_px, paint);
    }
  }
}

// Smooth noise on a lattice, 0 to 1 (K. Perlin's value noise).
class Grain {
 public:
  explicit Grain(base::Rng& rng) {
    for (float& value : lattice_) value = static_cast<float>(rng.uniform());
  }
  float at(double x, double y) const {
    const double fx = std::floor(x), fy = std::floor(y);
    const float u = smooth(static_cast<float>(x - fx)), v = smooth(static_cast<float>(y - fy));
    const int ix = static_cast<int>(fx), iy = static_cast<int>(fy);
    return (cell(ix, iy) * (1 - u) + cell(ix + 1, iy) * u) * (1 - v) +
           (cell(ix, iy + 1) * (1 - u) + cell(ix + 1, iy + 1) * u) * v;
  }

 private:
  static constexpr int kSize = 64;
  static float smooth(float t) { return t * t * (3 - 2 * t); }
  float cell(int x, int y) const {
    return lattice_[static_cast<std::size_t>((y & (kSize - 1)) * kSize + (x & (kSize - 1)))];
  }
  std::array<float, kSize * kSize> lattice_;
};

// A wooden desk: planks along a random direction, each with its own brown, with grain along it and dark
// seams.
class Desk {
 public:
  Desk(double frame_px, base::Rng& rng) : grain_(rng) {
    const double angle = rng.uniform(0, std::numbers::pi);
    along_ = {std::cos(angle), std::sin(angle)};
    unit_px_ = frame_px * rng.uniform(0.15, 0.4);  // width of a plank
    tone_ = static_cast<float>(rng.uniform(0.05, 0.35));
    redness_ = static_cast<float>(rng.uniform(0.05, 0.75));
    gloss_ = static_cast<float>(rng.uniform(0.2, 0.6));
  }
  std::array<float, 3> at(Vec2 p_px) const {
    const double s = base::dot(p_px, along_) / unit_px_, t = base::cross(along_, p_px) / unit_px_;
    const double plank = std::floor(t), across = t - plank;
    // Rings, seen along the trunk: contour lines of a slow surface that is long in the direction of growth.
    const float trunk = grain_.at(s * 0.35 + plank * 7.3, across * 1.3 + plank * 3.1);
    const float ring = 0.5f + 0.5f * std::sin(40 * trunk + 25 * static_cast<float>(across));
    const float fibre = grain_.at(s * 4 + plank * 11, t * 60);
    const float pore = grain_.at(s * 10, t * 170);
    const float board = grain_.at(plank * 5.7, 0.5);
    const float seam = across < 0.008 || across > 0.992 ? 0.15f : 1.0f;
    const float value =
        tone_ * seam * (0.6f + 0.5f * board + gloss_ * (0.35f * ring + 0.3f * fibre + 0.1f * pore));
    return {value, value * (1 - 0.55f * redness_), value * (1 - 0.95f * redness_)};
  }

 private:
  Grain grain_;
  Vec2 along_;
  double unit_px_;
  float tone_, redness_, gloss_;
};

void lay_desk(image::FloatImage& light, base::Rng& rng) {
  const Desk desk(std::max(light.width(), light.height()), rng);
  base::parallel_for(static_cast<std::size_t>(light.height()), 0, [&](std::size_t row) {
    const int y = static_cast<int>(row);
    for (int x = 0; x < light.width(); ++x) {
      const auto colour = desk.at({x + 0.5, y + 0.5});
      std::copy(colour.begin(), colour.end(), &light.at(x, y));
    }
  });
}

// Round a page on a display there is the dark of its viewer.
void lay_viewer(image::FloatImage& light) {
  constexpr float kViewerGray = 0.04f;  // linear; about 56 of 255
  std::fill(light.pixels().begin(), light.pixels().end(), kViewerGray);
}

void lay_sheet(image::FloatImage& light, const SheetLook& look, const Framing& framing) {
  const int channels = look.value.channels();
  rasterize(framing, [&](int x, int y, Vec2 p, Vec2 per_x, Vec2 per_y, float shade) {
    std::array<float, 3> sum{};
    for (int j = 0; j < kSamples; ++j) {
      for (int i = 0; i < kSamples; ++i) {
        const Vec2 q = p + per_x * ((i + 0.5) / kSamples - 0.5) + per_y * ((j + 0.5) / kSamples - 0.5);
        for (int c = 0; c < channels; ++c) {
          const Vec2 at{q.x * look.px_per_pt.x, q.y * look.px_per_pt.y};
          sum[static_cast<std::size_t>(c)] += image::sample_bilinear(look.value.view(), at, c);
        }
      }
    }
    for (int c = 0; c < 3; ++c) {
      light.at(x, y, c) =
          shade * sum[static_cast<std::size_t>(channels == 3 ? c : 0)] / (kSamples * kSamples);
    }
  });
}

// The lamp: a slope, a shadow with a soft edge, light lost in the corners, a cast of colour.
class Lamp {
 public:
  Lamp(const Framing& framing, const Camera& camera, base::Rng& rng)
      : light_(camera.light),
        vignetting_(camera.lens.vignetting),
        centre_{framing.width_px / 2.0, framing.height_px / 2.0},
        half_diagonal_(base::norm(centre_)) {
    const double a = rng.uniform(0, 2 * std::numbers::pi), b = rng.uniform(0, 2 * std::numbers::pi);
    slope_ = Vec2{std::cos(a), std::sin(a)} * (rng.uniform(-1, 1) * light_.slope / half_diagonal_);
    shadow_normal_ = {std::cos(b), std::sin(b)};
    shadow_at_ = rng.uniform(-0.5, 0.5) * half_diagonal_;
    const double px_per_pt = base::norm(framing.mesh * Vec2{1, 0} - framing.mesh * Vec2{0, 0});
    edge_px_ = std::max(1.0, light_.shadow_edge_pt * px_per_pt);
    const double cast = rng.uniform(-light_.cast, light_.cast);
    colour_ = {static_cast<float>(1 + cast), 1, static_cast<float>(1 - cast)};
  }
  float strength(Vec2 p_in_photo) const {
    const Vec2 r = p_in_photo - centre_;
    const double r2 = base::dot(r, r) / (half_diagonal_ * half_diagonal_);
    const double in_shadow =
        0.5 * std::erfc(-(base::dot(r, shadow_normal_) - shadow_at_) / edge_px_ / std::numbers::sqrt2);
    return static_cast<float>((1 + base::dot(r, slope_)) * (1 - light_.shadow * in_shadow) *
                              (1 - vignetting_ * r2 * r2));
  }
  const std::array<float, 3>& colour() const { return colour_; }

 private:
  Light light_;
  double vignetting_;
  Vec2 centre_;
  double half_diagonal_;
  Vec2 slope_, shadow_normal_;
  double shadow_at_ = 0, edge_px_ = 1;
  std::array<float, 3> colour_{};
};

}  // namespace

image::FloatImage light_scene(const SheetLook& look, const Framing& framing, const Camera& camera,
                              base::Rng& rng) {
  image::FloatImage light(framing.width_px, framing.height_px, 3);
  if (camera.screen.dpi > 0) {
    lay_viewer(light);
  } else {
    lay_desk(light, rng);
  }
  lay_sheet(light, look, framing);
  const Lamp lamp(framing, camera, rng);
  base::parallel_for(static_cast<std::size_t>(light.height()), 0, [&](std::size_t row) {
    const int y = static_cast<int>(row);
    for (int x = 0; x < light.width(); ++x) {
      const float strength = lamp.strength({x + 0.5, y + 0.5});
      for (int c = 0; c < 3; ++c) light.at(x, y, c) *= strength * lamp.colour()[static_cast<std::size_t>(c)];
    }
  });
  return light;
}

}  // namespace barium::sim
