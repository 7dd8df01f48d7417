#include "find/ink.h"

#include <algorithm>
#include <cmath>

#include "image/extremes.h"
#include "image/filter.h"
#include "image/sample.h"

namespace barium::find {
namespace {

using image::GrayImage;
using image::GrayView;

// Wider than the strokes of a heading at kWorkingSidePx on a page's long side (1600 px / 11 in: 17 px are
// 8 pt), narrower than the shading of a crease.
constexpr int kClosingRadiusPx = 8;

void negate(GrayImage& image) {
  for (auto& value : image.pixels()) value = static_cast<std::uint8_t>(255 - value);
}

GrayImage closing(const GrayImage& image, int radius) {
  using image::Extreme;
  return extremes(extremes(image, radius, Extreme::kLightest), radius, Extreme::kDarkest);
}

// 1 2 1 in both directions: takes out the pixel noise that a maximum would collect.
GrayImage smoothed(const GrayImage& image) {
  const int width = image.width(), height = image.height();
  GrayImage result(width, height);
  std::vector<int> sums(static_cast<std::size_t>(width + 2));
  for (int y = 0; y < height; ++y) {
    const std::uint8_t* above = image.row(std::max(y - 1, 0));
    const std::uint8_t* here = image.row(y);
    const std::uint8_t* below = image.row(std::min(y + 1, height - 1));
    for (int x = 0; x < width; ++x) sums[x + 1] = above[x] + 2 * here[x] + below[x];
    sums[0] = sums[1];
    sums[width + 1] = sums[width];
    std::uint8_t* out = result.row(y);
    for (int x = 0; x < width; ++x)
      out[x] = static_cast<std::uint8_t>((sums[x] + 2 * sums[x + 1] + sums[x + 2] + 8) >> 4);
  }
  return result;
}

GrayImage working_image(GrayView photo, double scale) {
  if (scale != 1) {
    return image::resize(photo, std::max(1, static_cast<int>(std::lround(photo.width() * scale))),
                         std::max(1, static_cast<int>(std::lround(photo.height() * scale))));
  }
  GrayImage copy(photo.width(), photo.height());
  for (int y = 0; y < photo.height(); ++y) std::copy_n(photo.row(y), photo.width(), copy.row(y));
  return copy;
}

// Of the sharpening, in working pixels: of 1.5 to 4 and 1.5 to 3, these find the most words on photographs of
// 1,000 px that are 2.3 px out of focus (bench/suites/name_copies, channels.suite).
constexpr double kBlurPx = 2.0;
constexpr float kSharpening = 1.5f;
constexpr double kMostEnlarged = 3;

GrayImage sharpened(const GrayImage& image) {
  image::FloatImage sharp = image::to_float(image.view());
  const image::FloatImage blurred = image::gaussian_blur(sharp.view(), kBlurPx);
  for (std::size_t i = 0; i < sharp.pixels().size(); ++i)
    sharp.pixels()[i] += kSharpening * (sharp.pixels()[i] - blurred.pixels()[i]);
  return image::to_bytes(sharp.view());
}

double working_scale(GrayView photo, Focus focus) {
  const double whole = static_cast<double>(kWorkingSidePx) / std::max(photo.width(), photo.height());
  return std::min(whole, focus == Focus::kSharpened ? kMostEnlarged : 1.0);
}

// Below this brightness of the paper, noise would be blown up: a share of less is taken of this.
constexpr int kDarkestPaper = 24;

}  // namespace

InkMap ink_map(GrayView photo, Polarity polarity, Focus focus) {
  base::require(photo.channels() == 1 && !photo.empty(), "find reads a grey picture");
  InkMap map;
  map.px_per_photo_px = working_scale(photo, focus);
  GrayImage gray = working_image(photo, map.px_per_photo_px);
  if (focus == Focus::kSharpened) gray = sharpened(gray);
  gray = smoothed(gray);
  if (polarity == Polarity::kLightOnDark) negate(gray);
  map.ink = closing(gray, kClosingRadiusPx);
  for (std::size_t i = 0; i < gray.pixels().size(); ++i) {
    const int paper = map.ink.pixels()[i];
    map.ink.pixels()[i] =
        static_cast<std::uint8_t>(255 * (paper - gray.pixels()[i]) / std::max(paper, kDarkestPaper));
  }
  map.gray = std::move(gray);
  return map;
}

namespace {

// Ink a pixel needs to be part of a piece, and the most inky pixel of a piece that is kept. 255 times the
// share of light missing.
constexpr int kInkFloor = 30;
constexpr int kInkPeak = 56;

std::uint32_t find_root(std::vector<std::uint32_t>& parent, std::uint32_t node) {
  while (parent[node] != node) node = parent[node] = parent[parent[node]];
  return node;
}

// First pass of union-find labelling: provisional labels, with their unions in `parent`.
void label_provisionally(const GrayImage& ink, image::Image<std::uint32_t>& labels,
                         std::vector<std::uint32_t>& parent) {
  const int width = ink.width();
  for (int y = 0; y < ink.height(); ++y) {
    for (int x = 0; x < width; ++x) {
      if (ink.at(x, y) < kInkFloor) continue;
      std::uint32_t label = x > 0 ? labels.at(x - 1, y) : 0;
      for (int dx = -1; dx <= 1 && y > 0; ++dx) {
        if (x + dx < 0 || x + dx >= width) continue;
        const std::uint32_t above = labels.at(x + dx, y - 1);
        if (above == 0 || above == label) continue;
        if (label == 0) {
          label = above;
        } else {
          const std::uint32_t a = find_root(parent, label), b = find_root(parent, above);
          parent[std::max(a, b)] = std::min(a, b);
        }
      }
      if (label == 0) {
        label = static_cast<std::uint32_t>(parent.size());
        parent.push_back(label);
      }
      labels.at(x, y) = label;
    }
  }
}

struct Sums {
  double mass = 0, x = 0, y = 0, xx = 0, xy = 0, yy = 0;
  int pixels = 0, peak = 0, x0 = INT32_MAX, y0 = INT32_MAX, x1 = 0, y1 = 0;

