#include "align/align.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "align/coarse.h"
#include "align/field_fit.h"
#include "align/match.h"
#include "align/word_sites.h"
#include "base/error.h"

namespace barium::align {
namespace {

// Before the photo's own blur is known: demosaicing, a good lens and JPEG leave about this. px, 1 sigma.
constexpr double kFirstBlurPx = 0.8;
constexpr double kLeastBlurPx = 0.4, kMostBlurPx = 6.0;
constexpr double kLeastSearchPt = 1.2, kMostSearchPt = 4.0;
// A word whose look agrees less is not seen; unrelated text correlates 0.1 to 0.35 at its best shift.
constexpr double kLeastCorrelation = 0.4;
constexpr std::size_t kLeastWords = 4;
constexpr int kRounds = 3;

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
        words_(sites_.size()) {}

  Alignment run(const image::Homography& photo_from_page) {
    const CoarseStart start = coarse_start(photo_, page_, sites_, photo_from_page);
    warp_ = start.photo_from_page;
    search_pt_ = std::clamp(3 * start.spread_pt, kLeastSearchPt, kMostSearchPt);
    for (int round = 0; round < kRounds; ++round) {
      if (round < 2) make_models();
      for (std::size_t i = 0; i < sites_.size(); ++i) sight(i, round);
      if (count_seen() < kLeastWords) return nothing_placed(page_.model, warp_.homography);
      if (round + 1 < kRounds) learn_blur();
      correlate_noise();
      fit(round);
    }
    return result();
  }

 private:
  struct WordState {
    std::optional<WordModel> model;
    std::optional<WordModel::Fix> fix;
    int step = 1, level = 0;
    double px_per_pt = 0;
    base::Vec2 variance;  // of the match, correlated noise taken into account
    // Of the last fit, for seen words.
    base::Vec2 residual, residual_variance;
    double mark = 0, inlier = 0;
    bool fitted = false;
  };

  void make_models() {
    for (std::size_t i = 0; i < sites_.size(); ++i) {
      WordState& word = words_[i];
      word.model.reset();
      word.px_per_pt = px_per_pt_at(warp_.homography, sites_[i].area.centre());
      if (!(word.px_per_pt > 0.1 && word.px_per_pt < 100)) continue;
      const double raster = page_.raster.px_per_pt;
      word.step = std::clamp(static_cast<int>(std::lround(raster / word.px_per_pt)), 1, 4);
      word.level = photo_.level_for(word.px_per_pt * word.step / raster);
      Look look = render_look(page_.raster, sites_[i].area, std::sqrt(blur2_px_) / word.px_per_pt, word.step);
      if (look.grid.size() == 0) continue;
      word.model.emplace(std::move(look), sites_[i].along);
    }
  }

  // Finds one word: from where it was in the last round, else by search around where the warp has it.
  void sight(std::size_t i, int round) {
    WordState& word = words_[i];
    const bool known = round > 0 && word.fix && word.inlier > 0.5;
    word.fix.reset();
    if (!word.model) return;
    std::optional<base::Vec2> start;
    if (known)
      start = word.residual;
    else
      start = find(word);
    if (!start) return;
    word.fix = word.model->refine(photo_, word.level, warp_, *start, 1.0);
    if (word.fix && word.fix->correlation < kLeastCorrelation) word.fix.reset();
  }

  std::optional<base::Vec2> find(const WordState& word) const {
    const Look& look = word.model->look();
    const int radius = static_cast<int>(std::ceil(search_pt_ / look.grid.step_pt));
    const PatchGrid window = look.grid.grown(radius);
    if (!WarpLattice(warp_, look.grid).inside(photo_.width(), photo_.height())) return std::nullopt;
    const std::vector<float> seen =
        sample_patch(photo_, word.level, WarpLattice(warp_, window), window, Interpolation::kLinear);
    const std::optional<Peak> peak = search(look, seen, radius);
    if (!peak || peak->correlation < kLeastCorrelation) return std::nullopt;
    return peak->offset_pt;
  }

  std::size_t count_seen() const {
    return static_cast<std::size_t>(
        std::count_if(words_.begin(), words_.end(), [](const WordState& w) { return w.fix.has_value(); }));
  }

  void learn_blur() {
    std::vector<double> change;
    for (const WordState& word : words_)
      if (word.fix) change.push_back(word.fix->blur_change_pt2 * word.px_per_pt * word.px_per_pt);
    std::nth_element(change.begin(), change.begin() + static_cast<std::ptrdiff_t>(change.size() / 2),
                     change.end());
    blur2_px_ = std::clamp(blur2_px_ + change[change.size() / 2], kLeastBlurPx * kLeastBlurPx,
                           kMostBlurPx * kMostBlurPx);
  }

