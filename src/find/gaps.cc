#include "find/gaps.h"

#include <algorithm>

namespace barium::find {
namespace {

// Distances in thirds of a pixel: 3 to a side neighbour, 4 to a diagonal one (G. Borgefors, "Distance
// transformations in digital images", CVGIP 1986).
constexpr int kSide = 3;
constexpr int kDiagonal = 4;
constexpr std::uint16_t kFar = kSide * kWidestGapPx / 2 + kSide;

// Each pixel's nearest piece and the distance to it.
struct NearestPiece {
  image::Image<std::uint32_t> label;
  image::Image<std::uint16_t> distance;

  void take(int x, int y, int from_x, int from_y, int step) {
    const int through = distance.at(from_x, from_y) + step;
    if (through >= distance.at(x, y)) return;
    distance.at(x, y) = static_cast<std::uint16_t>(through);
    label.at(x, y) = label.at(from_x, from_y);
  }
};

NearestPiece nearest_piece(const image::Image<std::uint32_t>& labels) {
  const int width = labels.width(), height = labels.height();
  NearestPiece near{labels, image::Image<std::uint16_t>(width, height, 1, kFar)};
  for (std::size_t i = 0; i < labels.pixels().size(); ++i)
    if (labels.pixels()[i] != 0) near.distance.pixels()[i] = 0;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      if (near.distance.at(x, y) == 0) continue;
      if (x > 0) near.take(x, y, x - 1, y, kSide);
      if (y == 0) continue;
      near.take(x, y, x, y - 1, kSide);
      if (x > 0) near.take(x, y, x - 1, y - 1, kDiagonal);
      if (x + 1 < width) near.take(x, y, x + 1, y - 1, kDiagonal);
    }
  }
  for (int y = height; y-- > 0;) {
    for (int x = width; x-- > 0;) {
      if (near.distance.at(x, y) == 0) continue;
      if (x + 1 < width) near.take(x, y, x + 1, y, kSide);
      if (y + 1 == height) continue;
      near.take(x, y, x, y + 1, kSide);
      if (x > 0) near.take(x, y, x - 1, y + 1, kDiagonal);
      if (x + 1 < width) near.take(x, y, x + 1, y + 1, kDiagonal);
    }
  }
  return near;
}

struct Touch {
  std::uint64_t pair;  // a << 32 | b
  int thirds;
};

void note_touch(const NearestPiece& near, int x, int y, int other_x, int other_y,
                std::vector<Touch>& touches) {
  const std::uint32_t here = near.label.at(x, y), there = near.label.at(other_x, other_y);
  if (here == there || here == 0 || there == 0) return;
  const std::uint64_t a = std::min(here, there) - 1, b = std::max(here, there) - 1;
  touches.push_back({a << 32 | b, near.distance.at(x, y) + near.distance.at(other_x, other_y) + kSide});
}

}  // namespace

std::vector<Gap> piece_gaps(const image::Image<std::uint32_t>& labels) {
  const NearestPiece near = nearest_piece(labels);
  std::vector<Touch> touches;
  for (int y = 0; y < labels.height(); ++y) {
    for (int x = 0; x < labels.width(); ++x) {
      if (x + 1 < labels.width()) note_touch(near, x, y, x + 1, y, touches);
      if (y + 1 < labels.height()) note_touch(near, x, y, x, y + 1, touches);
    }
  }
  std::sort(touches.begin(), touches.end(), [](const Touch& a, const Touch& b) {
    return a.pair != b.pair ? a.pair < b.pair : a.thirds < b.thirds;
  });
  std::vector<Gap> gaps;
  for (std::size_t i = 0; i < touches.size(); ++i) {
    if (i > 0 && touches[i].pair == touches[i - 1].pair) continue;
    gaps.push_back({static_cast<std::uint32_t>(touches[i].pair >> 32),
                    static_cast<std::uint32_t>(touches[i].pair),
                    touches[i].thirds / static_cast<double>(kSide)});
  }
  return gaps;
}

}  // namespace barium::find
