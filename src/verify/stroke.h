#pragma once

#include "base/geometry.h"
#include "image/image.h"

namespace barium::verify {

// How broad a word's strokes are, pt: twice its ink over the length of its outline, which a little blur
// leaves as it is. Tells light, regular and bold letters of one shape apart; blank paper has 0.
// picture: of the page, a sample every step_pt.
double stroke_pt(const image::FloatImage& picture, double step_pt, const base::Box& word);

}  // namespace barium::verify
