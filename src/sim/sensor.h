#pragma once

// From light on the sensor to stored pixels: optics' blur, colour filter array, noise, demosaicing,
// sharpening, tone.

#include "base/rng.h"
#include "image/image.h"
#include "sim/camera.h"

namespace barium::sim {

// light: 3 channels, linear, paper near 1. Result: 3 channels, sRGB.
image::ColorImage develop(image::FloatImage light, const Lens& lens, const Sensor& sensor, base::Rng& rng);

}  // namespace barium::sim
