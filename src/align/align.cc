#include "align/align.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "align/affine_beside.h"
#include "align/coarse.h"
#include "align/field_fit.h"
#include "align/foreshortened.h"
#include "align/local_fit.h"
#include "align/match.h"
#include "align/match_noise.h"
#include "align/parts.h"
#include "align/placed_words.h"
#include "align/word_search.h"
#include "align/word_sites.h"
#include "base/error.h"
#include "base/median.h"

namespace barium::align {
namespace {

// Of a word: half a page of letters. A look and its derivatives are 56 bytes a sample, and all are kept.
constexpr double kMostSamples = 1 << 20;
// Before the photo's own blur is known: demosaicing, a good lens and JPEG leave about this. px, 1 sigma.
constexpr double kFirstBlurPx = 0.8;
constexpr double kLeastBlurPx = 0.4, kMostBlurPx = 6.0;
constexpr double kLeastSearchPt = 1.2;
constexpr std::size_t kLeastWords = 4;
// Rounds; each reaches the words next to those of the last.
constexpr int kMostGrowth = 8;
// Words of a part that was lost until now are far from what the others say: every fit starts tolerant.
constexpr double kFirstSpreadPt = 1.0, kOutlierRangePt = 3.0;
constexpr double kLeastInlier = 0.2;
// Reach of the affine guess, and what its slopes are held to zero by.
constexpr double kAffineRangePt = 40;
constexpr double kAffinePriorPt2 = 100;
constexpr double kLeastBeside = 0.3;  // of weight: one word 60 pt away
// Patches behind blanks: as many lost words are worth a look, so far a patch reaches, and so many of its
// words must surely be there.
constexpr std::size_t kLeastLostWords = 4, kMostPatches = 16, kLeastSureOfPatch = 3;
constexpr double kPatchPt = 50;
constexpr int kMostBlanks = 3;
// Degrees of freedom of the scale that both axes of a word share; bench/suites/align_real, share within 1.645
// sigma.
constexpr double kAxisFreedom = 4;
// Where the smooth field explains the words this well, their parts say no more: the raster snaps glyphs by as
// much (docs/methods/align.md).
constexpr double kFlatSpreadPt = 0.04;

// The photo's shorter side, below which a page of text is less than a pixel a line.
constexpr int kLeastPhotoSidePx = 32;

Alignment nothing_placed(const page::PageModel& page, const image::Homography& photo_from_page) {
  Alignment out;
  out.photo_from_page.homography = photo_from_page;
  for (std::uint32_t i = 0; i < page.words.size(); ++i) {
    out.words.emplace_back();
    out.words.back().word = i;
  }
  out.notes.push_back({"align.failed", "too few words of the page were found in the photo"});
  return out;
}

class Aligner {
 public:
  Aligner(image::GrayView photo, const page::RegisteredPage& page, const AlignOptions& options)
      : photo_(photo),
        page_(page),
        options_(options),
        sites_(word_sites(page.model)),
        domain_{0, 0, page.model.width_pt, page.model.height_pt},
        words_(sites_.size()),
        search_(photo_, page.raster, domain_) {}

  Alignment run(const image::Homography& photo_from_page, std::span<const image::Match> matches) {
    const CoarseStart start = coarse_start(photo_, page_, sites_, photo_from_page, matches);
    warp_ = start.photo_from_page;
    search_pt_ = std::clamp(3 * start.spread_pt, kLeastSearchPt, kMostSearchPt);
    make_models();
    sight_by_warp();
    if (count_seen() < kLeastWords) return nothing_placed(page_.model, warp_.homography);
    learn_blur();
    fit_smoothly();
    make_models();
    grow();
    sight_again();
    if (count_seen() < kLeastWords) return nothing_placed(page_.model, warp_.homography);
    fit_smoothly();
    fit_creases();
    return place_words(warp_, sites_, words_);
  }

