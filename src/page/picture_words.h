#pragma once

// Words in the picture of a page that a scanner made: connected pieces of ink, joined along the line where
// the white between them is narrower than a blank. Scans are clean and upright next to what a camera sees, so
// that boxes are exact to the pixel, which a word needs to be moved in the picture. Method and constants:
// docs/methods/scans.md.

#include <cstdint>
#include <vector>

#include "image/image.h"
#include "image/pieces.h"

namespace barium::page {

// What a pixel of a scan is: paper; a trace of ink, as blur and JPEG leave them around letters; or ink.
enum Level : std::uint8_t { kPaper = 0, kTrace = 1, kInk = 2 };

// Pixels, half open. The frame is that of the picture turned so that its text reads from left to right.
struct PixelBox {
  int x0 = 0, y0 = 0, x1 = 0, y1 = 0;

  int width() const { return x1 - x0; }
  int height() const { return y1 - y0; }
  bool meets(const PixelBox& other) const {
    return x0 < other.x1 && other.x0 < x1 && y0 < other.y1 && other.y0 < y1;
  }
  bool operator==(const PixelBox&) const = default;
};

struct PictureWord {
  PixelBox ink;
  int baseline_y = 0;                 // the row below the feet of most of its letters
  double letter_height = 0;           // px: the middle height of the pieces around it, near that of an x
  int line = 0;                       // words with the same number stand on one line
  std::vector<std::uint32_t> pieces;  // labels in PictureWords::runs
};

struct PictureWords {
  std::vector<PictureWord> words;                // by line from the top, along the line
  std::vector<std::vector<image::InkRun>> runs;  // by row, dust left out
  std::vector<std::uint32_t> word_of;            // by piece; UINT32_MAX: of no word (rules, frames, pictures)
};

// Two inches, as for text (docs/methods/carriers.md).
inline constexpr double kLongestGapPt = 144;

// levels: of Level. longest_gap_pt: words of a line further apart are on two lines.
PictureWords find_picture_words(const image::GrayImage& levels, double px_per_pt, double longest_gap_pt);

}  // namespace barium::page
