#pragma once

// Which pixels of a scan are ink: dark against the paper around them.

#include "image/image.h"
#include "image/samples.h"

namespace barium::page {

// One bit a pixel: ink is the value that fewer pixels have.
image::GrayImage ink_levels(const image::Samples& bitmap);

// Grey: the paper is what most of the surroundings are. A page that is dark as a whole has light letters.
image::GrayImage ink_levels(image::GrayImage gray);

}  // namespace barium::page
