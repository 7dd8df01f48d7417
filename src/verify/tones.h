#pragma once

#include "base/geometry.h"
#include "image/image.h"

namespace barium::verify {

// Of a word: the ground that it stands on, and how far its ink is from that. 0 black, 1 white.
struct Tones {
  float paper = 1, contrast = 0;
};

// picture: of the page, a sample every step_pt.
Tones tones_of(const image::FloatImage& picture, double step_pt, const base::Box& box);

}  // namespace barium::verify
