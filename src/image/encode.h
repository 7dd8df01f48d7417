#pragma once

// Pictures for people and for tests: PNG without loss, JPEG with. Nothing that barium measures is ever taken
// from what it encoded itself.

#include "base/bytes.h"
#include "image/image.h"

namespace barium::image {

// 1 (gray), 3 (RGB) or 4 (RGBA) channels, 8 bits each.
base::Bytes encode_png(ImageView<const std::uint8_t> image);

enum class Chroma { kFull, kHalved };  // 4:4:4, 4:2:0

// 1 or 3 channels. quality: 1 to 100, on the scale of the IJG's library.
base::Bytes encode_jpeg(ImageView<const std::uint8_t> image, int quality, Chroma chroma = Chroma::kHalved);

}  // namespace barium::image
