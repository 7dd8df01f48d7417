#include "bench/oracle/copy_oracle.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <string_view>

namespace barium::oracle {

namespace {

// Ink reaches beyond a word's box of advances, descent and ascent: italics, swashes, stacked vowel signs.
constexpr double kOverhang = 0.3;     // of the font size
constexpr double kAntialiasPx = 1.5;  // a pixel on each side, and the rounding of the box
// A glyph this near the edge of a word may be in it or not: mupdf cuts widths to thousandths of an em, and
// its glyphs drift by some hundredths of a point (docs/methods/carriers.md). No other word stands so near.
constexpr double kBoxSlackPt = 0.15;

// A drawn blank has no ink. It stands in no word or in two, and what it parts is the text extractors' matter.
bool is_blank(std::string_view unicode) {
  return unicode == " " || unicode == "\u00A0" || unicode == "\u3000" || unicode == "\t";
}

base::Vec2 intended(const page::PageModel& page, const page::Carrier& carrier, std::int8_t sign) {
  return page.words[carrier.word].along * (carrier.shift_pt * sign);
}

// Boxes reach from descent to ascent, and those of tight lines share a strip: a glyph there may be either's.
bool stands_in_still_word(const page::PageModel& page, base::Vec2 at) {
  return std::ranges::any_of(page.words, [&](const page::Word& word) {
    return word.obstacle != page::Obstacle::kNone && word.box.grown(kBoxSlackPt).contains(at);
  });
}

void clear_box(image::Image<std::uint8_t>& mask, const base::Box& box, double px_per_pt) {
  const auto at = [](double value, int most) { return std::clamp(static_cast<int>(value), 0, most); };
  const int x0 = at(std::floor(box.x0 * px_per_pt - kAntialiasPx), mask.width());
  const int x1 = at(std::ceil(box.x1 * px_per_pt + kAntialiasPx), mask.width());
  const int y0 = at(std::floor(box.y0 * px_per_pt - kAntialiasPx), mask.height());
  const int y1 = at(std::ceil(box.y1 * px_per_pt + kAntialiasPx), mask.height());
  for (int y = y0; y < y1; ++y) std::fill(mask.row(y) + x0, mask.row(y) + x1, std::uint8_t{0});
}

// 255 beyond the moved words and the ink that overhangs their boxes.
image::Image<std::uint8_t> still_area(const page::PageModel& page, Signs signs, int width, int height) {
  image::Image<std::uint8_t> mask(width, height, 1, 255);
  const double px_per_pt = width / page.width_pt;
  for (std::size_t i = 0; i < page.carriers.size(); ++i) {
    if (signs[i] == 0) continue;
    const page::Word& word = page.words[page.carriers[i].word];
    clear_box(mask, word.box.grown(page.carriers[i].shift_pt + kOverhang * word.size_pt), px_per_pt);
  }
  return mask;
}

}  // namespace

PixelDifference difference_outside(const page::PageModel& page, Signs signs, image::GrayView original,
                                   image::GrayView copy) {
  PixelDifference difference;
  if (original.width() != copy.width() || original.height() != copy.height()) return {SIZE_MAX, 255};
  const auto still = still_area(page, signs, original.width(), original.height());
  for (int y = 0; y < original.height(); ++y)
    for (int x = 0; x < original.width(); ++x) {
      const int by = std::abs(original.at(x, y) - copy.at(x, y));
      if (by == 0 || still.at(x, y) == 0) continue;
      ++difference.pixels;
      difference.most = std::max(difference.most, by);
    }
  return difference;
}

DisplacementError displacement_error(const page::PageModel& page, Signs signs,
                                     std::span<const TracedGlyph> original,
                                     std::span<const TracedGlyph> copy) {
  DisplacementError result;
  if (original.size() != copy.size()) return {0, 0, false};
  for (std::size_t i = 0; i < original.size(); ++i) {
    if (original[i].unicode != copy[i].unicode) return {0, 0, false};
    if (is_blank(original[i].unicode)) continue;
    const base::Vec2 at{original[i].x, original[i].y};
    const base::Vec2 actual = base::Vec2{copy[i].x, copy[i].y} - at;
    double error = INFINITY;
    bool must_move = false;
    for (std::size_t k = 0; k < page.carriers.size(); ++k) {
      const base::Box& box = page.words[page.carriers[k].word].box;
      if (!box.grown(kBoxSlackPt).contains(at)) continue;
      must_move = must_move || box.grown(-kBoxSlackPt).contains(at);
      error = std::min(error, base::norm(actual - intended(page, page.carriers[k], signs[k])));
    }
    if (!must_move || stands_in_still_word(page, at)) error = std::min(error, base::norm(actual));
    result.most_pt = std::max(result.most_pt, error);
    ++result.glyphs;
  }
  return result;
}

}  // namespace barium::oracle
