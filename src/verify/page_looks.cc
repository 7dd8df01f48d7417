#include "verify/page_looks.h"

#include <algorithm>
#include <cmath>

#include "image/sample.h"

namespace barium::verify {
namespace {

constexpr std::size_t kMostInkSamples = 16u << 20;   // of all glyphs: a text page has 1 to 5 million
constexpr std::size_t kMostGlyphSamples = 1u << 20;  // of one: larger ones are not weighed (evidence.cc)
constexpr double kAboveEm = 1.2, kBelowEm = 0.5;     // of the baseline, a letter and its marks

// Where a glyph's ink may lie: about its advance, however the word is turned, and in the word's box.
base::Box ink_area(const GlyphCell& cell, const page::Word& word) {
  const base::Vec2 u = word.along, v{-u.y, u.x};
  const double over = kOverhangEm * word.size_pt;
  base::Box area{1e18, 1e18, -1e18, -1e18};
  for (const double t : {cell.t0 - over, cell.t1 + over})
    for (const double s : {-kAboveEm * word.size_pt, kBelowEm * word.size_pt}) {
      const base::Vec2 p = word.origin + t * u + s * v;
      area = base::united(area, {p.x, p.y, p.x, p.y});
    }
  return base::intersected(area, word.box.grown(over));
}

}  // namespace

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

void PageLooks::filter(const Filter& filter) {
  filter_ = filter;
  expected_ = filtered(picture_, filter);
  inks_.assign(cells_.cells.size(), {});
  inks_samples_ = 0;
}

PageLooks::GlyphInk PageLooks::draw_ink(const GlyphCell& cell) const {
  constexpr int kHalf = kTaps / 2;
  const page::Word& word = page_.model.words[cell.word];
  const Tones& own = tones_[cell.word];
  const base::Box area = ink_area(cell, word);
  const auto sample = [&](double pt, int size) {
    return static_cast<int>(std::clamp(pt / step_pt_, 0.0, static_cast<double>(size)));
  };
  const int x0 = sample(area.x0, picture_.width()), y0 = sample(area.y0, picture_.height()),
            w = std::min(sample(area.x1, picture_.width()) + 1, picture_.width()) - x0,
            h = std::min(sample(area.y1, picture_.height()) + 1, picture_.height()) - y0;
  if (w < 1 || h < 1 || static_cast<std::size_t>(w) * static_cast<std::size_t>(h) > kMostGlyphSamples)
    return {x0, y0, image::FloatImage(1, 1)};
  // Twice the filter's half: what it reaches, and what it cannot fill.
  image::FloatImage ink(w + 4 * kHalf, h + 4 * kHalf);
  for (int y = 0; y < h; ++y)
    for (int x = 0; x < w; ++x) {
      const base::Vec2 p{(x0 + x + 0.5) * step_pt_, (y0 + y + 0.5) * step_pt_};
      if (own.contrast != 0 && is_inside(cell, word, p))
        ink.at(x + 2 * kHalf, y + 2 * kHalf) = (picture_.at(x0 + x, y0 + y) - own.paper) / own.contrast;
    }
  const image::FloatImage seen = filtered(ink, filter_);
  GlyphInk out{x0 - kHalf, y0 - kHalf, image::FloatImage(w + 2 * kHalf, h + 2 * kHalf)};
  for (int y = 0; y < out.picture.height(); ++y)
    for (int x = 0; x < out.picture.width(); ++x) out.picture.at(x, y) = seen.at(x + kHalf, y + kHalf);
  return out;
}

const PageLooks::GlyphInk& PageLooks::ink_of(const GlyphCell& cell) const {
  GlyphInk& ink = inks_[static_cast<std::size_t>(&cell - cells_.cells.data())];
  if (!ink.picture.empty()) return ink;
  GlyphInk drawn = draw_ink(cell);
  // Glyphs as large as their page, one upon the other, are drawn again rather than kept.
  inks_samples_ += drawn.picture.pixels().size();
  if (inks_samples_ > kMostInkSamples) {
    inks_samples_ = drawn.picture.pixels().size();
    inks_.assign(cells_.cells.size(), {});
  }
  return ink = std::move(drawn);
}

void PageLooks::inks_at(const GlyphCell& glyph, const GlyphCell& place, std::span<const base::Vec2> p_in_page,
                        float* inks) const {
  const page::Word &word = page_.model.words[place.word], &there = page_.model.words[glyph.word];
  const base::Vec2 u = word.along, ou = there.along, pen = there.origin + glyph.t0 * ou;
  const double scale = there.size_pt / word.size_pt;
  const GlyphInk& ink = ink_of(glyph);
  const base::Vec2 corner{ink.x0 * step_pt_, ink.y0 * step_pt_};
  const double right = ink.picture.width() * step_pt_, bottom = ink.picture.height() * step_pt_;
  for (std::size_t i = 0; i < p_in_page.size(); ++i) {
    const base::Vec2 apart = p_in_page[i] - word.origin;
    const double t = scale * (base::dot(apart, u) - place.t0), s = scale * base::dot(apart, {-u.y, u.x});
    const base::Vec2 p = pen + t * ou + s * base::Vec2{-ou.y, ou.x} - corner;
    const bool is_in = p.x >= 0 && p.y >= 0 && p.x < right && p.y < bottom;
    inks[i] = is_in ? image::sample_bilinear(ink.picture.view(), (1 / step_pt_) * p) : 0;
  }
}

float PageLooks::tone_with(const GlyphCell& cell, const GlyphCell* rival, base::Vec2 p_in_page) const {
  float own = 0, other = 0;
  inks_at(cell, cell, {&p_in_page, 1}, &own);
  if (rival != nullptr) inks_at(*rival, cell, {&p_in_page, 1}, &other);
  return tone_at(p_in_page) + tones_[cell.word].contrast * (other - own);
}

bool is_inside(const GlyphCell& cell, const page::Word& word, base::Vec2 p_in_page) {
  const double t = base::dot(p_in_page - word.origin, word.along) - cell.t0;
  return t >= -kOverhangEm * word.size_pt && t <= cell.t1 - cell.t0 + kOverhangEm * word.size_pt;
}

}  // namespace barium::verify