 private:
  void make_models() {
    for (std::size_t i = 0; i < sites_.size(); ++i) {
      WordState& word = words_[i];
      word.model.reset();
      word.px_per_pt = px_per_pt_at(warp_.homography, sites_[i].area.centre());
      if (!(word.px_per_pt > 0.1 && word.px_per_pt < 100)) continue;
      const double raster = page_.raster.px_per_pt;
      word.step = std::clamp(static_cast<int>(std::lround(raster / word.px_per_pt)), 1, 4);
      word.level = photo_.level_for(word.px_per_pt * word.step / raster);
      const double samples_per_pt = raster / word.step;
      if (sites_[i].area.width() * sites_[i].area.height() * samples_per_pt * samples_per_pt > kMostSamples)
        continue;
      Look look = render_look(page_.raster, sites_[i].area, std::sqrt(blur2_px_) / word.px_per_pt, word.step);
      if (look.grid.size() == 0) continue;
      word.model.emplace(std::move(look), sites_[i].along);
    }
  }

  void sight_by_warp() {
    for (WordState& word : words_) {
      if (!word.model) continue;
      std::optional<Found> found;
      search_.take_better(found, word, warp_, {}, search_pt_);
      if (found) keep(word, std::move(*found));
    }
  }

  // Where paper is lost (a curled edge, a fold), its words are found from those beside them, outwards.
  void grow() {
    grow_outwards();
    for (int time = 0; time < kMostBlanks && reach_past_blanks(); ++time) {
      fit_smoothly();
      grow_outwards();
    }
  }

  void grow_outwards() {
    for (int round = 0; round < kMostGrowth; ++round) {
      for (WordState& word : words_)
        if (!shows_the_way(word)) word.fix.reset();
      const std::size_t before = count_seen();
      if (before < kLeastWords || before == words_.size()) return;
      for (const std::size_t i : missing_by_distance())
        if (auto found = find(i)) keep(words_[i], std::move(*found));
      if (count_seen() == before) return;
      fit_smoothly();
    }
  }

  // Words that stand foreshortened behind a blank, a patch of them at a time. True where any was found.
  bool reach_past_blanks() {
    if (count_sure() < kLeastWords) return false;
    std::vector<std::size_t> missing = missing_by_distance();
    if (missing.size() < kLeastLostWords) return false;
    const page::PageRaster quarter = halved(halved(page_.raster));
    bool any = false;
    std::vector<base::Vec2> tried;
    for (const std::size_t i : missing) {
      const base::Vec2 at = words_[i].model->centre();
      const base::Vec2 last = nearest_seen(at);
      // Nearer ones were looked for already, with what stands around them.
      if (shows_the_way(words_[i]) || tried.size() == kMostPatches || base::norm(at - last) < kFarReachPt ||
          !in_view(at) ||
          std::ranges::any_of(tried, [&](base::Vec2 p) { return base::norm(p - at) < kPatchPt / 2; }))
        continue;
      tried.push_back(at);
      const auto guess =
          foreshortened(photo_, quarter, domain_, warp_.homography, at, last, affine_far_beside(at));
      if (guess) any = keep_patch(missing, at, guess->warp(warp_, domain_)) || any;
    }
    return any;
  }

  // All words of a patch, if they surely stand as a guess has them.
  bool keep_patch(const std::vector<std::size_t>& missing, base::Vec2 at, const image::Warp& guess) {
    std::vector<std::pair<std::size_t, Found>> sure;
    for (const std::size_t i : missing) {
      if (shows_the_way(words_[i]) || base::norm(words_[i].model->centre() - at) > kPatchPt) continue;
      std::optional<Found> found;
      search_.take_better(found, words_[i], guess, {}, search_pt_);
      if (found && found->is_sure()) sure.emplace_back(i, std::move(*found));
    }
    if (sure.size() < kLeastSureOfPatch) return false;
    for (auto& [i, found] : sure) keep(words_[i], std::move(found));
    return true;
  }

  bool in_view(base::Vec2 p_in_page) const {
    return base::Box{0, 0, static_cast<double>(photo_.width()), static_cast<double>(photo_.height())}
        .contains(warp_.homography * p_in_page);
  }

  base::Vec2 nearest_seen(base::Vec2 at) const {
    const WordState* nearest = nullptr;
    const auto off = [&](const WordState& word) { return base::norm(word.model->centre() - at); };
    for (const WordState& word : words_)
      if (is_sure(word) && (!nearest || off(word) < off(*nearest))) nearest = &word;
    return nearest->model->centre();
  }

  // As warp_beside, from sure words only and from as far away as need be.
  AffineBeside::Affine affine_far_beside(base::Vec2 at) const {
    AffineBeside beside(at, std::max(kAffineRangePt, base::norm(nearest_seen(at) - at)), kAffinePriorPt2);
    for (const WordState& word : words_)
      if (is_sure(word)) beside.add(word.model->centre(), word.displacement, 1);
    return beside.solve();
  }

