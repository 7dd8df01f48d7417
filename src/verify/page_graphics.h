#pragma once

// What a page shows beside its words: rules (the lines of tables, the edges of bars and boxes) and pictures
// (logos, photographs, charts, everything else). From the raster alone: it makes no difference whether the
// PDF draws it or holds it as an image.

#include <cstdint>
#include <vector>

#include "base/geometry.h"
#include "image/image.h"
#include "page/word.h"

namespace barium::verify {

struct Graphic {
  enum class Kind { kRule, kPicture } kind = Kind::kPicture;
  bool upright = false;  // of a rule: it runs down the page
  base::Box where;       // pt, page frame
  std::vector<base::Box>
      parts;  // of a rule along it; of a picture, squares. Those without contrast are left out
};

struct PageGraphics {
  image::Image<std::uint8_t> words;  // 1 where words stand: that is not looked at
  std::vector<Graphic> graphics;
};

// original: 0 black, 1 white, a sample every step_pt, as of LaidPage.
PageGraphics graphics_of(const image::FloatImage& original, double step_pt, const page::PageModel& page);

}  // namespace barium::verify
