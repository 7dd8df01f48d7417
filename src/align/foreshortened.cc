#include "align/foreshortened.h"

#include <cmath>

#include "align/coarse.h"
#include "align/match.h"

namespace barium::align {
namespace {

// Of a patch, pt: two or three lines of a few words.
constexpr double kHalfWidthPt = 45, kHalfHeightPt = 24;
// The paper turns away by 32 to 70 degrees.
constexpr double kForeshortenings[] = {0.85, 0.7, 0.58, 0.48, 0.4, 0.33};
// Of the search, before foreshortening.
constexpr double kMarginPt = 8, kMostReachPt = 70;
constexpr double kBlurSamples = 0.6;
// At the best of up to 90,000 shifts and six foreshortenings, 0.45 alone is no proof: the words of the patch
// are looked for one by one afterwards. It only keeps that search short.
constexpr double kLeastCorrelation = 0.45;

}  // namespace

std::optional<AffineBeside::Affine> foreshortened(const PhotoLevels& photo, const page::PageRaster& coarse,
                                                  const base::Box& domain,
                                                  const image::Homography& photo_from_page, base::Vec2 at,
                                                  base::Vec2 last_seen, const AffineBeside::Affine& beside) {
  const base::Vec2 apart = at - last_seen;
  const double gap_pt = base::norm(apart);
  const double step_pt = 1 / coarse.px_per_pt;
  const base::Box area = base::intersected(
      {at.x - kHalfWidthPt, at.y - kHalfHeightPt, at.x + kHalfWidthPt, at.y + kHalfHeightPt}, domain);
  const Look look = render_look(coarse, area, kBlurSamples * step_pt, 1);
  if (look.grid.size() == 0 || gap_pt < 1) return std::nullopt;
  const base::Vec2 away = (1 / gap_pt) * apart;
  const int level = photo.level_for(px_per_pt_at(photo_from_page, at) * step_pt);
  std::optional<AffineBeside::Affine> best;
  double best_correlation = kLeastCorrelation;
  for (const double share : kForeshortenings) {
    const double lost = 1 - share;
    // The bend begins somewhere in the blank: half of it is foreshortened, give or take half.
    const double reach_pt = std::min(lost * gap_pt / 2 + kMarginPt, kMostReachPt);
    AffineBeside::Affine guess{at, beside(at) - (lost * gap_pt / 2) * away,
                               beside.per_x - (lost * away.x) * away, beside.per_y - (lost * away.y) * away};
    // On the foreshortened page the way is longer by as much.
    const int radius = static_cast<int>(std::ceil(reach_pt / (share * step_pt)));
    const image::Warp warp = guess.warp({photo_from_page, {}}, domain);
    const PatchGrid window = look.grid.grown(radius);
    const std::optional<Peak> peak = search(
        look, sample_patch(photo, level, WarpLattice(warp, window), window, Interpolation::kLinear), radius);
    if (!peak || peak->at_border || peak->correlation < best_correlation) continue;
    best_correlation = peak->correlation;
    guess.displacement = displacement_seen(warp, at, peak->offset_pt);
    best = guess;
  }
  return best;
}

}  // namespace barium::align
