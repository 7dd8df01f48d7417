#include "sim/glyph_snap.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>
#include <vector>

namespace barium::sim {

namespace {

constexpr int kInkBelow = 192;     // gray that counts as ink
constexpr double kLargestPt = 60;  // in display pixels: a larger piece is a rule or a picture, and stays

struct Piece {
  std::vector<std::pair<int, int>> pixels;  // x, y
  int left = 0, right = 0, top = 0, bottom = 0;
};

// The piece of ink around (x, y), taken out of `unseen`.
Piece flood(image::Image<std::uint8_t>& unseen, int x, int y) {
  Piece piece{{}, x, x, y, y};
  std::vector<std::pair<int, int>> stack{{x, y}};
  unseen.at(x, y) = 0;
  while (!stack.empty()) {
    const auto [px, py] = stack.back();
    stack.pop_back();
    piece.pixels.emplace_back(px, py);
    piece.left = std::min(piece.left, px), piece.right = std::max(piece.right, px);
    piece.top = std::min(piece.top, py), piece.bottom = std::max(piece.bottom, py);
    for (int ny = std::max(0, py - 1); ny <= std::min(unseen.height() - 1, py + 1); ++ny) {
      for (int nx = std::max(0, px - 1); nx <= std::min(unseen.width() - 1, px + 1); ++nx) {
        if (unseen.at(nx, ny) != 0) stack.emplace_back(nx, ny);
        unseen.at(nx, ny) = 0;
      }
    }
  }
  return piece;
}

}  // namespace

image::GrayImage snap_glyphs(image::GrayView page, double pitch_px) {
  image::GrayImage snapped(page.width(), page.height(), 1, 255), unseen(page.width(), page.height());
  for (int y = 0; y < page.height(); ++y) {
    for (int x = 0; x < page.width(); ++x) {
      unseen.at(x, y) = page.at(x, y) < kInkBelow;
      // Light grays belong to no piece: soft edges follow their letter below, the rest stays.
      if (page.at(x, y) >= kInkBelow) snapped.at(x, y) = page.at(x, y) > 250 ? 255 : page.at(x, y);
    }
  }
  for (int y = 0; y < page.height(); ++y) {
    for (int x = 0; x < page.width(); ++x) {
      if (unseen.at(x, y) == 0) continue;
      const Piece piece = flood(unseen, x, y);
      const bool letter =
          std::max(piece.right - piece.left, piece.bottom - piece.top) < kLargestPt * pitch_px;
      const double wanted = std::round(piece.left / pitch_px) * pitch_px;
      const int shift = letter ? static_cast<int>(std::lround(wanted)) - piece.left : 0;
      for (const auto& [px, py] : piece.pixels) {
        const int target = std::clamp(px + shift, 0, page.width() - 1);
        snapped.at(target, py) = std::min(snapped.at(target, py), page.at(px, py));
      }
    }
  }
  return snapped;
}

}  // namespace barium::sim
