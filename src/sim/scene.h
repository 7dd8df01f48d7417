#pragma once

// The light that reaches each pixel of the sensor: the sheet under its lamp, and the desk around it.

#include "base/rng.h"
#include "image/image.h"
#include "sim/camera.h"
#include "sim/sheet_look.h"
#include "sim/surface.h"

namespace barium::sim {

// 3 channels, linear, fully lit paper at 1.
image::FloatImage light_scene(const SheetLook& look, const Framing& framing, const Camera& camera,
                              base::Rng& rng);

}  // namespace barium::sim
