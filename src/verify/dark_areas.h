#pragma once

// What is dark in the photo where the page is light, over more than a stroke's width: black-outs, fingers,
// deep shadow, captions drawn over a video.

#include <cstdint>

#include "align/align.h"
#include "image/image.h"
#include "page/word.h"
#include "verify/laid_page.h"

namespace barium::verify {

// Of how dark ink is. Bench: verify_black_outs.
inline constexpr float kAsDarkAsInk = 0.75f;
// Darker ground of the original, 0 black and 1 white, is not light: noise is as large as ink there.
inline constexpr float kLightGround = 0.7f;

// Wider than strokes, and less than a line is high.
inline constexpr double kThickPt = 5;

// On the grid of the laid page.
struct DarkAreas {
  image::FloatImage paper;           // the lightest around
  float ink = 0;                     // what the page's ink lacks of it; 0: not known, and no area is dark
  image::FloatImage ground;          // the original without strokes
  image::Image<std::uint8_t> areas;  // 1 where the photo is dark and the original light
};

DarkAreas dark_areas(const LaidPage& laid, const page::PageModel& page, const align::Alignment& alignment);

// 1 in and about dark areas that run across all of the sheet that is seen, from one side to the other.
image::Image<std::uint8_t> across_the_sheet(const LaidPage& laid, const DarkAreas& dark);

}  // namespace barium::verify
