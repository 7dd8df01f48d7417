#pragma once

// Pages and photos with known truth, for the tests of align and mark. Glyphs are rectangles whose ink is
// integrated exactly over each pixel, so that a word displaced by any fraction of a pixel is drawn exactly.

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "base/rng.h"
#include "image/filter.h"
#include "image/sample.h"
#include "image/warp.h"
#include "page/registered_page.h"

namespace barium::align::synthetic {

struct Ink {
  base::Box box;  // pt, where the word is not displaced
  std::size_t word = 0;
  double adds = -230;  // of 255, to what lies under it: light ink on dark ground adds more than 0
};

struct Page {
  page::PageModel model;
  std::vector<Ink> ink;
};

// Lines of words of 2 to 9 glyphs; every word but the first and last of a line is a carrier of 0.25 pt.
inline Page make_page(std::uint64_t seed, int lines, double width_pt = 420, double height_pt = 595) {
  base::Rng rng(seed, "synthetic page");
  Page page;
  page.model.width_pt = width_pt;
  page.model.height_pt = height_pt;
  constexpr double kSize = 10, kGlyph = 5, kSpace = 3.2;
  for (int line = 0; line < lines; ++line) {
    const double baseline = 50 + line * 14.0;
    double x = 40;
    const std::size_t first = page.model.words.size();
    while (true) {
      const int glyphs = 2 + static_cast<int>(rng.below(8));
      if (x + glyphs * kGlyph > width_pt - 40) break;
      page::Word word;
      word.text = std::string(static_cast<std::size_t>(glyphs), 'x');
      word.box = {x, baseline - 0.75 * kSize, x + glyphs * kGlyph, baseline + 0.22 * kSize};
      word.origin = {x, baseline};
      word.along = {1, 0};
      word.length_pt = glyphs * kGlyph;
      word.size_pt = kSize;
      word.line = line;
      for (int g = 0; g < glyphs; ++g)
        for (int stroke = 0; stroke < 3; ++stroke) {
          const bool upright = rng.below(2) == 0;
          const double left = x + g * kGlyph + 0.4 + rng.uniform(0, upright ? 3.2 : 0.8);
          const double top = baseline - (upright ? rng.uniform(5.0, 7.2) : rng.uniform(0.8, 7.0));
          page.ink.push_back({upright ? base::Box{left, top, left + 0.8, baseline}
                                      : base::Box{left, top, left + 3.2, top + 0.7},
                              page.model.words.size()});
        }
      page.model.words.push_back(word);
      x += glyphs * kGlyph + kSpace;
    }
    for (std::size_t w = first + 1; w + 1 < page.model.words.size(); ++w)
      page.model.carriers.push_back({static_cast<std::uint32_t>(w), 0.25});
  }
  return page;
}

// shift_pt: along x, one a word; empty for none.
inline image::FloatImage draw(const Page& page, double px_per_pt, const std::vector<double>& shift_pt) {
  image::FloatImage out(static_cast<int>(std::ceil(page.model.width_pt * px_per_pt)),
                        static_cast<int>(std::ceil(page.model.height_pt * px_per_pt)), 1, 255.0f);
  for (const Ink& ink : page.ink) {
    const double shift = shift_pt.empty() ? 0 : shift_pt[ink.word];
    const base::Box b{(ink.box.x0 + shift) * px_per_pt, ink.box.y0 * px_per_pt,
                      (ink.box.x1 + shift) * px_per_pt, ink.box.y1 * px_per_pt};
    for (int y = static_cast<int>(b.y0); y < b.y1; ++y)
      for (int x = static_cast<int>(b.x0); x < b.x1; ++x) {
        const double covered = base::intersected(b, {double(x), double(y), x + 1.0, y + 1.0}).width() *
                               base::intersected(b, {double(x), double(y), x + 1.0, y + 1.0}).height();
        out.at(x, y) = std::clamp(out.at(x, y) + static_cast<float>(ink.adds * covered), 0.0f, 255.0f);
      }
  }
  return out;
}

inline page::RegisteredPage registered(const Page& page) {
  return {page.model, {image::to_bytes(draw(page, page::kRasterPxPerPt, {})), page::kRasterPxPerPt}};
}

struct Camera {
  int width = 1000, height = 1400;
  double blur_px = 0.8;
  double noise = 2.0;    // of 255, white
  double shading = 0.2;  // share of light lost from the left edge to the right
  std::uint64_t seed = 1;
};

// The marked page as seen through photo_from_page. Drawn at four times the raster's resolution at most.
inline image::GrayImage photograph(const Page& page, const std::vector<double>& shift_pt,
                                   const image::Warp& photo_from_page, const Camera& camera) {
  constexpr double kPxPerPt = 6.0;
  const image::FloatImage fine = image::gaussian_blur(draw(page, kPxPerPt, shift_pt).view(), 1.2);
  base::Rng rng(camera.seed, "synthetic noise");
  image::FloatImage photo(camera.width, camera.height);
  for (int y = 0; y < camera.height; ++y)
    for (int x = 0; x < camera.width; ++x) {
      const base::Vec2 p = photo_from_page.inverse({x + 0.5, y + 0.5});
      const bool on_page = p.x >= 0 && p.y >= 0 && p.x < page.model.width_pt && p.y < page.model.height_pt;
      photo.at(x, y) = on_page ? image::sample_bilinear(fine.view(), kPxPerPt * p) : 60.0f;
    }
  photo = image::gaussian_blur(photo.view(), camera.blur_px);
  for (int y = 0; y < camera.height; ++y)
    for (int x = 0; x < camera.width; ++x) {
      const double light = 0.9 - camera.shading * x / camera.width;
      photo.at(x, y) = static_cast<float>(light * photo.at(x, y) + camera.noise * rng.normal());
    }
  return image::to_bytes(photo.view());
}

// Signs from a generator, as displacements of the page's words.
inline std::vector<double> random_marks(const page::PageModel& page, std::uint64_t seed) {
  base::Rng rng(seed, "synthetic marks");
  std::vector<double> shift(page.words.size(), 0.0);
  for (const page::Carrier& c : page.carriers) shift[c.word] = rng.below(2) == 0 ? c.shift_pt : -c.shift_pt;
  return shift;
}

}  // namespace barium::align::synthetic
