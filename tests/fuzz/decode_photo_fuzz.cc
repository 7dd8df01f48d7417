// Any bytes at all end in a photo or in an Error, within small limits.

#include "image/decode.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  barium::image::DecodeOptions options;
  options.limits.pixels = 1'000'000;
  options.limits.side_px = 4'000;
  options.limits.frames = 3;
  if (size > 0) options.max_long_side_px = data[size - 1] % 2 ? 100 : 0;
  try {
    const barium::image::Photo photo = barium::image::decode_photo({data, size}, options);
    if (photo.frames.empty()) __builtin_trap();
  } catch (const barium::base::Error&) {
  }
  return 0;
}
