#pragma once

// The page's picture through the photo's optics, sampled anywhere, and how it would look with one glyph drawn
// in place of another. Not to be shared among threads.

#include <functional>
#include <span>
#include <vector>

#include "image/image.h"
#include "page/registered_page.h"
#include "verify/expected_page.h"
#include "verify/glyph_cells.h"
#include "verify/tones.h"

namespace barium::verify {

class PageLooks {
 public:
  // step: raster pixels a sample.
  PageLooks(const page::RegisteredPage& page, int step);

  const image::FloatImage& picture() const { return picture_; }    // unfiltered
  const image::FloatImage& expected() const { return expected_; }  // filtered
  double step_pt() const { return step_pt_; }
  const GlyphCells& cells() const { return cells_; }
  const Tones& tones(std::uint32_t word) const { return tones_[word]; }
  base::Box area_of(const GlyphCell& cell) const;  // pt, page frame
  // Another picture of a glyph, from a page point's tone; to be filtered again.
  void draw(const GlyphCell& cell, const std::function<float(base::Vec2)>& tone);
  void filter(const Filter& filter);

  // The ink of one glyph alone through the filter at page points, if it stood where `place` does: 0 none, 1
  // as dark as its word's. What its neighbours blur into its place is left out: those of another place
  // differ.
  void inks_at(const GlyphCell& glyph, const GlyphCell& place, std::span<const base::Vec2> p_in_page,
               float* inks) const;
  // The expected tone at a page point, if `rival` (nullptr: nothing) stood where `cell` does.
  float tone_with(const GlyphCell& cell, const GlyphCell* rival, base::Vec2 p_in_page) const;
  float tone_at(base::Vec2 p_in_page) const;

 private:
  const page::RegisteredPage& page_;
  double step_pt_;
  image::FloatImage picture_, expected_;
  GlyphCells cells_;
  std::vector<Tones> tones_;  // one for each word
  Filter filter_;
  // Samples of the page's grid, from (x0, y0).
  struct GlyphInk {
    int x0 = 0, y0 = 0;
    image::FloatImage picture;
  };
  GlyphInk draw_ink(const GlyphCell& cell) const;
  const GlyphInk& ink_of(const GlyphCell& cell) const;
  mutable std::vector<GlyphInk> inks_;  // of each cell, as they are asked for: one thread a page
  mutable std::size_t inks_samples_ = 0;
};

// How far ink reaches past a glyph's advance and is still taken for its own, in units of the size.
inline constexpr double kOverhangEm = 0.05;
bool is_inside(const GlyphCell& cell, const page::Word& word, base::Vec2 p_in_page);

}  // namespace barium::verify
