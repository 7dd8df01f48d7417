// PageFit, of pieces that were fitted badly: the paper around them bends, folds or creases.

#include <algorithm>
#include <array>
#include <cmath>

#include "base/median.h"
#include "verify/page_fit.h"

namespace barium::verify {
namespace {

// A piece is fitted badly that lacks so many times of 1 what the median lacks; from its neighbours nothing is
// gained from 1.2 on (verify_real). The others are chosen: a line or two away, and as often as it helps.
constexpr double kBadlyFitted = 2, kNeighbourPt = 60;
constexpr int kRoundsFromNeighbours = 3;
constexpr std::size_t kNeighboursTried = 3;

// One that lacks so many times what the median does is not vouched for anyway (verify.cc). Beyond a bend
// letters are narrower or lines turn, by more than a fit finds by itself: a piece 32 pt long is a point off
// at either end for 0.06 of stretch or turn. Pages that curl away show letters at half their width, folded
// ones turn by a quarter. One or two glyphs would be fitted by any others (verify_real --variants 3: 8 single
// letters that were vouched for and are others).
constexpr double kLost = 5;
constexpr std::array kStretches = {-0.5, -0.38, -0.26, -0.13, 0.0, 0.12};
constexpr std::array kTurns = {-0.26, -0.13, 0.0, 0.13, 0.26};
constexpr double kFreeAlong = 0.04, kFreeAcross = 0.08;
constexpr std::size_t kLeastBeyondBends = 3;

// One that lacks so many times what the median does is cut in two, and those once more: of hard crumples 66.6
// of the words were vouched for, from 2 on 71.3, from 1.5 on 72.0, from 1.2 on 72.2 (verify_real); a third
// time gains 0.1. Cut to single glyphs 75.2, but of 165 letters two more pass that are others.
constexpr double kBent = 1.2;
constexpr int kTimesHalved = 2;
constexpr std::size_t kLeastOfHalf = 2;
constexpr double kFreeOfHalf = 0.03, kHalfSigmaPt = 0.3;
constexpr double kSeen = 0.5;  // a correlation: below, the piece is not where it was fitted

constexpr int kStretching[] = {kXEx, kYEx, kXEy, kYEy};

}  // namespace

void PageFit::fit_bent_paper() {
  fit_from_neighbours();
  fit_beyond_bends();
  fit_from_neighbours();
  for (int time = 0; time < kTimesHalved; ++time) halve_bent();
  fit_from_neighbours();
}

// The correlation that a piece has that lacks so many times of 1 what the median lacks.
double PageFit::correlation_lacking(double times) const {
  std::vector<double> unlike;
  for (const std::optional<WordFit>& f : fits_)
    if (f) unlike.push_back(1 - f->correlation);
  return unlike.empty() ? 0 : 1 - std::max(kLeastUnlike, times * base::median(std::move(unlike)));
}

// Where words carry the paper's place badly (the ends of a long one, the far side of a bend), a piece that
// was fitted well says better where the next one lies.
void PageFit::fit_from_neighbours() {
  for (int round = 0; round < kRoundsFromNeighbours; ++round) {
    const double good = correlation_lacking(kBadlyFitted);
    std::vector<std::pair<std::size_t, WordFit>> better;
    for (std::size_t k = 0; k < pieces_.size(); ++k) {
      const double before = fits_[k] ? fits_[k]->correlation : 0;
      if (before >= good) continue;
      for (const std::size_t n : fitted_well_near(k, good)) {
        const Start start{fits_[n]->photo_from_page, kReachLostPt, kLostSigmaPt};
        FitPrior prior = priors_[k];
        prior.deviation[kX] = prior.deviation[kY] = start.sigma_pt;
        // Where the neighbour lies it is stretched already.
        for (const int p : {kXEx, kYEx, kXEy, kYEy}) prior.mean[static_cast<std::size_t>(p)] = 0;
        std::optional<WordFit> again = fit(pieces_[k], start, prior);
        if (!again || again->correlation <= std::max(before, kGoodCorrelation)) continue;
        better.emplace_back(k, std::move(*again));
        starts_[k] = start, priors_[k] = prior;
        break;
      }
    }
    if (better.empty()) return;
    for (auto& [k, again] : better) fits_[k] = std::move(again);
  }
}

// A piece that is lost where it was looked for, with the paper stretched and turned around its middle.
void PageFit::fit_beyond_bends() {
  const double lost = correlation_lacking(kLost);
  for (std::size_t k = 0; k < pieces_.size(); ++k) {
    if (!starts_[k] || (fits_[k] && fits_[k]->correlation >= lost)) continue;
    if (pieces_[k].end - pieces_[k].first < kLeastBeyondBends || !is_in_view(pieces_[k].area)) continue;
    const base::Vec2 along = page_.model.words[pieces_[k].word].along, across{-along.y, along.x};
    const bool is_upright = std::abs(along.x) > std::abs(along.y);
    FitPrior prior = priors_[k];
    for (const int p : kStretching) {
      prior.mean[static_cast<std::size_t>(p)] = 0;
      prior.deviation[static_cast<std::size_t>(p)] =
          (p == kXEx || p == kXEy) == is_upright ? kFreeAlong : kFreeAcross;
    }
    double best = std::max(kGoodCorrelation, fits_[k] ? fits_[k]->correlation : 0);
    const Start from = *starts_[k];
    for (const double stretch : kStretches)
      for (const double turn : kTurns) {
        Start start = from;
        start.photo_from_page =
            stretched(from.photo_from_page, pieces_[k].area.centre(), along, stretch * along + turn * across);
        std::optional<WordFit> again = fit(pieces_[k], start, prior);
        if (!again || again->correlation <= best) continue;
        best = again->correlation;
        fits_[k] = std::move(again), starts_[k] = start, priors_[k] = prior;
      }
  }
}

// Pieces that bend within: each half has a place, stretch and turn of its own.
void PageFit::halve_bent() {
  const double bent = correlation_lacking(kBent);
  for (std::size_t k = 0; k < pieces_.size(); ++k) {
    if (!fits_[k] || fits_[k]->correlation >= bent || fits_[k]->correlation < kSeen) continue;
    const auto halves = halves_of(page_.model, looks_.cells(), pieces_[k], kLeastOfHalf);
    if (!halves) continue;
    const Start start{fits_[k]->photo_from_page, kReachPlacedPt, kHalfSigmaPt};
    FitPrior prior = priors_[k];
    prior.deviation[kX] = prior.deviation[kY] = start.sigma_pt;
    for (const int p : kStretching) {
      double& deviation = prior.deviation[static_cast<std::size_t>(p)];
      deviation = std::max(deviation, kFreeOfHalf);
      prior.mean[static_cast<std::size_t>(p)] = 0;
    }
    std::optional<WordFit> first = fit(halves->first, start, prior),
                           second = fit(halves->second, start, prior);
    if (!first || !second || std::min(first->correlation, second->correlation) < fits_[k]->correlation)
      continue;
    pieces_[k] = halves->first, fits_[k] = std::move(first), starts_[k] = start, priors_[k] = prior;
    ++k;
    const auto at = static_cast<std::ptrdiff_t>(k);
    pieces_.insert(pieces_.begin() + at, halves->second);
    fits_.insert(fits_.begin() + at, std::move(second));
    starts_.insert(starts_.begin() + at, start);
    priors_.insert(priors_.begin() + at, prior);
  }
}

// Nearest first.
std::vector<std::size_t> PageFit::fitted_well_near(std::size_t k, double good) const {
  std::vector<std::pair<double, std::size_t>> near;
  for (std::size_t n = 0; n < pieces_.size(); ++n) {
    if (n == k || !fits_[n] || fits_[n]->correlation < std::max(good, kGoodCorrelation)) continue;
    const double apart = base::norm(pieces_[n].area.centre() - pieces_[k].area.centre());
    if (apart < kNeighbourPt) near.emplace_back(apart, n);
  }
  const std::size_t count = std::min(near.size(), kNeighboursTried);
  std::ranges::partial_sort(near, near.begin() + static_cast<std::ptrdiff_t>(count));
  std::vector<std::size_t> nearest;
  for (std::size_t n = 0; n < count; ++n) nearest.push_back(near[n].second);
  return nearest;
}

}  // namespace barium::verify
