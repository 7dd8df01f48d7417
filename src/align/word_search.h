#pragma once

// One word looked for in the photo: by a warp of the page, near by and farther off.

#include <optional>

#include "align/photo_levels.h"
#include "align/word_state.h"
#include "page/registered_page.h"

namespace barium::align {

// A look this much alike is not a chance likeness nearby.
inline constexpr double kSureCorrelation = 0.75;
// A word is looked for so far around, at most; a lost one, with its surroundings, so far.
inline constexpr double kMostSearchPt = 4.0, kFarReachPt = 14;

struct Found {
  image::Warp warp;
  WordModel::Fix fix;
  bool is_sure() const { return fix.correlation > kSureCorrelation; }
};

class WordSearch {
 public:
  // domain: the page, pt. Keeps references to photo and raster.
  WordSearch(const PhotoLevels& photo, const page::PageRaster& raster, const base::Box& domain)
      : photo_(photo), raster_(raster), domain_(domain) {}

  // As far as a word is looked for.
  bool may_be_in_view(const WordState& word, const image::Warp& warp) const;
  // Where a warp and an offset from it (pt) have the word, within search_pt: in the place of `best` if it
  // looks more alike there.
  void take_better(std::optional<Found>& best, const WordState& word, const image::Warp& warp,
                   base::Vec2 expected_pt, double search_pt) const;
  std::optional<WordModel::Fix> refined(const WordState& word, const image::Warp& warp,
                                        base::Vec2 start_pt) const;
  // A word and what stands around it, at half the resolution, in a window wide enough for a curled edge: its
  // offset, pt. area: the word's, page frame.
  std::optional<base::Vec2> look_far(const WordState& word, const base::Box& area,
                                     const image::Warp& warp) const;

 private:
  const PhotoLevels& photo_;
  const page::PageRaster& raster_;
  base::Box domain_;
};

}  // namespace barium::align
