// A JBIG2 of a copy's picture, foreign: the first two bytes are the picture's width and height.

#include "base/error.h"
#include "image/jbig2.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace barium;
  if (size < 2 || data[0] == 0 || data[1] == 0) return 0;
  try {
    image::decode_jbig2({data + 2, size - 2}, data[0], data[1]);
  } catch (const base::Error&) {
    // Refused, as foreign bytes may be.
  }
  return 0;
}
