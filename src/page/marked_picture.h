#pragma once

// A picture with words that move: what a copy template keeps of it (docs/formats/template.md), and from it
// the data of a copy's picture by the signs of its carriers, and back. A word moves with the rectangle it
// stands in, which has white at its ends: what moves out of the rectangle is lost, what is laid bare shows
// the white that was there. Outside of the rectangles nothing changes, to the bit.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "image/jpeg_blocks.h"
#include "image/samples.h"
#include "page/picture_words.h"

namespace barium::page {

// How a picture's data are coded. Stored: never renumber.
enum class PictureCoding : std::uint8_t {
  kFlate = 0,  // /FlateDecode
  kFax4 = 1,   // /CCITTFaxDecode with /K -1
  kJbig2 = 2,  // /JBIG2Decode, as image/jbig2.h writes it
  kJpeg = 3,   // /DCTDecode, blocks without moves as they were
};

// As ReadOptions' limits for photos: 60 Mpx, and a side that pictures of 600 dpi have.
inline constexpr std::int64_t kMostPicturePixels = 60'000'000;
inline constexpr int kMostPictureSidePx = 20'000;

struct PictureMove {
  std::uint32_t carrier = 0;    // numbered through the document
  PixelBox area;                // in the picture as stored
  std::int32_t dx = 0, dy = 0;  // px, of sign +1; one of them is 0
};

struct MarkedPicture {
  PictureCoding coding = PictureCoding::kFlate;
  bool inverted = false;                  // kFax4 and kJbig2: black is sample 0
  int predictor_bytes = 0;                // kFlate: 0, or bytes of a pixel for PNG's filters (at least 1)
  base::Bytes row_filters;                // kFlate with a predictor: PNG's filter of each row
  image::Samples samples;                 // of the original; of kJpeg its size alone
  std::optional<image::JpegBlocks> jpeg;  // of kJpeg
};

base::Bytes serialize(const MarkedPicture& picture);
// Throws base::Error(kMalformed, kLimit).
MarkedPicture parse_marked_picture(base::ByteView blob);

// Throws base::Error(kMalformed) where a move is not within the picture.
void check_moves(const MarkedPicture& picture, std::span<const PictureMove> moves);

// signs: by carrier. level: of compression, for kFlate.
base::Bytes picture_data(const MarkedPicture& picture, std::span<const PictureMove> moves,
                         std::span<const std::int8_t> signs, int level);

// For each move the signs that the data allow, as bits: 1 plus, 2 minus, 4 zero. nullopt-like empty: the data
// are not those of a copy.
std::vector<std::uint8_t> possible_signs(const MarkedPicture& picture, std::span<const PictureMove> moves,
                                         base::ByteView data);

}  // namespace barium::page
