#include "sim/surface.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace barium::sim {

using base::Vec2;

namespace {

constexpr double kDegree = std::numbers::pi / 180;
constexpr double kCellPt = 3;  // a fold or wave of these parameters bends under 0.01 px within it

struct Vec3 {
  double x = 0, y = 0, z = 0;
};

// A curve of given slope, by arc length: the profile of a sheet bent about parallel lines, which keeps
// lengths.
class Profile {
 public:
  template <class Slope>
  Profile(double length_pt, Slope&& slope_rad) {
    const int steps = static_cast<int>(std::ceil(length_pt)) + 1;
    along_.assign(static_cast<std::size_t>(steps) + 1, 0);
    height_ = along_;
    for (int i = 0; i < steps; ++i) {
      const double angle = slope_rad(i + 0.5);
      along_[static_cast<std::size_t>(i) + 1] = along_[static_cast<std::size_t>(i)] + std::cos(angle);
      height_[static_cast<std::size_t>(i) + 1] = height_[static_cast<std::size_t>(i)] + std::sin(angle);
    }
  }
  double along(double s) const { return at(along_, s); }
  double height(double s) const { return at(height_, s); }

 private:
  static double at(const std::vector<double>& table, double s) {
    const double clamped = std::clamp(s, 0.0, static_cast<double>(table.size()) - 1.001);
    const auto i = static_cast<std::size_t>(clamped);
    return table[i] + (table[i + 1] - table[i]) * (clamped - static_cast<double>(i));
  }
  std::vector<double> along_, height_;
};

Profile wave(double length_pt, double height_pt, double half_waves, double phase) {
  const double k = std::numbers::pi * half_waves / length_pt;
  return Profile(length_pt, [=](double s) { return std::atan(height_pt * k * std::cos(k * s + phase)); });
}

// Creases at even distances; the panels between them lean alternately.
Profile creased(double length_pt, int folds, double angle_rad) {
  return Profile(length_pt, [=](double s) {
    const int panel = static_cast<int>(s / length_pt * (folds + 1));
    return folds == 0 ? 0.0 : (panel % 2 == 0 ? 0.5 : -0.5) * angle_rad;
  });
}

// Flat facets that meet in straight, sharp creases: random heights on two triangular lattices of different
// size and direction, linear within each triangle (the lattice of K. Perlin's simplex noise, 2001).
class Crumple {
 public:
  Crumple(double height_pt, double length_pt, base::Rng& rng) {
    for (const double finer : {1.0, 2.3}) {
      const double angle = rng.uniform(0, std::numbers::pi);
      lattices_.push_back({std::cos(angle) * finer / length_pt, std::sin(angle) * finer / length_pt,
                           height_pt * std::numbers::sqrt2 / finer, rng.bits()});
    }
  }
  double height(Vec2 p) const {
    double sum = 0;
    for (const Lattice& lattice : lattices_) sum += lattice.at(p);
    return sum;
  }

 private:
  struct Lattice {
    double cos_per_pt, sin_per_pt, height_pt;
    std::uint64_t seed;

    double at(Vec2 p) const {
      const double x = p.x * cos_per_pt + p.y * sin_per_pt, y = p.y * cos_per_pt - p.x * sin_per_pt;
      const double skew = (x + y) * (std::numbers::sqrt3 - 1) / 2;
      const double i = std::floor(x + skew), j = std::floor(y + skew);
      const double u = x + skew - i, v = y + skew - j;
      const double near = corner(i, j), far = corner(i + 1, j + 1);
      const double value = u > v ? near * (1 - u) + corner(i + 1, j) * (u - v) + far * v
                                 : near * (1 - v) + corner(i, j + 1) * (v - u) + far * u;
      return height_pt * value;
    }
    // Uniform on -1..1 by a hash of the corner (the finaliser of splitmix64, S. Vigna).
    double corner(double i, double j) const {
      auto h = seed + static_cast<std::uint64_t>(static_cast<std::int64_t>(i)) * 0x9E3779B97F4A7C15u +
               static_cast<std::uint64_t>(static_cast<std::int64_t>(j)) * 0xC2B2AE3D27D4EB4Fu;
      h = (h ^ (h >> 30)) * 0xBF58476D1CE4E5B9u;
      h = (h ^ (h >> 27)) * 0x94D049BB133111EBu;
      return static_cast<double>((h ^ (h >> 31)) >> 11) * 0x1.0p-52 - 1;
    }
  };
  std::vector<Lattice> lattices_;
};

double up_to(double limit, base::Rng& rng) { return rng.uniform(-limit, limit); }

// The sheet in space, in points, its middle near the origin, z towards the lens.
class Sheet {
 public:
  Sheet(double width_pt, double height_pt, const Paper& paper, base::Rng& rng)
      : middle_{width_pt / 2, height_pt / 2},
        bend_angle_(rng.uniform(-0.4, 0.4) + (rng.uniform() < 0.5 ? 0 : std::numbers::pi / 2)),
        reach_(std::hypot(width_pt, height_pt)),
        bend_(wave(reach_, up_to(paper.bend_pt, rng), paper.bend_waves, rng.uniform(0, std::numbers::pi))),
        across_(creased(height_pt, paper.folds_across, up_to(paper.fold_deg, rng) * kDegree)),
        along_(creased(width_pt, paper.folds_along, up_to(paper.fold_deg, rng) * kDegree)),
        crumple_(paper.crumple_pt, paper.crumple_length_pt, rng) {}