  // The noise of neighbouring samples is alike (interpolation, demosaicing, JPEG, paper): its autocorrelation
  // is pooled over the page, one for each sampling step, and each word's variance is g' C g, g its
  // sensitivity.
  void correlate_noise() {
    for (int step = 1; step <= 4; ++step) {
      NoiseCorrelation pooled;
      for (const WordState& word : words_) {
        if (!word.fix || word.step != step) continue;
        const PatchGrid& grid = word.model->look().grid;
        const NoiseCorrelation own = lag_products(word.fix->residual, grid.width, grid.height);
        for (std::size_t j = 0; j < own.value.size(); ++j)
          for (std::size_t k = 0; k < own.value[j].size(); ++k)
            pooled.value[j][k] += own.value[j][k] / own.at(0, 0);
      }
      for (WordState& word : words_)
        if (word.fix && word.step == step) word.variance = correlated_variance(word, pooled);
    }
  }

  static base::Vec2 correlated_variance(const WordState& word, const NoiseCorrelation& pooled) {
    const PatchGrid& grid = word.model->look().grid;
    double variance[2];
    for (int axis = 0; axis < 2; ++axis) {
      const NoiseCorrelation g =
          lag_products(word.fix->sensitivity[static_cast<std::size_t>(axis)], grid.width, grid.height);
      double sum = g.at(0, 0);
      for (int j = 0; j <= kNoiseLags; ++j)
        for (int i = j == 0 ? 1 : -kNoiseLags; i <= kNoiseLags; ++i)
          sum += 2 * g.at(i, j) * pooled.at(i, j) / pooled.at(0, 0);
      variance[axis] = word.fix->noise_variance * std::max(sum, g.at(0, 0) * 0.5);
    }
    return {variance[0], variance[1]};
  }

  void fit(int round) {
    std::vector<Sighting> x, y;
    std::vector<std::size_t> owner;
    const bool marks = options_.marks == AlignOptions::Marks::kExpected;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      WordState& word = words_[i];
      word.fitted = false;
      if (!word.fix) continue;
      const base::Vec2 p = word.model->centre();
      const base::Vec2 d = displacement_seen(warp_, p, word.fix->offset_pt);
      const double shift = marks ? sites_[i].shift_pt : 0;
      x.push_back({p, d.x, word.variance.x, shift * std::abs(sites_[i].along.x)});
      y.push_back({p, d.y, word.variance.y, shift * std::abs(sites_[i].along.y)});
      owner.push_back(i);
    }
    const FieldFitOptions options{options_.max_degree, 1.5, round == 0 ? 0.5 : std::max(spread_pt_, 0.02)};
    const FieldFit fx = fit_field(domain_, x, options), fy = fit_field(domain_, y, options);
    spread_pt_ = std::max(fx.spread_pt, fy.spread_pt);
    search_pt_ = std::clamp(6 * spread_pt_, kLeastSearchPt, kMostSearchPt);
    for (std::size_t k = 0; k < owner.size(); ++k) {
      WordState& word = words_[owner[k]];
      word.residual = {fx.residual_pt[k], fy.residual_pt[k]};
      word.residual_variance = {fx.variance[k], fy.variance[k]};
      word.mark =
          fx.expected_mark[k] * sites_[owner[k]].along.x + fy.expected_mark[k] * sites_[owner[k]].along.y;
      word.inlier = std::min(fx.inlier[k], fy.inlier[k]);
      word.fitted = true;
    }
    warp_.displacement = {domain_, options_.max_degree, fx.coefficients, fy.coefficients};
  }

  Alignment result() const {
    Alignment out;
    out.photo_from_page = warp_;
    std::vector<double> size;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      const WordState& word = words_[i];
      page::WordMeasurement m;
      m.word = static_cast<std::uint32_t>(i);
      m.placed = word.fitted;
      if (word.fitted) {
        const base::Vec2 u = sites_[i].along;
        m.dx_pt = base::dot(word.residual, u);
        m.dy_pt = base::cross(u, word.residual);
        m.sigma_pt = std::sqrt(u.x * u.x * word.residual_variance.x + u.y * u.y * word.residual_variance.y);
        m.match = word.fix->correlation;
        size.push_back(std::abs(m.dx_pt - word.mark));
      }
      out.words.push_back(m);
    }
    if (!size.empty()) {
      std::nth_element(size.begin(), size.begin() + static_cast<std::ptrdiff_t>(size.size() / 2), size.end());
      out.residual_sigma_pt = 1.4826 * size[size.size() / 2];
    }
    return out;
  }

  PhotoLevels photo_;
  const page::RegisteredPage& page_;
  const AlignOptions& options_;
  std::vector<WordSite> sites_;
  base::Box domain_;
  std::vector<WordState> words_;
  image::Warp warp_;
  double blur2_px_ = kFirstBlurPx * kFirstBlurPx;
  double search_pt_ = kMostSearchPt;
  double spread_pt_ = 0.5;
};

}  // namespace

void AlignOptions::check() const {
  base::require(max_degree >= 1 && max_degree <= 20, "a warp's degree is 1 to 20");
}

Alignment align_page(image::GrayView photo, const page::RegisteredPage& page,
                     const image::Homography& photo_from_page, const AlignOptions& options) {
  options.check();
  if (std::min(photo.width(), photo.height()) < kLeastPhotoSidePx)
    return nothing_placed(page.model, photo_from_page);
  return Aligner(photo, page, options).run(photo_from_page);
}

}  // namespace barium::align
