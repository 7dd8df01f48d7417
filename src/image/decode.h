#pragma once

// From foreign bytes to pixels: the one door through which pictures enter. The format is told by its first
// bytes, never by a name. Sizes are checked before memory is taken for them. Meant to run in a confined
// worker, for the format libraries below it are only as safe as their last bug.

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/note.h"
#include "image/image.h"

namespace barium::image {

struct DecodeLimits {
  std::uint64_t bytes = 100'000'000;  // of the file
  std::int64_t pixels = 60'000'000;   // of one frame, and of all frames together
  int side_px = 10'000;               // width and height
  int frames = 20;                    // decoded; more than these are left out with a note
};

enum class DecodedColor { kAsStored, kGray };

struct DecodeOptions {
  DecodeLimits limits;
  DecodedColor color = DecodedColor::kAsStored;  // kGray: several times as fast for JPEG
  int max_long_side_px = 0;  // frames larger than this are reduced by exact areas, JPEG mostly while
                             // decoding; 0: never
  int first_frame = 0;       // of a multipage TIFF, counted from 0
};

// One picture, upright: the orientation of EXIF, TIFF or HEIF is applied. Transparency is laid on white.
struct Frame {
  Image<std::uint8_t> pixels;  // 1 channel (gray) or 3 (R G B), sRGB as stored
  int full_width = 0;          // upright, before any reduction to max_long_side_px
  int full_height = 0;
};

struct Photo {
  std::string format;         // "jpeg", "png", "webp", "gif", "tiff", "heif", "avif", "bmp", "pnm"
  std::vector<Frame> frames;  // at least one; pages of a TIFF, else the first frame only
  int frames_in_file = 1;     // 2 stands for "several" in formats that do not say
  base::Notes notes;          // "photo.cut_short", "photo.frames_left_out", "photo.damaged", ...
};

// Throws Error: kMalformed for empty, foreign or broken bytes (the message says what they are, where that can
// be told), kLimit beyond the limits, kUnsupported for kinds that the libraries do not know.
Photo decode_photo(base::ByteView bytes, const DecodeOptions& options = {});

}  // namespace barium::image