  Vec3 at(Vec2 p) const {
    const Vec2 direction{std::cos(bend_angle_), std::sin(bend_angle_)};
    const double s = base::dot(p - middle_, direction);
    const double shortened = bend_.along(s + reach_ / 2) - bend_.along(reach_ / 2) - s;
    const Vec2 flat = p + direction * shortened;
    const double x = flat.x + along_.along(p.x) - p.x, y = flat.y + across_.along(p.y) - p.y;
    const double z = bend_.height(s + reach_ / 2) - bend_.height(reach_ / 2) + along_.height(p.x) +
                     across_.height(p.y) + crumple_.height(p);
    return {x - middle_.x, y - middle_.y, z};
  }

 private:
  Vec2 middle_;
  double bend_angle_, reach_;
  Profile bend_, across_, along_;
  Crumple crumple_;
};

struct View {
  std::array<double, 9> rotation{};
  double distance = 1;

  View(const Pose& pose, base::Rng& rng) : distance(pose.distance_pt) {
    const double a = up_to(pose.tilt_deg, rng) * kDegree, b = up_to(pose.tilt_deg, rng) * kDegree;
    const double c = up_to(pose.roll_deg, rng) * kDegree;
    const double ca = std::cos(a), sa = std::sin(a), cb = std::cos(b), sb = std::sin(b), cc = std::cos(c),
                 sc = std::sin(c);
    rotation = {cc * cb,
                -sc * ca + cc * sb * sa,
                sc * sa + cc * sb * ca,
                sc * cb,
                cc * ca + sc * sb * sa,
                -cc * sa + sc * sb * ca,
                -sb,
                cb * sa,
                cb * ca};
  }
  // Pinhole of focal length 1.
  Vec2 project(Vec3 p) const {
    const auto& r = rotation;
    const double depth = distance - (r[6] * p.x + r[7] * p.y + r[8] * p.z);
    return {(r[0] * p.x + r[1] * p.y + r[2] * p.z) / depth, (r[3] * p.x + r[4] * p.y + r[5] * p.z) / depth};
  }
};

void shade_by_slope(PageMesh& mesh, const Sheet& sheet, double strength, base::Rng& rng) {
  const double direction = rng.uniform(0, 2 * std::numbers::pi);
  for (int row = 0; row <= mesh.rows(); ++row) {
    for (int column = 0; column <= mesh.columns(); ++column) {
      const Vec2 p = mesh.page_point(column, row);
      const double dx = (sheet.at({p.x + 1, p.y}).z - sheet.at({p.x - 1, p.y}).z) / 2;
      const double dy = (sheet.at({p.x, p.y + 1}).z - sheet.at({p.x, p.y - 1}).z) / 2;
      const double towards = dx * std::cos(direction) + dy * std::sin(direction);
      mesh.shade(column, row) = static_cast<float>(std::max(0.1, 1 + strength * 2 * towards));
    }
  }
}

// The part of the page to be framed, with its bounds after projection.
base::Box framed_bounds(const PageMesh& mesh, const base::Box& part) {
  base::Box bounds{1e9, 1e9, -1e9, -1e9};
  for (int row = 0; row <= mesh.rows(); ++row) {
    for (int column = 0; column <= mesh.columns(); ++column) {
      const Vec2 p = mesh.photo_point(column, row);
      if (part.grown(kCellPt).contains(mesh.page_point(column, row))) {
        bounds = base::united(bounds, {p.x, p.y, p.x, p.y});
      }
    }
  }
  return bounds;
}

void distort(PageMesh& mesh, const Lens& lens, Vec2 centre, double half_diagonal) {
  for (int row = 0; row <= mesh.rows(); ++row) {
    for (int column = 0; column <= mesh.columns(); ++column) {
      const Vec2 r = (mesh.photo_point(column, row) - centre) * (1 / half_diagonal);
      const double r2 = base::dot(r, r);
      mesh.photo_point(column, row) = centre + r * (half_diagonal * (1 + lens.k1 * r2 + lens.k2 * r2 * r2));
    }
  }
}

base::Box drawn_part(double width_pt, double height_pt, const Pose& pose, base::Rng& rng) {
  const double w = width_pt * pose.view_width, h = height_pt * pose.view_height;
  // Margins of a page are empty: a part is taken from what lies within a tenth of the edges.
  const double x = width_pt * 0.5 + (width_pt * 0.8 - std::min(w, width_pt * 0.8)) * rng.uniform(-0.5, 0.5);
  const double y =
      height_pt * 0.5 + (height_pt * 0.8 - std::min(h, height_pt * 0.8)) * rng.uniform(-0.5, 0.5);
  return {x - w / 2, y - h / 2, x + w / 2, y + h / 2};
}

}  // namespace

