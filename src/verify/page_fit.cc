#include "verify/page_fit.h"

#include <algorithm>
#include <cmath>

#include "align/coarse.h"
#include "base/median.h"

namespace barium::verify {
namespace {

// A mark is a quarter of a point.
constexpr double kPlacedSigmaPt = 0.15;
constexpr std::size_t kFilterWords = 80;
constexpr double kFilterMatch = 0.8;
constexpr double kFirstBlurSamples = 1.0;
// What was caught is hardly blurred further: from 1.0 the filter of one page vouched for 254 or 326 words as
// the place it started from.
constexpr double kFirstBlurOfCaught = 0.5;
constexpr double kLeastGain = 0.05;
constexpr std::size_t kPiecesAround = 16, kLeastPiecesAround = 6;
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
  // A program bends nothing.
  if (is_drawn())
    fit_from_neighbours();
  else
    fit_bent_paper();
}

// As the words about it say; nullopt where there are none.
std::optional<PageFit::Start> PageFit::start_from_words(std::size_t k) const {
  const auto own = is_placed(k) ? std::optional<std::size_t>(pieces_[k].word) : std::nullopt;
  const Paper::Local local = paper_.at(pieces_[k].area.centre(), own);
  if (local.support < kLeastSupport) return std::nullopt;
  if (own) return Start{local.photo_from_page, kReachPlacedPt, kPlacedSigmaPt};
  return Start{local.photo_from_page, kReachLostPt, kLostSigmaPt};
}

std::optional<WordFit> PageFit::fit(const Piece& piece, const Start& start, const FitPrior& prior) const {
  return fit_word(photo_, looks_.expected(), looks_.step_pt(), piece.area, start.photo_from_page,
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
