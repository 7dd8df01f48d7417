#include "align/coarse.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <utility>

#include "align/field_fit.h"
#include "align/match.h"

namespace barium::align {
namespace {

struct CoarseRound {
  double reach_pt;                       // search window
  double half_width_pt, half_height_pt;  // of a patch
  int degree;                            // of the field
};

// The first round sees whole paragraphs at 50 dpi within a line's height or more; the second, lines at
// 100 dpi. Bench: align_real, start displaced by 0 to 12 pt.
constexpr CoarseRound kRounds[] = {{15.0, 42.0, 24.0, 4}, {5.0, 30.0, 12.0, 8}};
constexpr double kLeastCorrelation = 0.3;
// A cell that gives one patch, in half patches: less overlap tells the field nothing more (align_real, words
// placed with 0.9: the same to 0.1 %).
constexpr double kCell = 1.8;
constexpr std::size_t kLeastPatches = 6;
// Where so many words were seen already, the first round is theirs as far as they reach. A step of the grid
// that they were looked for on is about this long.
constexpr std::size_t kLeastMatches = 12;
constexpr double kToldSigmaPt = 0.7;
// A page's third without a word that was seen is looked for in patches all the same. Nearer gaps are better
// bridged by the field: align_real, crumpleshard, 92.7 % of words placed, with patches from 90 pt on 92.5.
constexpr double kToldReachPt = 250;
// A correlation peak on a coarse grid is good to a third of a sample.
constexpr double kPeakSigmaSamples = 0.3;

// Centres of words, one a cell, so that dense pages cost no more than others.
std::vector<base::Vec2> patch_centres(const std::vector<WordSite>& sites, const CoarseRound& round) {
  std::set<std::pair<int, int>> taken;
  std::vector<base::Vec2> centres;
  for (const WordSite& site : sites) {
    const base::Vec2 c = site.area.centre();
    if (taken
            .emplace(static_cast<int>(std::floor(c.x / (kCell * round.half_width_pt))),
                     static_cast<int>(std::floor(c.y / (kCell * round.half_height_pt))))
            .second)
      centres.push_back(c);
  }
  return centres;
}

struct CoarseSightings {
  std::vector<Sighting> x, y;
};

// Where words were seen, as displacements before the homography.
CoarseSightings told(std::span<const image::Match> matches, const image::Homography& photo_from_page) {
  const auto page_from_photo = photo_from_page.inverse();
  CoarseSightings out;
  for (const image::Match& match : matches) {
    const base::Vec2 d = *page_from_photo * match.in_photo - match.in_page;
    out.x.push_back({match.in_page, d.x, kToldSigmaPt * kToldSigmaPt, 0});
    out.y.push_back({match.in_page, d.y, kToldSigmaPt * kToldSigmaPt, 0});
  }
  return out;
}

void add(CoarseSightings& to, const CoarseSightings& more) {
  to.x.insert(to.x.end(), more.x.begin(), more.x.end());
  to.y.insert(to.y.end(), more.y.begin(), more.y.end());
}

bool is_told(std::span<const image::Match> matches, base::Vec2 p_in_page) {
  return std::ranges::any_of(matches, [&](const image::Match& match) {
    return base::norm(match.in_page - p_in_page) < kToldReachPt;
  });
}

CoarseSightings look_around(const PhotoLevels& photo, const page::PageRaster& raster,
                            const std::vector<base::Vec2>& centres, const image::Warp& warp,
                            const CoarseRound& round) {
  const double step_pt = 1 / raster.px_per_pt;
  const int radius = static_cast<int>(std::ceil(round.reach_pt / step_pt));
  const double sigma2 = std::pow(kPeakSigmaSamples * step_pt, 2);
  CoarseSightings out;
  for (const base::Vec2 c : centres) {
    const base::Box area{c.x - round.half_width_pt, c.y - round.half_height_pt, c.x + round.half_width_pt,
                         c.y + round.half_height_pt};
    const Look look = render_look(raster, area, 0.6 * step_pt, 1);
    const PatchGrid window = look.grid.grown(radius);
    const WarpLattice lattice(warp, window);
    if (!WarpLattice(warp, look.grid).inside(photo.width(), photo.height())) continue;
    const int level = photo.level_for(px_per_pt_at(warp.homography, c) * step_pt);
    const std::vector<float> seen = sample_patch(photo, level, lattice, window, Interpolation::kLinear);
    const std::optional<Peak> peak = search(look, seen, radius);
    if (!peak || peak->at_border || peak->correlation < kLeastCorrelation) continue;
    const base::Vec2 d = displacement_seen(warp, c, peak->offset_pt);
    out.x.push_back({c, d.x, sigma2, 0});
    out.y.push_back({c, d.y, sigma2, 0});
  }
  return out;
}

}  // namespace

page::PageRaster halved(const page::PageRaster& full) {
  page::PageRaster out{image::GrayImage(full.picture.width() / 2, full.picture.height() / 2),
                       full.px_per_pt / 2};
  for (int y = 0; y < out.picture.height(); ++y) {
    const std::uint8_t* upper = full.picture.row(2 * y);
    const std::uint8_t* lower = full.picture.row(2 * y + 1);
    std::uint8_t* row = out.picture.row(y);
    for (int x = 0; x < out.picture.width(); ++x)
      row[x] = static_cast<std::uint8_t>(
          (upper[2 * x] + upper[2 * x + 1] + lower[2 * x] + lower[2 * x + 1] + 2) / 4);
  }
  return out;
}

double px_per_pt_at(const image::Homography& photo_from_page, base::Vec2 p_in_page) {
  return std::sqrt(std::abs(photo_from_page.area_scale(p_in_page)));
}

base::Vec2 displacement_seen(const image::Warp& photo_from_page, base::Vec2 p_in_page, base::Vec2 offset_pt) {
  return offset_pt + photo_from_page.displacement.at(p_in_page + offset_pt);
}

CoarseStart coarse_start(const PhotoLevels& photo, const page::RegisteredPage& page,
                         const std::vector<WordSite>& sites, const image::Homography& photo_from_page,
                         std::span<const image::Match> matches) {
  CoarseStart start;
  start.photo_from_page.homography = photo_from_page;
  const base::Box domain{0, 0, page.model.width_pt, page.model.height_pt};
  const page::PageRaster half = halved(page.raster);
  const std::array<page::PageRaster, 2> rasters{halved(half), half};
  for (std::size_t at = 0; at < rasters.size(); ++at) {
    const CoarseRound& round = kRounds[at];
    std::vector<base::Vec2> centres = patch_centres(sites, round);
    CoarseSightings seen;
    if (at == 0 && matches.size() >= kLeastMatches && photo_from_page.inverse()) {
      seen = told(matches, photo_from_page);
      std::erase_if(centres, [&](base::Vec2 c) { return is_told(matches, c); });
    }
    add(seen, look_around(photo, rasters[at], centres, start.photo_from_page, round));
    if (seen.x.size() < kLeastPatches) continue;
    const FieldFitOptions options{round.degree, round.reach_pt, round.reach_pt / 3};
    const FieldFit x = fit_field(domain, seen.x, options), y = fit_field(domain, seen.y, options);
    start.photo_from_page.displacement = {domain, round.degree, x.coefficients, y.coefficients};
    start.spread_pt = std::max(x.spread_pt, y.spread_pt);
    start.agreed = 0;
    for (std::size_t i = 0; i < x.inlier.size(); ++i) start.agreed += x.inlier[i] > 0.5 && y.inlier[i] > 0.5;
  }
  return start;
}

}  // namespace barium::align
