#pragma once

// Pages to pictures with poppler's pdftoppm, run as a program: it is GPL, barium is not. Foreign bytes: call
// it in a confined worker only. Sizes are asked for in pixels, so that an enormous page cannot ask for
// enormous memory.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "image/image.h"

namespace barium::page {

struct RenderOptions {
  double px_per_pt = 200.0 / 72.0;  // wanted; lowered where the page would pass max_side_px
  int max_side_px = 10'000;
  std::string password;
  enum class Color { kGray, kRgb } color = Color::kGray;
};

struct RenderedPage {
  int page = 0;          // counts from 1
  double px_per_pt = 0;  // what was used
  image::Image<std::uint8_t> picture;
};

// first and last: pages, counting from 1. Throws base::Error: kMalformed where the renderer gives no picture,
// kLimit.
std::vector<RenderedPage> render_pages(base::ByteView pdf, int first, int last,
                                       const RenderOptions& options = {});

}  // namespace barium::page