  void add(int px, int py, int ink) {
    const double w = ink, fx = px + 0.5, fy = py + 0.5;
    mass += w;
    x += w * fx;
    y += w * fy;
    xx += w * fx * fx;
    xy += w * fx * fy;
    yy += w * fy * fy;
    ++pixels;
    peak = std::max(peak, ink);
    x0 = std::min(x0, px);
    y0 = std::min(y0, py);
    x1 = std::max(x1, px + 1);
    y1 = std::max(y1, py + 1);
  }

  Piece piece() const {
    Piece result;
    result.mass = mass / 255;
    result.centre = {x / mass, y / mass};
    // 1/12: a pixel is a square, not a point.
    result.xx = xx / mass - result.centre.x * result.centre.x + 1.0 / 12;
    result.xy = xy / mass - result.centre.x * result.centre.y;
    result.yy = yy / mass - result.centre.y * result.centre.y + 1.0 / 12;
    result.pixels = pixels;
    result.x0 = x0, result.y0 = y0, result.x1 = x1, result.y1 = y1;
    return result;
  }
};

constexpr int kLeastPixels = 4;

}  // namespace

Pieces connected_pieces(const GrayImage& ink) {
  Pieces result{{}, image::Image<std::uint32_t>(ink.width(), ink.height())};
  std::vector<std::uint32_t> parent{0};
  label_provisionally(ink, result.labels, parent);
  std::vector<Sums> sums(parent.size());
  for (std::uint32_t label = 1; label < parent.size(); ++label) parent[label] = find_root(parent, label);
  for (int y = 0; y < ink.height(); ++y) {
    for (int x = 0; x < ink.width(); ++x) {
      auto& label = result.labels.at(x, y);
      if (label == 0) continue;
      label = parent[label];
      sums[label].add(x, y, ink.at(x, y));
    }
  }
  std::vector<std::uint32_t> final_label(parent.size(), 0);
  for (std::size_t label = 1; label < parent.size(); ++label) {
    if (sums[label].pixels < kLeastPixels || sums[label].peak < kInkPeak) continue;
    result.pieces.push_back(sums[label].piece());
    final_label[label] = static_cast<std::uint32_t>(result.pieces.size());
  }
  for (auto& label : result.labels.pixels()) label = final_label[label];
  return result;
}

}  // namespace barium::find
