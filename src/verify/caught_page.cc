// PageFit, of pictures that a program drew: the original as the photo's own pixels caught it.

#include <algorithm>
#include <array>
#include <cmath>

#include "align/coarse.h"
#include "verify/page_fit.h"
#include "verify/paper.h"

namespace barium::verify {
namespace {

// Of a filter's squares, one over the number of samples that it averages: 0.28 to 0.92 of renderers' pictures
// of three documents at 96 to 300 dpi, 0.03 to 0.15 of 30 real photographs.
constexpr double kSharp = 0.22;

}  // namespace

bool PageFit::is_drawn() const {
  double sharpness = 0;
  for (const double tap : filter_) sharpness += tap * tap;
  return sharpness > kSharp && is_square(page_.model, alignment_) && RasterSums::holds(page_.raster);
}

double PageFit::pixel_px(std::size_t piece) const {
  const image::Homography& homography = fits_[piece]->photo_from_page.homography;
  const double px_per_pt = align::px_per_pt_at(homography, pieces_[piece].area.centre());
  return std::exp2(photo_.level_for(px_per_pt * looks_.step_pt()));
}

std::optional<PageFit::Caught> PageFit::caught_in_place(std::size_t piece, const GlyphCell& cell,
                                                        const GlyphCell& other, base::Vec2 shift) const {
  constexpr int kReach = kTaps / 2;
  const page::Word &word = page_.model.words[cell.word], &there = page_.model.words[other.word];
  const double step = looks_.step_pt();
  const base::Box area = looks_.area_of(cell).grown(kOverhangEm * word.size_pt);
  const image::FloatImage& page = looks_.picture();
  const auto sample = [&](double pt, int last) { return std::clamp(static_cast<int>(pt / step), 0, last); };
  const int x0 = sample(area.x0, page.width() - 1), y0 = sample(area.y0, page.height() - 1),
            x1 = sample(area.x1, page.width() - 1), y1 = sample(area.y1, page.height() - 1);
  image::FloatImage seen(x1 - x0 + 1 + 2 * kReach, y1 - y0 + 1 + 2 * kReach);
  const base::Vec2 pen = word.origin + cell.t0 * word.along, from = there.origin + other.t0 * there.along;
  const auto caught =
      CaughtArea::of(*sums_, fits_[piece]->photo_from_page, pixel_px(piece), area, from - pen + shift);
  if (!caught) return std::nullopt;
  const Tones &own = looks_.tones(cell.word), &ground = looks_.tones(other.word);
  for (int y = 0; y < seen.height(); ++y)
    for (int x = 0; x < seen.width(); ++x) {
      const int px = x0 - kReach + x, py = y0 - kReach + y;
      const base::Vec2 p{(px + 0.5) * step, (py + 0.5) * step};
      float& tone = seen.at(x, y);
      tone = page.at(std::clamp(px, 0, page.width() - 1), std::clamp(py, 0, page.height() - 1));
      if (!is_inside(cell, word, p) || !area.contains(p)) continue;
      const double t = base::dot(p - pen, word.along);
      tone = t > other.t1 - other.t0 + kOverhangEm * there.size_pt
                 ? own.paper
                 : own.paper + own.contrast * (caught->tone_at(p) - ground.paper) / ground.contrast;
    }
  const image::FloatImage whole = filtered(seen, filter_);
  Caught out{x0, y0, image::FloatImage(x1 - x0 + 1, y1 - y0 + 1)};
  for (int y = 0; y <= y1 - y0; ++y)
    for (int x = 0; x <= x1 - x0; ++x) out.tones.at(x, y) = whole.at(x + kReach, y + kReach);
  return out;
}

void PageFit::fit_as_caught(std::span<const base::Vec2> shifts) {
  if (!sums_) sums_.emplace(page_.raster);
  for (std::size_t k = 0; k < pieces_.size(); ++k) {
    if (!fits_[k]) continue;
    const double px = pixel_px(k);
    for (std::size_t c = pieces_[k].first; c < pieces_[k].end; ++c) {
      const GlyphCell& cell = looks_.cells().cells[c];
      if (const auto caught =
              CaughtArea::of(*sums_, fits_[k]->photo_from_page, px, looks_.area_of(cell), shifts[c]))
        looks_.draw(cell, [&](base::Vec2 p) { return caught->tone_at(p); });
    }
  }
  // Once: a filter that is learned from what was drawn through one swings.
  if (is_filtered_as_caught_)
    looks_.filter(filter_);
  else
    learn_filter();
  is_filtered_as_caught_ = true;
  fit_all();
  fit_from_neighbours();
}

}  // namespace barium::verify
