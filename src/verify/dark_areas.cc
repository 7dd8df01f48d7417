#include "verify/dark_areas.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "image/extremes.h"
#include "verify/regions.h"

namespace barium::verify {
namespace {

using image::Extreme;
using image::FloatImage;

// Paper is about as light around a bar as over so much, and somewhere within is no bar.
constexpr double kPaperPt = 60;
// The original's own dark areas reach so much farther, by blur and paper.
constexpr double kApartPt = 3;
// From the side of the sheet, or of what is laid of it.
constexpr double kAtSidePt = 6;
// Chosen: of a page, what runs across it is so wide or high.
constexpr double kLeastAcross = 0.5;
// What is drawn ends at once, and shadows do not: of its edge so much is lighter by a quarter 2 pt beyond
// than 2 pt within. Bench: verify_black_outs.
constexpr double kEdgePt = 2, kSharpShare = 0.5;
constexpr float kLeastStep = 0.25f;

int samples(double pt) { return static_cast<int>(std::lround(pt / kLaidStepPt)); }

// Of the paper's brightness.
FloatImage lacks_of(const FloatImage& picture, const FloatImage& paper) {
  FloatImage lacks = picture;
  for (std::size_t i = 0; i < lacks.pixels().size(); ++i)
    lacks.pixels()[i] = 1 - picture.pixels()[i] / std::max(0.02f, paper.pixels()[i]);
  return lacks;
}

FloatImage without_strokes(const FloatImage& picture) {
  const int thick = samples(kThickPt / 2);
  return extremes(extremes(picture, thick, Extreme::kLightest), thick, Extreme::kDarkest);
}

// Of each row, or column, of what is laid: the first and the last.
struct Extent {
  int first = 1 << 30, last = -1;
  void add(int at) { first = std::min(first, at), last = std::max(last, at); }
};

// Of a dark area: its box, the sides of the sheet that it reaches, and how much of its edge is sharp.
struct Reach {
  int x0 = 1 << 30, y0 = 1 << 30, x1 = 0, y1 = 0;
  bool left = false, right = false, up = false, down = false;
  int edge = 0, sharp = 0;

  bool is_across(int width, int height) const {
    const bool along = left && right && x1 - x0 >= kLeastAcross * width;
    const bool across = up && down && y1 - y0 >= kLeastAcross * height;
    return (along || across) && sharp >= kSharpShare * edge;
  }
};

}  // namespace

DarkAreas dark_areas(const LaidPage& laid, const page::PageModel& page, const align::Alignment& alignment) {
  DarkAreas out{.paper = laid.rough};
  for (std::size_t i = 0; i < out.paper.pixels().size(); ++i) out.paper.pixels()[i] *= laid.laid.pixels()[i];
  out.paper = extremes(std::move(out.paper), samples(kPaperPt / 2), Extreme::kLightest);
  out.ink = static_cast<float>(darkness_of_ink(lacks_of(laid.rough, out.paper), page, alignment));
  out.ground = without_strokes(laid.original);
  const FloatImage seen = lacks_of(without_strokes(laid.rough), out.paper);
  const FloatImage own = extremes(out.ground, samples(kApartPt), Extreme::kDarkest);
  out.areas = image::Image<std::uint8_t>(seen.width(), seen.height());
  for (std::size_t i = 0; i < out.areas.pixels().size(); ++i)
    out.areas.pixels()[i] =
        out.ink > 0 && seen.pixels()[i] > kAsDarkAsInk * out.ink && own.pixels()[i] > kLightGround;
  return out;
}

image::Image<std::uint8_t> across_the_sheet(const LaidPage& laid, const DarkAreas& dark) {
  const int w = dark.areas.width(), h = dark.areas.height(), at_side = samples(kAtSidePt);
  const Regions regions = connected_regions(dark.areas);
  const auto is_beyond = [&](int x, int y) {
    return x < 0 || y < 0 || x >= w || y >= h || laid.laid.at(x, y) <= 0;
  };
  std::vector<Extent> rows(static_cast<std::size_t>(h)), columns(static_cast<std::size_t>(w));
  for (int y = 0; y < h; ++y)
    for (int x = 0; x < w; ++x)
      if (laid.laid.at(x, y) > 0)
        rows[static_cast<std::size_t>(y)].add(x), columns[static_cast<std::size_t>(x)].add(y);
  std::vector<Reach> reaches(regions.count + 1);
  for (int y = 0; y < h; ++y)
    for (int x = 0; x < w; ++x) {
      const std::uint32_t number = regions.number.at(x, y);
      if (number == 0) continue;
      Reach& reach = reaches[number];
      reach.x0 = std::min(reach.x0, x), reach.x1 = std::max(reach.x1, x + 1);
      reach.y0 = std::min(reach.y0, y), reach.y1 = std::max(reach.y1, y + 1);
      const Extent &row = rows[static_cast<std::size_t>(y)], &column = columns[static_cast<std::size_t>(x)];
      reach.left |= x - at_side<row.first, reach.right |= x + at_side> row.last;
      reach.up |= y - at_side<column.first, reach.down |= y + at_side> column.last;
    }
  const int off = samples(kEdgePt);
  for (int y = off; y < h - off; ++y)
    for (int x = off; x < w - off; ++x) {
      const std::uint32_t number = regions.number.at(x, y);
      if (number == 0) continue;
      for (const auto& [dx, dy] : {std::pair{-1, 0}, {1, 0}, {0, -1}, {0, 1}}) {
        if (regions.number.at(x + dx, y + dy) != 0 || is_beyond(x + off * dx, y + off * dy)) continue;
        const float within = laid.rough.at(x - off * dx, y - off * dy),
                    beyond = laid.rough.at(x + off * dx, y + off * dy);
        ++reaches[number].edge;
        reaches[number].sharp += within <= (1 - kLeastStep) * beyond;
      }
    }
  FloatImage across(w, h, 1, 0.0f);
  for (std::size_t i = 0; i < across.pixels().size(); ++i)
    if (const std::uint32_t number = regions.number.pixels()[i];
        number != 0 && reaches[number].is_across(w, h))
      across.pixels()[i] = 1;
  // What is written in it, and its middle, which has no paper near.
  across = extremes(std::move(across), samples(kPaperPt / 2), Extreme::kLightest);
  image::Image<std::uint8_t> out(w, h);
  for (std::size_t i = 0; i < out.pixels().size(); ++i) out.pixels()[i] = across.pixels()[i] > 0;
  return out;
}

}  // namespace barium::verify
