#pragma once

// Channel replay: what a real photograph did to its page (warp, blur, light, noise, JPEG), estimated from the
// photograph and the original, and any other page put through exactly that. Where nothing can be printed this
// is the closest to the truth; its own test is that the original, replayed, measures like the photograph.
//
//   Channel channel = estimate_channel(photo, jpeg_quality, original, alignment's warp and words, seed);
//   GrayImage leaked = replay(channel, raster_of_a_marked_page);

#include <cstdint>
#include <span>

#include "base/bytes.h"
#include "image/image.h"
#include "image/warp.h"
#include "page/measurement.h"
#include "page/registered_page.h"
#include "sim/paper_field.h"
#include "sim/surface.h"

namespace barium::sim {

// All pictures have the photo's size; levels are 0 to 255 on its own curve.
struct Channel {
  PageMesh photo_from_page;   // of the original's page
  image::GrayImage photo;     // what stands around the page
  image::FloatImage paper;    // level of blank paper, by its light; its finest part is in `noise`
  image::FloatImage ink;      // by how much solid ink is darker
  image::FloatImage noise;    // of the sensor, its processing and the paper's grain
  image::FloatImage blur_px;  // sigma
  PaperLaw law;
  int jpeg_quality = 90;
};

struct SeenPage {
  image::GrayView photo;
  int jpeg_quality = 90;  // see jpeg_quality_of
  const page::RegisteredPage& original;
  const image::Warp& photo_from_page;
  std::span<const page::WordMeasurement> words;
};

// seed: of the paper between the words.
Channel estimate_channel(const SeenPage& seen, std::uint64_t seed);

// page: scaled to fit the original's page, centred on it. Use a raster of 4 px a point and more.
image::GrayImage replay(const Channel& channel, const page::PageRaster& page);

// On the IJG's scale, from the luma table. Throws base::Error(kMalformed) for what is no JPEG.
int jpeg_quality_of(base::ByteView jpeg);

}  // namespace barium::sim
