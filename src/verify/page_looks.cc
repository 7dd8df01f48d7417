#include "verify/page_looks.h"

#include <algorithm>
#include <cmath>

#include "image/sample.h"

namespace barium::verify {
PageLooks::PageLooks(const page::RegisteredPage& page, int step)
    : page_(page),
      step_pt_(step / page.raster.px_per_pt),
      picture_(reduced(page.raster, step)),
      cells_(glyph_cells(page)) {
  for (const page::Word& word : page.model.words) tones_.push_back(tones_of(picture_, step_pt_, word.box));
}

base::Box PageLooks::area_of(const GlyphCell& cell) const {
  const page::Word& word = page_.model.words[cell.word];
  const base::Vec2 from = word.origin + cell.t0 * word.along, to = word.origin + cell.t1 * word.along;
  if (std::abs(word.along.x) > std::abs(word.along.y))
    return {std::min(from.x, to.x), word.box.y0, std::max(from.x, to.x), word.box.y1};
  return {word.box.x0, std::min(from.y, to.y), word.box.x1, std::max(from.y, to.y)};
}

void PageLooks::draw(const GlyphCell& cell, const std::function<float(base::Vec2)>& tone) {
  const base::Box area = area_of(cell);
  const auto first = [&](double pt) { return std::max(0, static_cast<int>(std::ceil(pt / step_pt_ - 0.5))); };
  for (int y = first(area.y0); y < std::min(picture_.height(), first(area.y1)); ++y)
    for (int x = first(area.x0); x < std::min(picture_.width(), first(area.x1)); ++x)
      picture_.at(x, y) = tone({(x + 0.5) * step_pt_, (y + 0.5) * step_pt_});
}

float PageLooks::tone_at(base::Vec2 p_in_page) const {
  return image::sample_bilinear(expected_.view(), (1 / step_pt_) * p_in_page);
}

float PageLooks::tone_with(const GlyphCell& cell, const GlyphCell* rival, base::Vec2 p_in_page) const {
  float tone = 0;
  tones_with(cell, rival, {&p_in_page, 1}, &tone);
  return tone;
}

void PageLooks::tones_with(const GlyphCell& cell, const GlyphCell* rival,
                           std::span<const base::Vec2> p_in_page, float* tones) const {
  const Tones& own = tones_[cell.word];
  std::fill_n(tones, p_in_page.size(), own.paper);
  if (rival == nullptr) return;
  const page::Word &word = page_.model.words[cell.word], &there = page_.model.words[rival->word];
  const Tones& ground = tones_[rival->word];
  if (ground.contrast == 0) return;
  const base::Vec2 u = word.along, ou = there.along, pen = there.origin + rival->t0 * ou;
  const double scale = there.size_pt / word.size_pt;
  const double end = rival->t1 - rival->t0 + kOverhangEm * there.size_pt;
  for (std::size_t i = 0; i < p_in_page.size(); ++i) {
    const base::Vec2 apart = p_in_page[i] - word.origin;
    const double t = scale * (base::dot(apart, u) - cell.t0), s = scale * base::dot(apart, {-u.y, u.x});
    if (t > end) continue;
    const base::Vec2 p = pen + t * ou + s * base::Vec2{-ou.y, ou.x};
    tones[i] = own.paper + own.contrast * (tone_at(p) - ground.paper) / ground.contrast;
  }
}

bool is_inside(const GlyphCell& cell, const page::Word& word, base::Vec2 p_in_page) {
  const double t = base::dot(p_in_page - word.origin, word.along) - cell.t0;
  return t >= -kOverhangEm * word.size_pt && t <= cell.t1 - cell.t0 + kOverhangEm * word.size_pt;
}

}  // namespace barium::verify
