#pragma once

// What decode.cc and the readers of the single formats share. Private to the module.

#include <string_view>

#include "image/decode.h"

namespace barium::image {

// A frame as its format stores it: pixels of 1, 3 or 4 (R G B A) channels, not yet upright.
struct StoredFrame {
  Image<std::uint8_t> pixels;
  int orientation = 1;  // EXIF 1 to 8
  int full_width = 0;   // as stored, where the reader reduced the frame; else 0
  int full_height = 0;
};

struct StoredPhoto {
  std::vector<StoredFrame> frames;
  int frames_in_file = 1;
  base::Notes notes;
};

// Throws Error(kLimit), or kMalformed where a side is not positive.
void require_size(std::int64_t width, std::int64_t height, const DecodeLimits& limits);
// Throws Error(kMalformed): "the PNG is damaged: " and what the library said.
[[noreturn]] void fail_damaged(std::string_view format, std::string_view why);
base::Note first_frame_note(std::string_view format);

StoredPhoto read_jpeg(base::ByteView bytes, const DecodeOptions& options);
StoredPhoto read_png(base::ByteView bytes, const DecodeOptions& options);
StoredPhoto read_webp(base::ByteView bytes, const DecodeOptions& options);
StoredPhoto read_gif(base::ByteView bytes, const DecodeOptions& options);
StoredPhoto read_tiff(base::ByteView bytes, const DecodeOptions& options);
StoredPhoto read_heif(base::ByteView bytes, const DecodeOptions& options);
StoredPhoto read_bmp(base::ByteView bytes, const DecodeOptions& options);
StoredPhoto read_pnm(base::ByteView bytes, const DecodeOptions& options);

}  // namespace barium::image
