#include "verify/page_fit.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "align/coarse.h"
#include "base/median.h"

namespace barium::verify {
namespace {

// How far a word may stand from where the paper around it says; a mark is a quarter of a point.
constexpr double kReachPlacedPt = 1.0, kReachLostPt = 2.5;
constexpr double kPlacedSigmaPt = 0.15, kLostSigmaPt = 1.0;
constexpr std::size_t kFilterWords = 80;
constexpr double kFilterMatch = 0.8;
// Of a filter's squares, one over the number of samples that it averages: 0.28 to 0.92 of renderers' pictures
// of three documents at 96 to 300 dpi, 0.03 to 0.15 of 30 real photographs.
constexpr double kSharp = 0.22;
// A side of the page's words, along the picture's rows or columns: renderers round by half a pixel at either
// end, a camera that is held by hand is off by many. Simulated cameras may be as sharp.
constexpr double kSquarePx = 2;
constexpr double kFirstBlurSamples = 1.0;
// What was caught is hardly blurred further: from 1.0 the filter of one page vouched for 254 or 326 words as
// the place it started from.
constexpr double kFirstBlurOfCaught = 0.5;
// Fits that others learn from.
constexpr double kGoodCorrelation = 0.85, kLeastGain = 0.05;
constexpr std::size_t kPiecesAround = 16, kLeastPiecesAround = 6;
// A piece that lacks so many times what the median lacks of 1 is fitted again from its neighbours; from 1.2
// on nothing is gained (verify_real). The others are chosen: a line or two away, and as often as it helps.
constexpr double kBadlyFitted = 2, kNeighbourPt = 60;
constexpr int kRoundsFromNeighbours = 3;
constexpr std::size_t kNeighboursTried = 3;
constexpr double kLeastSupport = 1e-3;

// Coloured inks differ in tone; blur and stretch hardly.
double least_deviation(int parameter, double middle) {
  if (parameter == kGain) return 0.15 * std::abs(middle);
  if (parameter == kCurve) return 0.05;
  return parameter <= kXY ? 0.01 : 0.003;
}

}  // namespace

PageFit::PageFit(image::GrayView photo, const page::RegisteredPage& page, const align::Alignment& alignment,
                 int step)
    : photo_(photo),
      page_(page),
      alignment_(alignment),
      paper_(page.model, alignment),
      looks_(page, step),
      pieces_(cut_words(page.model, looks_.cells())),
      priors_(pieces_.size(), wide_prior()) {
  for (std::size_t k = 0; k < pieces_.size(); ++k) starts_.push_back(start_from_words(k));
  fit_page();
}

void PageFit::fit_page() {
  learn_filter();
  fit_all();
  learn_priors();
  fit_all();
  fit_from_neighbours();
}

bool PageFit::is_drawn() const {
  double sharpness = 0;
  for (const double tap : filter_) sharpness += tap * tap;
  return sharpness > kSharp && is_square() && RasterSums::holds(page_.raster);
}

bool PageFit::is_square() const {
  base::Box words{1e18, 1e18, -1e18, -1e18};
  for (const page::WordMeasurement& m : alignment_.words)
    if (m.placed) words = base::united(words, page_.model.words[m.word].box);
  const auto seen = [&](double x, double y) { return alignment_.photo_from_page * base::Vec2{x, y}; };
  const std::array corners{seen(words.x0, words.y0), seen(words.x1, words.y0), seen(words.x1, words.y1),
                           seen(words.x0, words.y1)};
  for (std::size_t i = 0; i < corners.size(); ++i) {
    const base::Vec2 side = corners[(i + 1) % corners.size()] - corners[i];
    if (!(std::min(std::abs(side.x), std::abs(side.y)) < kSquarePx)) return false;
  }
  return true;
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

// As the words about it say; nullopt where there are none.
std::optional<PageFit::Start> PageFit::start_from_words(std::size_t k) const {
  const auto own = is_placed(k) ? std::optional<std::size_t>(pieces_[k].word) : std::nullopt;
  const Paper::Local local = paper_.at(pieces_[k].area.centre(), own);
  if (local.support < kLeastSupport) return std::nullopt;
  if (own) return Start{local.photo_from_page, kReachPlacedPt, kPlacedSigmaPt};
  return Start{local.photo_from_page, kReachLostPt, kLostSigmaPt};
}

std::optional<WordFit> PageFit::fit(std::size_t k, const Start& start, const FitPrior& prior) const {
  return fit_word(photo_, looks_.expected(), looks_.step_pt(), pieces_[k].area, start.photo_from_page,
                  start.reach_pt, prior);
}

std::optional<WordFit> PageFit::again(std::size_t piece, const image::FloatImage& expected) const {
  if (!starts_[piece]) return std::nullopt;
  return fit_word(photo_, expected, looks_.step_pt(), pieces_[piece].area, starts_[piece]->photo_from_page,
                  starts_[piece]->reach_pt, priors_[piece]);
}

std::vector<std::size_t> PageFit::samples_in(std::uint32_t cell, std::size_t piece, const WordFit& f) const {
  const GlyphCell& glyph = looks_.cells().cells[cell];
  const page::Word& word = page_.model.words[pieces_[piece].word];
  std::vector<std::size_t> samples;
  for (int y = 0; y < f.grid.height; ++y)
    for (int x = 0; x < f.grid.width; ++x)
      if (is_inside(glyph, word, f.grid.at(x, y)))
        samples.push_back(static_cast<std::size_t>(y * f.grid.width + x));
  return samples;
}

void PageFit::fit_all() {
  fits_.clear();
  for (std::size_t k = 0; k < pieces_.size(); ++k) fits_.push_back(again(k, looks_.expected()));
}

// Where words carry the paper's place badly (the ends of a long one, the far side of a bend), a piece that
// was fitted well says better where the next one lies.
void PageFit::fit_from_neighbours() {
  for (int round = 0; round < kRoundsFromNeighbours; ++round) {
    std::vector<double> unlike;
    for (const std::optional<WordFit>& f : fits_)
      if (f) unlike.push_back(1 - f->correlation);
    if (unlike.empty()) return;
    const double good = 1 - kBadlyFitted * base::median(std::move(unlike));
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
        std::optional<WordFit> again = fit(k, start, prior);
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

void PageFit::learn_filter() {
  filter_ = gaussian_filter(is_as_caught() ? kFirstBlurOfCaught : kFirstBlurSamples);
  looks_.filter(filter_);
  std::vector<std::size_t> good;
  for (std::size_t k = 0; k < pieces_.size(); ++k)
    if (is_placed(k) && alignment_.words[pieces_[k].word].match > kFilterMatch) good.push_back(k);
  const std::size_t stride = std::max<std::size_t>(1, good.size() / kFilterWords);
  FilterFit learned;
  std::size_t used = 0;
  for (std::size_t g = 0; g < good.size(); g += stride) {
    const std::optional<WordFit> f = again(good[g], looks_.expected());
    if (!f || std::abs(f->gain()) < kLeastGain) continue;
    std::vector<float> in_page_tones;
    for (const float seen : f->seen)
      in_page_tones.push_back(static_cast<float>(1 + (seen - f->theta[kTone]) / f->gain()));
    learned.add(looks_.picture(), f->x0, f->y0, in_page_tones, f->grid.width, f->grid.height);
    ++used;
  }
  if (used < kLeastWords) return;
  filter_ = learned.solve();
  looks_.filter(filter_);
}

// From the pieces around each: the photo's blur, its tones and the paper do not change from word to word.
void PageFit::learn_priors() {
  for (std::size_t k = 0; k < pieces_.size(); ++k) {
    FitPrior& prior = priors_[k];
    if (starts_[k]) prior.deviation[kX] = prior.deviation[kY] = starts_[k]->sigma_pt;
    const std::vector<std::size_t> around = good_pieces_around(k);
    if (around.size() < kLeastPiecesAround) continue;
    for (int p = kGain; p <= kYEy; ++p)
      if (p != kX && p != kY) learn(prior, p, around);
  }
}

void PageFit::learn(FitPrior& prior, int parameter, const std::vector<std::size_t>& around) const {
  const auto p = static_cast<std::size_t>(parameter);
  std::vector<double> values, off;
  for (const std::size_t k : around)
    values.push_back(fits_[k]->theta[p] / (parameter == kGain ? 1 : fits_[k]->gain()));
  const double middle = base::median(values);
  for (const double value : values) off.push_back(std::abs(value - middle));
  prior.mean[p] = middle;
  prior.deviation[p] = std::max(least_deviation(parameter, middle), 1.4826 * base::median(off));
}

std::vector<std::size_t> PageFit::good_pieces_around(std::size_t k) const {
  std::vector<std::pair<double, std::size_t>> near;
  for (std::size_t n = 0; n < pieces_.size(); ++n)
    if (fits_[n] && fits_[n]->correlation > kGoodCorrelation && std::abs(fits_[n]->gain()) > kLeastGain &&
        pieces_[n].word != pieces_[k].word)
      near.emplace_back(base::norm(pieces_[n].area.centre() - pieces_[k].area.centre()), n);
  const std::size_t count = std::min(near.size(), kPiecesAround);
  std::ranges::partial_sort(near, near.begin() + static_cast<std::ptrdiff_t>(count));
  std::vector<std::size_t> around;
  for (std::size_t n = 0; n < count; ++n) around.push_back(near[n].second);
  return around;
}

double PageFit::darker_than_paper(std::size_t k) const {
  std::vector<double> paper;
  for (const std::size_t n : good_pieces_around(k)) paper.push_back(fits_[n]->theta[kTone]);
  const double gain = priors_[k].mean[kGain];
  if (paper.size() < kLeastPiecesAround || std::abs(gain) < kLeastGain) return 1;
  double seen = 0;
  for (const float level : fits_[k]->seen)
    seen += static_cast<double>(level) / static_cast<double>(fits_[k]->seen.size());
  return (base::median(std::move(paper)) - seen) / gain;
}

bool PageFit::is_in_view(const base::Box& box) const {
  const Paper::Local local = paper_.at(box.centre(), std::nullopt);
  const base::Box photo{0, 0, static_cast<double>(photo_.width()), static_cast<double>(photo_.height())};
  return local.support >= kLeastSupport &&
         photo.contains(local.photo_from_page * base::Vec2{box.x0, box.y0}) &&
         photo.contains(local.photo_from_page * base::Vec2{box.x1, box.y1});
}

}  // namespace barium::verify
