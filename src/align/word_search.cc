#include "align/word_search.h"

#include <cmath>

#include "align/coarse.h"
#include "align/look.h"
#include "align/match.h"

namespace barium::align {
namespace {

// A word whose look agrees less is not seen; unrelated text correlates 0.1 to 0.35 at its best shift.
constexpr double kLeastCorrelation = 0.4;
// The match may move this far from the peak of the search.
constexpr double kReachPt = 1.0;
// The wide search of a lost word.
constexpr double kSurroundingsPt = 14, kFarBlurSamples = 0.6, kLeastFarCorrelation = 0.45;

}  // namespace

bool WordSearch::may_be_in_view(const WordState& word, const image::Warp& warp) const {
  return base::Box{0, 0, static_cast<double>(photo_.width()), static_cast<double>(photo_.height())}
      .grown((kFarReachPt + kMostSearchPt) * word.px_per_pt)
      .contains(warp * word.model->centre());
}

std::optional<WordModel::Fix> WordSearch::refined(const WordState& word, const image::Warp& warp,
                                                  base::Vec2 start_pt) const {
  auto fix = word.model->refine(photo_, word.level, warp, start_pt, kReachPt, WordModel::Ask::kPlaceAndNoise);
  if (fix && fix->correlation < kLeastCorrelation) fix.reset();
  return fix;
}

void WordSearch::take_better(std::optional<Found>& best, const WordState& word, const image::Warp& warp,
                             base::Vec2 expected_pt, double search_pt) const {
  const Look& look = word.model->look();
  const PatchGrid centre = look.grid.moved(expected_pt);
  if (!WarpLattice(warp, centre).inside(photo_.width(), photo_.height())) return;
  const int radius = static_cast<int>(std::ceil(search_pt / look.grid.step_pt));
  const PatchGrid window = centre.grown(radius);
  const std::optional<Peak> peak = search(
      look, sample_patch(photo_, word.level, WarpLattice(warp, window), window, Interpolation::kLinear),
      radius);
  if (!peak || peak->correlation < kLeastCorrelation) return;
  auto fix = refined(word, warp, expected_pt + peak->offset_pt);
  if (fix && (!best || fix->correlation > best->fix.correlation)) best = Found{warp, std::move(*fix)};
}

std::optional<base::Vec2> WordSearch::look_far(const WordState& word, const base::Box& area,
                                               const image::Warp& warp) const {
  const int step = 2 * word.step;
  const double step_pt = step / raster_.px_per_pt;
  const base::Box around = base::intersected(area.grown(kSurroundingsPt), domain_);
  const Look look = render_look(raster_, around, kFarBlurSamples * step_pt, step);
  if (look.grid.size() == 0) return std::nullopt;
  const int radius = static_cast<int>(std::ceil(kFarReachPt / step_pt));
  const PatchGrid window = look.grid.grown(radius);
  const int level = photo_.level_for(word.px_per_pt * step_pt);
  const std::optional<Peak> peak = search(
      look, sample_patch(photo_, level, WarpLattice(warp, window), window, Interpolation::kLinear), radius);
  if (!peak || peak->at_border || peak->correlation < kLeastFarCorrelation) return std::nullopt;
  return peak->offset_pt;
}

}  // namespace barium::align
