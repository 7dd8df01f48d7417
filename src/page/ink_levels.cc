#include "page/ink_levels.h"

#include <algorithm>
#include <array>
#include <bit>

#include "page/picture_words.h"

namespace barium::page {

namespace {

// A part of a page whose paper has one brightness: shadows at a book's spine are wider.
constexpr int kCellPx = 64;
// Of the paper's brightness. Letters of a grey scan reach 0.3 and less, thin strokes 0.6; JPEG's ripples
// stay above 0.88 for the qualities that scanners use (75 and more).
constexpr int kInkPercent = 68, kTracePercent = 88;
// This share of a cell is paper, even within a dense line.
constexpr double kPaperShare = 0.75;

using Histogram = std::array<int, 256>;

int percentile(const Histogram& counts, double share) {
  long all = 0, sum = 0;
  for (const int count : counts) all += count;
  for (int value = 0; value < 256; ++value) {
    sum += counts[static_cast<std::size_t>(value)];
    if (static_cast<double>(sum) >= share * static_cast<double>(all)) return value;
  }
  return 255;
}

Histogram histogram(const image::GrayImage& gray, int x0, int y0, int size) {
  Histogram counts{};
  for (int y = y0; y < std::min(gray.height(), y0 + size); ++y)
    for (int x = x0; x < std::min(gray.width(), x0 + size); ++x) ++counts[gray.at(x, y)];
  return counts;
}

// The paper's brightness by cell: its brightest neighbour's, for a cell may lie within a letter.
image::GrayImage paper_of(const image::GrayImage& gray) {
  image::GrayImage cells((gray.width() + kCellPx - 1) / kCellPx, (gray.height() + kCellPx - 1) / kCellPx);
  for (int y = 0; y < cells.height(); ++y)
    for (int x = 0; x < cells.width(); ++x)
      cells.at(x, y) = static_cast<std::uint8_t>(
          percentile(histogram(gray, x * kCellPx, y * kCellPx, kCellPx), kPaperShare));
  image::GrayImage paper = cells;
  for (int y = 0; y < cells.height(); ++y)
    for (int x = 0; x < cells.width(); ++x)
      for (int dy = -1; dy <= 1; ++dy)
        for (int dx = -1; dx <= 1; ++dx)
          if (x + dx >= 0 && y + dy >= 0 && x + dx < cells.width() && y + dy < cells.height())
            paper.at(x, y) = std::max(paper.at(x, y), cells.at(x + dx, y + dy));
  return paper;
}

constexpr int kDarkPage = 100;

}  // namespace

image::GrayImage ink_levels(const image::Samples& bitmap) {
  base::require(bitmap.bits_per_pixel == 1, "a bitmap has one bit a pixel");
  std::size_t ones = 0;
  for (const std::uint8_t byte : bitmap.rows) ones += static_cast<std::size_t>(std::popcount(byte));
  const bool ink_is_one = 2 * ones < bitmap.rows.size() * 8;
  image::GrayImage levels(bitmap.width, bitmap.height);
  for (int y = 0; y < bitmap.height; ++y) {
    const std::uint8_t* in = bitmap.row(y);
    std::uint8_t* out = levels.row(y);
    for (int x = 0; x < bitmap.width; ++x)
      out[x] = ((in[x >> 3] >> (7 - (x & 7)) & 1) != 0) == ink_is_one ? kInk : kPaper;
  }
  return levels;
}

image::GrayImage ink_levels(image::GrayImage gray) {
  if (percentile(histogram(gray, 0, 0, std::max(gray.width(), gray.height())), 0.5) < kDarkPage)
    for (std::uint8_t& value : gray.pixels()) value = static_cast<std::uint8_t>(255 - value);
  const image::GrayImage paper = paper_of(gray);
  for (int y = 0; y < gray.height(); ++y)
    for (int x = 0; x < gray.width(); ++x) {
      const int white = paper.at(x / kCellPx, y / kCellPx), value = gray.at(x, y) * 100;
      gray.at(x, y) = value < white * kInkPercent ? kInk : value < white * kTracePercent ? kTrace : kPaper;
    }
  return gray;
}

}  // namespace barium::page
