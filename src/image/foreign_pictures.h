#pragma once

// For tests: pictures in formats that barium reads but does not write, made by the formats' own libraries.

#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "image/image.h"

namespace barium::image {

base::Bytes webp_of(const Image<std::uint8_t>& rgb_or_rgba);  // lossless
base::Bytes animated_webp_of(const std::vector<Image<std::uint8_t>>& rgba);
base::Bytes gif_of(const std::vector<GrayImage>& frames);
base::Bytes cmyk_jpeg_of(const Image<std::uint8_t>& stored_cmyk);
// extension: "heic" or "avif"; quality 100.
base::Bytes heif_of(const Image<std::uint8_t>& rgb, std::string_view extension);

struct TiffKind {
  int bits = 8;         // 1, 8 or 16 a sample
  int compression = 1;  // libtiff's COMPRESSION_*
  int orientation = 1;
  bool white_is_zero = false;
};
base::Bytes tiff_of(const std::vector<Image<std::uint8_t>>& pages, const TiffKind& kind = {});

}  // namespace barium::image
