#pragma once

// The original as the photo's own pixels would have caught it. Where they are coarse and sharp, as a
// renderer's are, how a stroke lies to the grid changes how it looks, and no linear filter tells that.

#include <cstdint>
#include <optional>
#include <vector>

#include "base/geometry.h"
#include "image/image.h"
#include "image/warp.h"
#include "page/registered_page.h"

namespace barium::verify {

// Sums over a page's raster.
class RasterSums {
 public:
  // Sums of 32 bits hold 16.8 million pixels: a sheet of A2.
  static bool holds(const page::PageRaster& raster);
  explicit RasterSums(const page::PageRaster& raster);
  // Mean over a box in pt, 0 (black) to 1 (white); past the page's edge it goes on.
  float mean(const base::Box& box) const;

 private:
  double sum_to(double x, double y) const;
  double px_per_pt_;
  int width_, height_;
  std::vector<std::uint32_t> sums_;  // of all pixels above and left of a corner
};

// An area of the page, moved by `shift` pt, in the photo's pixels: each the mean of what it covers, and
// between them Catmull and Rom's cubic, as the photo is sampled.
class CaughtArea {
 public:
  // px: the side of a pixel of the level that is sampled, in photo pixels. The map is linear about the area;
  // nullopt where it folds or leaves all bounds.
  static std::optional<CaughtArea> of(const RasterSums& page, const image::Warp& photo_from_page, double px,
                                      const base::Box& area, base::Vec2 shift);
  float tone_at(base::Vec2 p_in_page) const;  // within the area

 private:
  base::Vec2 pixel_of(base::Vec2 p_in_page) const;  // the first of pixels_ is at (0, 0)
  base::Vec2 middle_, first_;                       // pt; pixels
  base::Vec2 per_x_, per_y_;                        // pixels a pt right and down
  image::FloatImage pixels_;
};

}  // namespace barium::verify
