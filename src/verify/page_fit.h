#pragma once

// All words of a page fitted to the photo, each in the light of the others: the photo's filter, what fits
// have in common, and where the paper carries a word. docs/methods/verify.md, Model.

#include <optional>
#include <span>
#include <vector>

#include "align/align.h"
#include "align/photo_levels.h"
#include "image/image.h"
#include "page/registered_page.h"
#include "verify/page_looks.h"
#include "verify/paper.h"
#include "verify/pieces.h"
#include "verify/pixel_grid.h"
#include "verify/word_fit.h"

namespace barium::verify {

// Of words placed: fewer do not tell how the photo shows the page.
inline constexpr std::size_t kLeastWords = 8;

// Of a correlation of 1: what a clean picture lacks anyway.
inline constexpr double kLeastUnlike = 1e-4;

class PageFit {
 public:
  // step: raster pixels a sample. page and alignment are kept by reference.
  PageFit(image::GrayView photo, const page::RegisteredPage& page, const align::Alignment& alignment,
          int step);

  const PageLooks& looks() const { return looks_; }
  // Rounds in which glyphs are put where they were seen: by half a step each, after the second nothing is
  // gained (four documents at 96 and 115 dpi).
  static constexpr int kRoundsInPlace = 2;
  // Anew, with each glyph of the original (cell of looks) as the photo's pixels caught it, by its shift off
  // its place, pt.
  void fit_as_caught(std::span<const base::Vec2> shifts);
  // What the photo's pixels would have caught, and its filter made, of another glyph in a cell of the piece,
  // by its shift off its place (pt): from sample (x0, y0) of the expected page, over the cell and what
  // reaches past it. Once fitted so.
  struct Caught {
    int x0 = 0, y0 = 0;
    image::FloatImage tones;
  };
  // nullopt where the map folds.
  std::optional<Caught> caught_in_place(std::size_t piece, const GlyphCell& cell, const GlyphCell& other,
                                        base::Vec2 shift) const;
  // Whether a program drew the picture: square to the page, and so sharp that the phase of its pixels shows.
  // Not said of pages too large to be caught.
  bool is_drawn() const;
  bool is_as_caught() const { return sums_.has_value(); }
  const std::vector<Piece>& pieces() const { return pieces_; }
  bool is_placed(std::size_t piece) const { return alignment_.words[pieces_[piece].word].placed; }

  // Of a fit of the piece, those that lie in one of its cells.
  std::vector<std::size_t> samples_in(std::uint32_t cell, std::size_t piece, const WordFit& f) const;

  // nullopt: it was not found, or lies out of view.
  const std::optional<WordFit>& operator[](std::size_t piece) const { return fits_[piece]; }
  const FitPrior& prior(std::size_t piece) const { return priors_[piece]; }
  // The piece, if the page looked otherwise.
  std::optional<WordFit> again(std::size_t piece, const image::FloatImage& expected) const;

  // Of the words about a point: 1 is one at the point itself.
  double support(base::Vec2 p_in_page) const { return paper_.at(p_in_page, std::nullopt).support; }
  bool is_in_view(const base::Box& box) const;
  // How much darker the photo is there than paper, over how dark ink is.
  double darker_than_paper(std::size_t piece) const;

 private:
  // Where a piece is looked for.
  struct Start {
    image::Warp photo_from_page;
    double reach_pt = 0, sigma_pt = 0;
  };
  // How far a piece may stand from where the paper around it says, and of one that was not found.
  static constexpr double kReachPlacedPt = 1.0, kReachLostPt = 2.5, kLostSigmaPt = 1.0;
  // Fits that others learn from.
  static constexpr double kGoodCorrelation = 0.85;
  std::optional<Start> start_from_words(std::size_t k) const;
  std::optional<WordFit> fit(const Piece& piece, const Start& start, const FitPrior& prior) const;
  double pixel_px(std::size_t piece) const;  // side of a pixel of the level that it is sampled in
  void fit_page();
  void fit_all();
  // Pieces that were fitted badly. It cuts some in two, so that those after them get other numbers.
  void fit_bent_paper();
  double correlation_lacking(double times) const;
  void fit_from_neighbours();
  void fit_beyond_bends();
  void halve_bent();
  std::vector<std::size_t> fitted_well_near(std::size_t k, double good) const;
  void learn_filter();
  void learn_priors();
  void learn(FitPrior& prior, int parameter, const std::vector<std::size_t>& around) const;
  std::vector<std::size_t> good_pieces_around(std::size_t k) const;

  align::PhotoLevels photo_;
  const page::RegisteredPage& page_;
  const align::Alignment& alignment_;
  Paper paper_;
  PageLooks looks_;
  std::vector<Piece> pieces_;
  std::vector<FitPrior> priors_;
  std::vector<std::optional<Start>> starts_;
  std::vector<std::optional<WordFit>> fits_;
  std::optional<RasterSums> sums_;
  Filter filter_;
  bool is_filtered_as_caught_ = false;
};

}  // namespace barium::verify