  // The smooth field cannot follow a crease, so it does not decide alone.
  static bool shows_the_way(const WordState& word) {
    return word.fix && (word.inlier >= kLeastInlier || is_sure(word));
  }

  static bool is_sure(const WordState& word) { return word.fix && word.fix->correlation > kSureCorrelation; }

  // Those next to a seen word first.
  std::vector<std::size_t> missing_by_distance() const {
    std::vector<std::pair<double, std::size_t>> missing;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      if (shows_the_way(words_[i]) || !words_[i].model) continue;
      double least = std::numeric_limits<double>::infinity();
      for (const WordState& word : words_)
        if (shows_the_way(word))
          least = std::min(least, base::norm(word.model->centre() - words_[i].model->centre()));
      missing.emplace_back(least, i);
    }
    std::ranges::sort(missing);
    std::vector<std::size_t> order;
    for (const auto& [distance, i] : missing) order.push_back(i);
    return order;
  }

  // By the smooth warp, now that blur is known; where paper bends more, by what the word was found by.
  void sight_again() {
    for (WordState& word : words_) {
      if (!word.fix) continue;
      std::optional<Found> best;
      if (auto fix = search_.refined(word, warp_, word.offset)) best = Found{warp_, std::move(*fix)};
      if (!best || !best->is_sure()) {
        auto fix = search_.refined(word, word.seen_by, word.fix->offset_pt);
        if (fix && (!best || fix->correlation > best->fix.correlation))
          best = Found{word.seen_by, std::move(*fix)};
      }
      word.fix.reset();
      if (best) keep(word, std::move(*best));
    }
  }

  static void keep(WordState& word, Found found) {
    word.displacement = displacement_seen(found.warp, word.model->centre(), found.fix.offset_pt);
    word.fix = std::move(found.fix);
    word.seen_by = std::move(found.warp);
    word.inlier = 0;
  }

  // By the page's warp, or by what the words beside it say, whichever shows it better; else, with its
  // surroundings, further off.
  std::optional<Found> find(std::size_t i) const {
    const WordState& word = words_[i];
    const image::Warp beside = warp_beside(word.model->centre());
    if (!search_.may_be_in_view(word, warp_) && !search_.may_be_in_view(word, beside)) return std::nullopt;
    std::optional<Found> best;
    for (const image::Warp& warp : {warp_, beside}) search_.take_better(best, word, warp, {}, search_pt_);
    if (best && best->is_sure()) return best;
    for (const image::Warp& warp : {warp_, beside})
      if (const auto offset = search_.look_far(word, sites_[i].area, warp))
        search_.take_better(best, word, warp, *offset, search_pt_);
    return best;
  }

  // The affine displacement of the words around a point, nearest first. Creases are sharper than the smooth
  // field, and past the last word seen the field means nothing.
  image::Warp warp_beside(base::Vec2 at) const {
    AffineBeside beside(at, kAffineRangePt, kAffinePriorPt2);
    for (const WordState& word : words_)
      if (shows_the_way(word)) beside.add(word.model->centre(), word.displacement, 1);
    return beside.weight() < kLeastBeside ? warp_ : beside.solve().warp(warp_, domain_);
  }

  std::size_t count_seen() const {
    return static_cast<std::size_t>(
        std::count_if(words_.begin(), words_.end(), [](const WordState& w) { return w.fix.has_value(); }));
  }

  std::size_t count_sure() const { return static_cast<std::size_t>(std::ranges::count_if(words_, is_sure)); }

  void learn_blur() {
    std::vector<double> change;
    for (const WordState& word : words_)
      if (word.fix) change.push_back(word.fix->blur_change_pt2 * word.px_per_pt * word.px_per_pt);
    blur2_px_ = std::clamp(blur2_px_ + base::median(std::move(change)), kLeastBlurPx * kLeastBlurPx,
                           kMostBlurPx * kMostBlurPx);
  }

  struct Sightings {
    std::vector<Sighting> x, y;
    std::vector<std::size_t> owner;
  };

