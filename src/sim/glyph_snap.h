#pragma once

// Text renderers that place letters on whole pixels (GDI, many PDF viewers at low zoom) move each letter by
// up to half a pixel. Without the renderer, the same is done to the picture: connected pieces of ink, letters
// mostly, are moved sideways so that their left edges stand on whole display pixels.

#include "image/image.h"

namespace barium::sim {

// pitch_px: the display's pixel in pixels of `page`.
image::GrayImage snap_glyphs(image::GrayView page, double pitch_px);

}  // namespace barium::sim
