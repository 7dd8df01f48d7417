#pragma once

// A JPEG as its quantised coefficients (ITU-T T.81), so that a part of the picture can be changed while the
// rest keeps its coefficients, and with them its pixels, to the bit. Huffman-coded JPEGs of 8 bits,
// sequential or progressive.

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "image/image.h"

namespace barium::image {

struct JpegBlocks {
  struct Component {
    std::uint8_t id = 0, h = 1, v = 1;  // sampling factors
    std::uint8_t table = 0;             // into `tables`
    int blocks_wide = 0, blocks_high = 0;
    std::vector<std::int16_t> coefficients;  // 64 a block, row by row, in natural order
  };
  struct Marker {
    std::uint8_t code = 0;  // APP0 to APP15, COM
    base::Bytes data;
  };
  int width = 0, height = 0;
  bool progressive = false;
  std::uint32_t restart_interval = 0;
  bool luma_first = true;  // the first component is brightness: YCbCr, YCCK or grey
  std::array<std::optional<std::array<std::uint16_t, 64>>, 4> tables;  // natural order
  std::vector<Component> components;
  std::vector<Marker> markers;

  int most_h() const;
  int most_v() const;
};

// Throws base::Error(kMalformed, kUnsupported, kLimit). Damaged or cut files are kMalformed: what they show
// depends on the decoder.
JpegBlocks read_jpeg_blocks(base::ByteView jpeg, std::int64_t most_pixels);

// With Huffman tables made for it. Markers stand as they were; progressive scans may be cut otherwise.
base::Bytes write_jpeg_blocks(const JpegBlocks& blocks);

// T.81, A.3.3: from coefficients times `table` to values around 128 (not clamped), and back, rounded to the
// nearest multiple.
void jpeg_to_pixels(const std::int16_t* coefficients, const std::array<std::uint16_t, 64>& table,
                    float* pixels);
void pixels_to_jpeg(const float* pixels, const std::array<std::uint16_t, 64>& table,
                    std::int16_t* coefficients);

// The picture in grey: of each pixel the brightness, or the middle of its components where none is that.
GrayImage gray_of(const JpegBlocks& blocks);

}  // namespace barium::image