  Sightings sightings() const {
    Sightings out;
    const bool marks = options_.marks == AlignOptions::Marks::kExpected;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      const WordState& word = words_[i];
      if (!word.fix) continue;
      const base::Vec2 p = word.model->centre(), d = word.displacement;
      const double shift = marks ? sites_[i].shift_pt : 0;
      out.x.push_back({p, d.x, word.variance.x, shift * std::abs(sites_[i].along.x)});
      out.y.push_back({p, d.y, word.variance.y, shift * std::abs(sites_[i].along.y)});
      out.owner.push_back(i);
    }
    return out;
  }

  void fit_smoothly() {
    correlate_noise(words_);
    seen_ = sightings();
    const FieldFitOptions options{options_.max_degree, kOutlierRangePt, kFirstSpreadPt};
    smooth_x_ = fit_field(domain_, seen_.x, options);
    smooth_y_ = fit_field(domain_, seen_.y, options);
    for (WordState& word : words_) word.fitted = false;
    for (std::size_t k = 0; k < seen_.owner.size(); ++k) {
      WordState& word = words_[seen_.owner[k]];
      word.offset = {seen_.x[k].seen_pt - smooth_x_.field_pt[k], seen_.y[k].seen_pt - smooth_y_.field_pt[k]};
      word.inlier = std::min(smooth_x_.inlier[k], smooth_y_.inlier[k]);
      word.fitted = true;
    }
    warp_.displacement = {domain_, options_.max_degree, smooth_x_.coefficients, smooth_y_.coefficients};
    search_pt_ = kMostSearchPt;
  }

  // Where one axis is further off than expected, the paper is rough there, and the other axis less sure: the
  // two share a scale. The match's own part is not the paper's.
  base::Vec2 roughened(const LocalFit& x, const LocalFit& y, std::size_t k) const {
    const auto scale = [&](const LocalFit& other) {
      const double off = other.residual_pt[k] - other.mark[k];
      return (kAxisFreedom + off * off / other.variance[k]) / (kAxisFreedom + 1);
    };
    const double match_x = seen_.x[k].variance, match_y = seen_.y[k].variance;
    return {match_x + (x.variance[k] - match_x) * scale(y), match_y + (y.variance[k] - match_y) * scale(x)};
  }

  std::vector<Part> parts() const {
    if (std::max(smooth_x_.spread_pt, smooth_y_.spread_pt) < kFlatSpreadPt) return {};
    return measure_parts(photo_, sites_, words_, warp_);
  }

  void fit_creases() {
    std::vector<PartSighting> parts_x, parts_y;
    std::size_t owner = 0;
    for (const Part& part : parts()) {
      while (seen_.owner[owner] != part.word) ++owner;
      parts_x.push_back({owner, part.p_in_page, part.displacement.x, part.variance.x});
      parts_y.push_back({owner, part.p_in_page, part.displacement.y, part.variance.y});
    }
    const LocalFit x = fit_locally(seen_.x, parts_x, smooth_x_);
    const LocalFit y = fit_locally(seen_.y, parts_y, smooth_y_);
    for (std::size_t k = 0; k < seen_.owner.size(); ++k) {
      WordState& word = words_[seen_.owner[k]];
      const base::Vec2 along = sites_[seen_.owner[k]].along;
      word.residual = {x.residual_pt[k], y.residual_pt[k]};
      word.residual_variance = roughened(x, y, k);
      word.mark = x.mark[k] * along.x + y.mark[k] * along.y;
    }
  }

  PhotoLevels photo_;
  const page::RegisteredPage& page_;
  const AlignOptions& options_;
  std::vector<WordSite> sites_;
  base::Box domain_;
  std::vector<WordState> words_;
  WordSearch search_;
  image::Warp warp_;
  double blur2_px_ = kFirstBlurPx * kFirstBlurPx;
  double search_pt_ = kMostSearchPt;
  Sightings seen_;
  FieldFit smooth_x_, smooth_y_;
};

}  // namespace

void AlignOptions::check() const {
  base::require(max_degree >= 1 && max_degree <= 20, "a warp's degree is 1 to 20");
}

Alignment align_page(image::GrayView photo, const page::RegisteredPage& page,
                     const image::Homography& photo_from_page, std::span<const image::Match> matches,
                     const AlignOptions& options) {
  options.check();
  if (std::min(photo.width(), photo.height()) < kLeastPhotoSidePx)
    return nothing_placed(page.model, photo_from_page);
  return Aligner(photo, page, options).run(photo_from_page, matches);
}

}  // namespace barium::align
