#include "sim/scene.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "base/parallel.h"
#include "image/sample.h"
#include "sim/mesh_raster.h"

namespace barium::sim {

namespace {

using base::Vec2;

// Samples a side of each sensor pixel: at 2 pixels a point and 6 look pixels a point none is skipped.
constexpr int kSamples = 3;

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
  rasterize(framing.mesh, light.width(), light.height(),
            [&](int x, int y, Vec2 p, Vec2 per_x, Vec2 per_y, float shade) {
              std::array<float, 3> sum{};
              for (int j = 0; j < kSamples; ++j) {
                for (int i = 0; i < kSamples; ++i) {
                  const Vec2 q =
                      p + per_x * ((i + 0.5) / kSamples - 0.5) + per_y * ((j + 0.5) / kSamples - 0.5);
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
