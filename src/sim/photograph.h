#pragma once

// A page put through a camera: the camera of bench and tests, never linked into the product. Gives the
// picture, the file that would be passed on, and the truth of where every page point went.

#include <cstdint>

#include "base/bytes.h"
#include "image/image.h"
#include "sim/camera.h"
#include "sim/surface.h"

namespace barium::sim {

struct Photograph {
  image::ColorImage picture;  // 3 channels, sRGB, as decoded from `file`
  base::Bytes file;           // JPEG, or PNG where the last hop is without loss
  PageMesh photo_from_page;   // p_in_photo = photo_from_page * p_in_page
};

// page: gray, sRGB curve, white paper; px_per_pt: at least 4 for a camera, or its own pixels show. Same page,
// camera and seed give the same bytes.
Photograph photograph(image::GrayView page, double px_per_pt, const Camera& camera, std::uint64_t seed);

}  // namespace barium::sim
