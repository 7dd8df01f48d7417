#pragma once

// What a report shows of a page as a plain picture: the original on the left, the photo on the right, altered
// places framed on both, what cannot be vouched for hatched.

#include "app/flow/examine.h"

namespace barium::app {

image::ColorImage overlay_picture(const PagePictures& pictures);

}  // namespace barium::app
