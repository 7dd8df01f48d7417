#pragma once

// A bitmap as one generic region of ITU-T T.88 (JBIG2), coded arithmetically, lossless, in the embedded form
// that /JBIG2Decode wants: a page information segment and an immediate lossless generic region (template 0,
// nominal adaptive pixels, typical prediction). Annex E has the coder, 6.2 the region. In a PDF the filter
// turns JBIG2's black, 1, into sample 0.

#include "base/bytes.h"
#include "image/samples.h"

namespace barium::image {

// bitmap: one bit a pixel, 1 is black.
base::Bytes encode_jbig2(const Samples& bitmap);

// What encode_jbig2 wrote, and nothing else. Throws base::Error(kMalformed).
Samples decode_jbig2(base::ByteView data, int width, int height);

}  // namespace barium::image