PageMesh::PageMesh(double page_width_pt, double page_height_pt, int columns, int rows)
    : width_(page_width_pt), height_(page_height_pt), columns_(columns), rows_(rows) {
  photo_.resize(static_cast<std::size_t>(columns + 1) * static_cast<std::size_t>(rows + 1));
  shade_.assign(photo_.size(), 1.0f);
}

Vec2 PageMesh::page_point(int column, int row) const {
  return {width_ * column / columns_, height_ * row / rows_};
}

Vec2 PageMesh::operator*(Vec2 p_in_page) const {
  const double u = p_in_page.x / width_ * columns_, v = p_in_page.y / height_ * rows_;
  const int column = std::clamp(static_cast<int>(std::floor(u)), 0, columns_ - 1);
  const int row = std::clamp(static_cast<int>(std::floor(v)), 0, rows_ - 1);
  const double s = u - column, t = v - row;
  const Vec2 a = photo_point(column, row), d = photo_point(column + 1, row + 1);
  if (s >= t) {  // the triangle above the diagonal
    const Vec2 b = photo_point(column + 1, row);
    return a + (b - a) * s + (d - b) * t;
  }
  const Vec2 c = photo_point(column, row + 1);
  return a + (d - c) * s + (c - a) * t;
}

void PageMesh::rescale(double scale_x, double scale_y, Vec2 shift) {
  for (Vec2& p : photo_) p = {p.x * scale_x + shift.x, p.y * scale_y + shift.y};
}

Framing frame_page(double page_width_pt, double page_height_pt, const Camera& camera, base::Rng& rng) {
  const Sheet sheet(page_width_pt, page_height_pt, camera.paper, rng);
  const View view(camera.pose, rng);
  Framing framing{PageMesh(page_width_pt, page_height_pt,
                           static_cast<int>(std::ceil(page_width_pt / kCellPt)),
                           static_cast<int>(std::ceil(page_height_pt / kCellPt)))};
  PageMesh& mesh = framing.mesh;
  for (int row = 0; row <= mesh.rows(); ++row) {
    for (int column = 0; column <= mesh.columns(); ++column) {
      mesh.photo_point(column, row) = view.project(sheet.at(mesh.page_point(column, row)));
    }
  }
  shade_by_slope(mesh, sheet, camera.light.shading, rng);
  const base::Box part = drawn_part(page_width_pt, page_height_pt, camera.pose, rng);
  const base::Box bounds = framed_bounds(mesh, part);
  const double shown_width = bounds.width() / camera.pose.fill,
               shown_height = bounds.height() / camera.pose.fill;
  double scale = camera.sensor.long_side_px / std::max(shown_width, shown_height);
  if (camera.device == Device::kFlatbed) {  // a fixed resolution, and the frame as large as it needs
    scale = camera.flatbed_dpi / 72 * camera.pose.distance_pt;
  }
  // A phone's frame is 4 to 3; the page decides which way round.
  const double narrow = camera.device == Device::kFlatbed ? 0 : camera.sensor.long_side_px * 0.75;
  framing.width_px = static_cast<int>(std::lround(std::max(shown_width * scale, narrow)));
  framing.height_px = static_cast<int>(std::lround(std::max(shown_height * scale, narrow)));
  const Vec2 centre{framing.width_px / 2.0, framing.height_px / 2.0};
  const Vec2 offset{up_to(camera.pose.off_centre, rng) * framing.width_px,
                    up_to(camera.pose.off_centre, rng) * framing.height_px};
  mesh.rescale(scale, scale, centre + offset - bounds.centre() * scale);
  distort(mesh, camera.lens, centre, base::norm(centre));
  return framing;
}

}  // namespace barium::sim
