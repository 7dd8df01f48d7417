#pragma once

// Where ink is, whatever the light: the first step of find. No page outline and no global threshold: the
// paper's brightness at a pixel is the grey-level closing over a window wider than any stroke of text, and
// ink is how far, as a share of that brightness, the pixel lies below it ("black top-hat": J. Serra, Image
// Analysis and Mathematical Morphology, 1982). Shadow edges and creases survive a closing, so they leave
// little ink.

#include <cstdint>
#include <vector>

#include "base/geometry.h"
#include "image/image.h"

namespace barium::find {

enum class Polarity { kDarkOnLight, kLightOnDark };

// Small or blurred pictures run lines together: enlarged and sharpened they come apart.
enum class Focus { kAsIs, kSharpened };

struct InkMap {
  image::GrayImage gray;       // the photo in the working frame, smoothed; as for dark ink on light paper
  image::GrayImage ink;        // 0 paper, 255 no light comes back
  double px_per_photo_px = 1;  // p_in_working = px_per_photo_px * p_in_photo
};

// Reduced to at most kWorkingSidePx on the long side; sharpened, enlarged to it too.
InkMap ink_map(image::GrayView photo, Polarity polarity, Focus focus = Focus::kAsIs);

inline constexpr int kWorkingSidePx = 1600;

// A connected piece of ink: its mass and moments, weighted by ink.
struct Piece {
  double mass = 0;                // sum of ink / 255
  base::Vec2 centre;              // working frame
  double xx = 0, xy = 0, yy = 0;  // central second moments, px^2
  int pixels = 0;
  int x0 = 0, y0 = 0, x1 = 0, y1 = 0;  // hull, half open
};

// Connected pieces (8 neighbours) and, for each pixel, 1 + the index of the piece it belongs to, 0 for none.
struct Pieces {
  std::vector<Piece> pieces;
  image::Image<std::uint32_t> labels;
};

Pieces connected_pieces(const image::GrayImage& ink);

}  // namespace barium::find
