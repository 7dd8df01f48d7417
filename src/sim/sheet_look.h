#pragma once

// What the page looks like before any light falls on it: toner on paper, a photocopy, or a display.

#include "base/geometry.h"
#include "base/rng.h"
#include "image/image.h"
#include "sim/camera.h"

namespace barium::sim {

// A page's look: linear reflectance (or emission), 0 to 1, one channel on paper, three on a display.
struct SheetLook {
  image::FloatImage value;
  base::Vec2 px_per_pt{1, 1};  // a display's pixels are whole, so its two scales differ a little
};

// page: gray, sRGB curve, at px_per_pt.
SheetLook print(image::GrayView page, double px_per_pt, const Camera& camera, base::Rng& rng);
SheetLook show(image::GrayView page, double px_per_pt, const Screen& screen);

// The page as whole display pixels, gray, sRGB curve: what a screenshot takes.
image::GrayImage display_pixels(image::GrayView page, double px_per_pt, const Screen& screen);

float linear_from_srgb(float value_0_to_255);  // to 0..1
float srgb_from_linear(float value_0_to_1);    // to 0..255, clamped

}  // namespace barium::sim
