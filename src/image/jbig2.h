#pragma once

// A bitmap in ITU-T T.88 (JBIG2), coded arithmetically, lossless, in the embedded form that /JBIG2Decode
// wants: page information; where pieces of ink repeat to the dot a dictionary of them and a text region that
// draws them; and a generic region with the rest. In a PDF the filter turns JBIG2's black, 1, into sample 0.

#include "base/bytes.h"
#include "image/samples.h"

namespace barium::image {

// bitmap: one bit a pixel, 1 is black.
base::Bytes encode_jbig2(const Samples& bitmap);

// What encode_jbig2 wrote, and nothing else. Throws base::Error(kMalformed).
Samples decode_jbig2(base::ByteView data, int width, int height);

}  // namespace barium::image
