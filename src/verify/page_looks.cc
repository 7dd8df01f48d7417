#include "verify/page_looks.h"

#include "image/sample.h"

namespace barium::verify {
PageLooks::PageLooks(const page::RegisteredPage& page, int step)
    : page_(page),
      step_pt_(step / page.raster.px_per_pt),
      picture_(reduced(page.raster, step)),
      cells_(glyph_cells(page)) {
  for (const page::Word& word : page.model.words) tones_.push_back(tones_of(picture_, step_pt_, word.box));
}

float PageLooks::tone_at(base::Vec2 p_in_page) const {
  return image::sample_bilinear(expected_.view(), (1 / step_pt_) * p_in_page);
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
