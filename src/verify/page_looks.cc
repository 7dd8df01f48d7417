#include "verify/page_looks.h"

#include <algorithm>
#include <cmath>

namespace barium::verify {
namespace {

// Of a word's samples, sorted: the quantile that is its ink, and that of its ground.
constexpr double kInkQuantile = 0.02, kGroundQuantile = 0.25;

Tones tones_of(const image::FloatImage& picture, double step_pt, const base::Box& box) {
  const auto index = [&](double pt, int size) {
    return std::clamp(static_cast<int>(pt / step_pt), 0, size - 1);
  };
  std::vector<float> all;
  for (int y = index(box.y0, picture.height()); y <= index(box.y1, picture.height()); ++y)
    for (int x = index(box.x0, picture.width()); x <= index(box.x1, picture.width()); ++x)
      all.push_back(picture.at(x, y));
  std::ranges::sort(all);
  const auto at = [&](double q) {
    return all[static_cast<std::size_t>(q * static_cast<double>(all.size() - 1))];
  };
  const bool dark_ink = at(0.5) - at(kInkQuantile) > at(1 - kInkQuantile) - at(0.5);
  const float ground = dark_ink ? at(1 - kGroundQuantile) : at(kGroundQuantile);
  return {ground, (dark_ink ? at(kInkQuantile) : at(1 - kInkQuantile)) - ground};
}

}  // namespace

PageLooks::PageLooks(const page::RegisteredPage& page, int step)
    : page_(page),
      step_pt_(step / page.raster.px_per_pt),
      picture_(reduced(page.raster, step)),
      cells_(glyph_cells(page)) {
  for (const page::Word& word : page.model.words) tones_.push_back(tones_of(picture_, step_pt_, word.box));
}

float PageLooks::tone_at(base::Vec2 p_in_page) const {
  const double x = std::clamp(p_in_page.x / step_pt_ - 0.5, 0.0, expected_.width() - 1.001);
  const double y = std::clamp(p_in_page.y / step_pt_ - 0.5, 0.0, expected_.height() - 1.001);
  const int x0 = static_cast<int>(x), y0 = static_cast<int>(y);
  const float a = static_cast<float>(x - x0), b = static_cast<float>(y - y0);
  const float *up = expected_.row(y0) + x0, *down = expected_.row(y0 + 1) + x0;
  return (up[0] * (1 - a) + up[1] * a) * (1 - b) + (down[0] * (1 - a) + down[1] * a) * b;
}

float PageLooks::tone_with(const GlyphCell& cell, const GlyphCell* rival, base::Vec2 p_in_page) const {
  const Tones& own = tones_[cell.word];
  if (rival == nullptr) return own.paper;
  const page::Word &word = page_.model.words[cell.word], &there = page_.model.words[rival->word];
  const Tones& ground = tones_[rival->word];
  const base::Vec2 apart = p_in_page - word.origin, u = word.along;
  const double scale = there.size_pt / word.size_pt;
  const double t = scale * (base::dot(apart, u) - cell.t0), s = scale * base::dot(apart, {-u.y, u.x});
  if (t > rival->t1 - rival->t0 + kOverhangEm * there.size_pt || ground.contrast == 0) return own.paper;
  const base::Vec2 ou = there.along, p = there.origin + (rival->t0 + t) * ou + s * base::Vec2{-ou.y, ou.x};
  return own.paper + own.contrast * (tone_at(p) - ground.paper) / ground.contrast;
}

bool is_inside(const GlyphCell& cell, const page::Word& word, base::Vec2 p_in_page) {
  const double t = base::dot(p_in_page - word.origin, word.along) - cell.t0;
  return t >= -kOverhangEm * word.size_pt && t <= cell.t1 - cell.t0 + kOverhangEm * word.size_pt;
}

}  // namespace barium::verify
