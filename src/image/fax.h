#pragma once

// ITU-T T.6 ("CCITT group 4"), as /CCITTFaxDecode with /K -1 has it, by way of libtiff. Bits that are 1 are
// black: the PDF says /BlackIs1 true.

#include "base/bytes.h"
#include "image/samples.h"

namespace barium::image {

// bitmap: of one bit a pixel. With the mark that ends a block.
base::Bytes encode_fax4(const Samples& bitmap);

// Throws base::Error(kMalformed).
Samples decode_fax4(base::ByteView data, int width, int height);

}  // namespace barium::image
