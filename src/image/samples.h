#pragma once

// Pixels packed as PDF and TIFF pack them (ISO 32000-1:2008, 8.9.3): each row begins at a byte, the first
// sample in the highest bits, samples of a pixel next to each other.

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"

namespace barium::image {

struct Samples {
  int width = 0, height = 0;
  int bits_per_pixel = 1;  // of all components together; below 8 only 1, 2 and 4
  base::Bytes rows;        // height * row_bytes()

  std::size_t row_bytes() const { return (static_cast<std::size_t>(width) * bits_per_pixel + 7) / 8; }
  std::uint8_t* row(int y) { return rows.data() + row_bytes() * static_cast<std::size_t>(y); }
  const std::uint8_t* row(int y) const { return rows.data() + row_bytes() * static_cast<std::size_t>(y); }
  // Of bits_per_pixel = 1.
  bool bit(int x, int y) const { return row(y)[x >> 3] >> (7 - (x & 7)) & 1; }
  bool operator==(const Samples&) const = default;
};

}  // namespace barium::image
