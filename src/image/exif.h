#pragma once

// The one thing that EXIF tells us: which way up the picture is. CIPA DC-008 (Exif 2.32), tag 274. Reads at
// most one directory and never outside its bytes; whatever is not understood is orientation 1.

#include "base/bytes.h"

namespace barium::image {

// block: from the TIFF header ("II" or "MM") on. 1 to 8.
int exif_orientation(base::ByteView block);

// Finds the block in the container first; 1 where there is none.
int jpeg_orientation(base::ByteView file);
int png_orientation(base::ByteView file);
int webp_orientation(base::ByteView file);

// Whether a JPEG carries Adobe's APP14 marker: its CMYK is then stored inverted.
bool has_adobe_marker(base::ByteView jpeg);

}  // namespace barium::image
