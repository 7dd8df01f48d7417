#include "verify/evidence.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "align/coarse.h"
#include "base/median.h"
#include "verify/page_looks.h"
#include "verify/paper.h"
#include "verify/pieces.h"
#include "verify/relate.h"
#include "verify/word_fit.h"

namespace barium::verify {
namespace {

// Of words placed: fewer do not tell how the photo shows the page.
constexpr std::size_t kLeastWords = 8;
// How far a word may stand from where the paper around it says; a mark is a quarter of a point.
constexpr double kReachPlacedPt = 1.0, kReachLostPt = 2.5;
constexpr double kPlacedSigmaPt = 0.15, kLostSigmaPt = 1.0;
constexpr std::size_t kFilterWords = 80;
constexpr double kFilterMatch = 0.8;
constexpr double kFirstBlurSamples = 1.0;
// Fits that others learn from.
constexpr double kGoodCorrelation = 0.85, kLeastGain = 0.05;
constexpr std::size_t kPiecesAround = 16, kLeastPiecesAround = 6;
// A piece that lacks so many times what the median lacks of 1 is fitted again from its neighbours.
constexpr double kBadlyFitted = 2, kNeighbourPt = 60;
constexpr int kRoundsFromNeighbours = 3;
constexpr std::size_t kNeighboursTried = 3;
constexpr double kLeastSupport = 1e-3, kLeastUnlike = 1e-4;
// Of full scale, between ink and ground on the original.
constexpr float kLeastContrast = 0.2f;
// Glyphs that are read anew: odd, and still something like print. Another glyph explains one if it leaves so
// much of the misfit.
constexpr double kOddMisfit = 4, kPlainlyWrongMisfit = 300, kExplained = 0.5;
constexpr std::size_t kGlyphsRead = 12, kGlyphsTried = 6;

class Examiner {
 public:
  Examiner(image::GrayView photo, const page::RegisteredPage& page, const align::Alignment& alignment,
           int step)
      : photo_(photo),
        page_(page),
        alignment_(alignment),
        paper_(page.model, alignment),
        looks_(page, step),
        pieces_(cut_words(page.model, looks_.cells())),
        priors_(pieces_.size(), wide_prior()),
        expected_(&looks_.expected()) {
    for (std::size_t k = 0; k < pieces_.size(); ++k) starts_.push_back(start_from_words(k));
  }

  std::vector<WordEvidence> run() {
    learn_filter();
    fit_all();
    learn_priors();
    fit_all();
    fit_from_neighbours();
    std::vector<WordEvidence> words(page_.model.words.size());
    for (std::size_t i = 0; i < words.size(); ++i) words[i].placed = alignment_.words[i].placed;
    for (std::size_t k = 0; k < pieces_.size(); ++k) weigh(k);
    relate(cells_);
    for (std::size_t k = 0; k < pieces_.size(); ++k) read_odd(k);
    gather(words);
    return words;
  }

 private:
  // What the fit may absorb of a changed glyph, and of one that is gone.
  struct Freedom {
    FitCovariance if_changed, if_gone;
  };

  const page::Word& word_of(std::size_t piece) const { return page_.model.words[pieces_[piece].word]; }
  bool is_placed(std::size_t piece) const { return alignment_.words[pieces_[piece].word].placed; }

  // Where a piece is looked for.
  struct Start {
    image::Warp photo_from_page;
    double reach_pt = 0, sigma_pt = 0;
  };

  // As the words about it say; nullopt where there are none.
  std::optional<Start> start_from_words(std::size_t k) const {
    const auto own = is_placed(k) ? std::optional<std::size_t>(pieces_[k].word) : std::nullopt;
    const Paper::Local local = paper_.at(pieces_[k].area.centre(), own);
    if (local.support < kLeastSupport) return std::nullopt;
    if (own) return Start{local.photo_from_page, kReachPlacedPt, kPlacedSigmaPt};
    return Start{local.photo_from_page, kReachLostPt, kLostSigmaPt};
  }

  std::optional<WordFit> fit(std::size_t k, const Start& start, const FitPrior& prior) const {
    return fit_word(photo_, *expected_, looks_.step_pt(), pieces_[k].area, start.photo_from_page,
                    start.reach_pt, prior);
  }
  std::optional<WordFit> fit(std::size_t k) const {
    return starts_[k] ? fit(k, *starts_[k], priors_[k]) : std::nullopt;
  }

  void fit_all() {
    fits_.clear();
    for (std::size_t k = 0; k < pieces_.size(); ++k) fits_.push_back(fit(k));
  }

  // Where words carry the paper's place badly (the ends of a long one, the far side of a bend), a piece that
  // was fitted well says better where the next one lies.
  void fit_from_neighbours() {
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
  std::vector<std::size_t> fitted_well_near(std::size_t k, double good) const {
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

  void learn_filter() {
    looks_.filter(gaussian_filter(kFirstBlurSamples));
    std::vector<std::size_t> good;
    for (std::size_t k = 0; k < pieces_.size(); ++k)
      if (is_placed(k) && alignment_.words[pieces_[k].word].match > kFilterMatch) good.push_back(k);
    const std::size_t stride = std::max<std::size_t>(1, good.size() / kFilterWords);
    FilterFit learned;
    std::size_t used = 0;
    for (std::size_t g = 0; g < good.size(); g += stride) {
      const std::optional<WordFit> f = fit(good[g]);
      if (!f || std::abs(f->gain()) < kLeastGain) continue;
      std::vector<float> in_page_tones;
      for (const float seen : f->seen)
        in_page_tones.push_back(static_cast<float>(1 + (seen - f->theta[kTone]) / f->gain()));
      learned.add(looks_.picture(), f->x0, f->y0, in_page_tones, f->grid.width, f->grid.height);
      ++used;
    }
    if (used >= kLeastWords) looks_.filter(learned.solve());
  }

  // From the pieces around each: the photo's blur, its tones and the paper do not change from word to word.
  void learn_priors() {
    for (std::size_t k = 0; k < pieces_.size(); ++k) {
      FitPrior& prior = priors_[k];
      if (starts_[k]) prior.deviation[kX] = prior.deviation[kY] = starts_[k]->sigma_pt;
      const std::vector<std::size_t> around = good_pieces_around(k);
      if (around.size() < kLeastPiecesAround) continue;
      for (int p = kGain; p <= kYEy; ++p)
        if (p != kX && p != kY) learn(prior, p, around);
    }
  }

  void learn(FitPrior& prior, int parameter, const std::vector<std::size_t>& around) const {
    const auto p = static_cast<std::size_t>(parameter);
    std::vector<double> values, off;
    for (const std::size_t k : around)
      values.push_back(fits_[k]->theta[p] / (parameter == kGain ? 1 : fits_[k]->gain()));
    const double middle = base::median(values);
    for (const double value : values) off.push_back(std::abs(value - middle));
    prior.mean[p] = middle;
    prior.deviation[p] = std::max(least_deviation(parameter, middle), 1.4826 * base::median(off));
  }

  // Coloured inks differ in tone; blur and stretch hardly.
  static double least_deviation(int parameter, double middle) {
    if (parameter == kGain) return 0.15 * std::abs(middle);
    if (parameter == kCurve) return 0.05;
    return parameter <= kXY ? 0.01 : 0.003;
  }

  std::vector<std::size_t> good_pieces_around(std::size_t k) const {
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

  // Each cell's misfit, and what other glyphs would have made of it.
  void weigh(std::size_t k) {
    const Piece& piece = pieces_[k];
    if (!fits_[k] || std::abs(looks_.tones(piece.word).contrast) < kLeastContrast) return;
    const WordFit& f = *fits_[k];
    const Freedom freedom{{f, priors_[k], FitCovariance::Gain::kFree},
                          {f, priors_[k], FitCovariance::Gain::kHeld}};
    for (std::size_t c = piece.first; c < piece.end; ++c)
      if (auto cell = weigh_cell(k, static_cast<std::uint32_t>(c), f, freedom))
        cells_.push_back(std::move(*cell));
  }

  std::optional<WeighedCell> weigh_cell(std::size_t k, std::uint32_t index, const WordFit& f,
                                        const Freedom& freedom) const {
    const GlyphCell& glyph = looks_.cells().cells[index];
    const Piece& piece = pieces_[k];
    const page::Word& word = word_of(k);
    std::vector<std::size_t> samples;
    for (int y = 0; y < f.grid.height; ++y)
      for (int x = 0; x < f.grid.width; ++x)
        if (is_inside(glyph, word, f.grid.at(x, y)))
          samples.push_back(static_cast<std::size_t>(y * f.grid.width + x));
    if (samples.size() < 6) return std::nullopt;
    WeighedCell cell{.cell = index,
                     .piece = k,
                     .word = piece.word,
                     .at = word.origin + (glyph.t0 + glyph.t1) / 2 * word.along,
                     .tones = looks_.tones(piece.word)};
    cell.evidence = {.t0 = glyph.t0, .t1 = glyph.t1, .glyph = glyph.number};
    std::vector<const GlyphCell*> others{nullptr};
    for (const std::uint32_t look : looks_.cells().looks[glyph.look].rivals)
      others.push_back(&looks_.cells().cells[looks_.cells().looks[look].cell]);
    const auto n = static_cast<Eigen::Index>(samples.size());
    Eigen::MatrixXf change(n, static_cast<Eigen::Index>(others.size()));
    Eigen::VectorXf residual(n), own(n);
    std::vector<base::Vec2> points;
    for (Eigen::Index s = 0; s < n; ++s) {
      const std::size_t at = samples[static_cast<std::size_t>(s)];
      const auto width = static_cast<std::size_t>(f.grid.width);
      points.push_back(f.grid.at(static_cast<double>(at % width), static_cast<double>(at / width)));
      residual(s) = f.residual[at];
      own(s) = looks_.tone_at(points.back());
    }
    for (std::size_t o = 0; o < others.size(); ++o) {
      const auto column = static_cast<Eigen::Index>(o);
      looks_.tones_with(glyph, others[o], points, change.col(column).data());
      change.col(column) = static_cast<float>(f.gain()) * (change.col(column) - own);
    }
    const double sample = f.gain() * static_cast<double>(looks_.tones(piece.word).contrast);
    cell.unit = sample * sample;
    cell.energy = static_cast<double>(residual.squaredNorm());
    cell.ink = static_cast<double>(change.col(0).squaredNorm());
    std::vector<FitCovariance::Effect> effects = freedom.if_changed.effects(samples, residual, change);
    // Where nothing else stands that tells how dark ink is, judge looks at the gain itself.
    const bool is_alone = piece.end - piece.first == 1;
    if (is_alone)
      effects.front() = {cell.ink, 0};
    else
      effects.front() = freedom.if_gone.effects(samples, residual, change.leftCols(1)).front();
    for (std::size_t o = 0; o < others.size(); ++o) {
      cell.least = std::min(cell.least, effects[o].energy);
      cell.likeliest.emplace_back(-effects[o].share, others[o]);
      if (o == 0 && is_alone) continue;
      cell.along.push_back(effects[o].share * effects[o].share * effects[o].energy / cell.unit);
      cell.least_told = std::min(cell.least_told, effects[o].energy / cell.unit);
      cell.evidence.share = std::max(cell.evidence.share, effects[o].share);
    }
    const std::size_t most = std::min(cell.likeliest.size(), kGlyphsTried);
    std::ranges::partial_sort(cell.likeliest, cell.likeliest.begin() + static_cast<std::ptrdiff_t>(most), {},
                              [](const auto& one) { return one.first; });
    cell.likeliest.resize(most);
    return cell;
  }

  // Reads a piece that looks odd: the oddest glyph first, then what is odd with that one read anew, until
  // everything fits or nothing helps.
  void read_odd(std::size_t k) {
    if (has_joined_letters(word_of(k))) return;
    std::vector<WeighedCell*> cells;
    for (WeighedCell& cell : cells_)
      if (cell.piece == k) cells.push_back(&cell);
    std::vector<WeighedCell*> drawn;
    for (std::size_t round = 0; round < kGlyphsRead; ++round) {
      WeighedCell* odd = nullptr;
      for (WeighedCell* cell : cells)
        if (!cell->evidence.is_other && cell->evidence.left > kOddMisfit &&
            (odd == nullptr || cell->evidence.left > odd->evidence.left))
          odd = cell;
      if (odd == nullptr || odd->evidence.left > kPlainlyWrongMisfit) break;
      drawn.push_back(odd);
      if (!read(*odd, cells)) break;
    }
    for (const WeighedCell* cell : drawn) draw(*cell, std::nullopt);
  }

  // False: no other glyph fits there.
  bool read(WeighedCell& cell, const std::vector<WeighedCell*>& piece) {
    std::optional<WordFit> best;
    const GlyphCell* now = nullptr;
    for (const auto& [share, other] : cell.likeliest) {
      draw(cell, other);
      std::optional<WordFit> again = fit_drawn(cell.piece);
      if (again && (!best || energy_of(again->residual) < energy_of(best->residual)))
        best = std::move(again), now = other;
    }
    if (!best || misfit_in(cell, *best) > kExplained * cell.evidence.left) return false;
    draw(cell, now);
    cell.evidence.is_other = true;
    cell.evidence.other = now == nullptr ? 0 : now->character;
    for (WeighedCell* one : piece) one->evidence.left = misfit_in(*one, *best);
    return true;
  }

  // other: nullptr for none; without one, the page's own.
  void draw(const WeighedCell& cell, std::optional<const GlyphCell*> other) {
    if (drawn_.width() == 0) drawn_ = looks_.expected();
    const GlyphCell& glyph = looks_.cells().cells[cell.cell];
    const page::Word& word = word_of(cell.piece);
    const WordFit& f = *fits_[cell.piece];
    for (int y = -1; y <= f.grid.height; ++y)
      for (int x = -1; x <= f.grid.width; ++x) {
        const base::Vec2 p = f.grid.at(x, y);
        if (is_inside(glyph, word, p))
          drawn_.at(f.x0 + x, f.y0 + y) =
              other ? looks_.tone_with(glyph, *other, p) : looks_.expected().at(f.x0 + x, f.y0 + y);
      }
  }

  std::optional<WordFit> fit_drawn(std::size_t k) {
    expected_ = &drawn_;
    std::optional<WordFit> fitted = fit(k);
    expected_ = &looks_.expected();
    return fitted;
  }

  // As the cell's own misfit, under another fit of its piece.
  double misfit_in(const WeighedCell& cell, const WordFit& f) const {
    const GlyphCell& glyph = looks_.cells().cells[cell.cell];
    double left = 0;
    for (int y = 0; y < f.grid.height; ++y)
      for (int x = 0; x < f.grid.width; ++x)
        if (is_inside(glyph, word_of(cell.piece), f.grid.at(x, y))) {
          const double r = f.residual[static_cast<std::size_t>(y * f.grid.width + x)];
          left += r * r;
        }
    return cell.energy > 0 ? cell.evidence.misfit * left / cell.energy : cell.evidence.misfit;
  }

  double darker_than_paper(std::size_t k) const {
    std::vector<double> paper;
    for (const std::size_t n : good_pieces_around(k)) paper.push_back(fits_[n]->theta[kTone]);
    const double gain = priors_[k].mean[kGain];
    if (paper.size() < kLeastPiecesAround || std::abs(gain) < kLeastGain) return 1;
    double seen = 0;
    for (const float level : fits_[k]->seen)
      seen += static_cast<double>(level) / static_cast<double>(fits_[k]->seen.size());
    return (base::median(std::move(paper)) - seen) / gain;
  }

  bool is_in_view(std::uint32_t word) const {
    const base::Box& box = page_.model.words[word].box;
    const Paper::Local local = paper_.at(box.centre(), std::nullopt);
    const base::Box photo{0, 0, static_cast<double>(photo_.width()), static_cast<double>(photo_.height())};
    return local.support >= kLeastSupport &&
           photo.contains(local.photo_from_page * base::Vec2{box.x0, box.y0}) &&
           photo.contains(local.photo_from_page * base::Vec2{box.x1, box.y1});
  }

  void gather(std::vector<WordEvidence>& words) const {
    std::vector<bool> whole(words.size(), true), any(words.size(), false);
    for (std::size_t k = 0; k < pieces_.size(); ++k) {
      WordEvidence& word = words[pieces_[k].word];
      if (!fits_[k]) {
        whole[pieces_[k].word] = false;
        continue;
      }
      const double inked = ink_share(*fits_[k], *expected_, priors_[k].mean[kGain]);
      word.inked = any[pieces_[k].word] ? std::max(word.inked, inked) : inked;
      const double darker = words[pieces_[k].word].placed ? 0 : darker_than_paper(k);
      word.darker = any[pieces_[k].word] ? std::max(word.darker, darker) : darker;
      word.support = paper_.at(pieces_[k].area.centre(), std::nullopt).support;
      word.correlation =
          any[pieces_[k].word] ? std::min(word.correlation, fits_[k]->correlation) : fits_[k]->correlation;
      const double gain = fits_[k]->gain() / priors_[k].mean[kGain];
      word.gain = any[pieces_[k].word] ? std::min(word.gain, gain) : gain;
      any[pieces_[k].word] = true;
    }
    for (std::uint32_t i = 0; i < words.size(); ++i) {
      using enum WordEvidence::Seen;
      const bool faint = std::abs(looks_.tones(i).contrast) < kLeastContrast;
      const bool fitted = any[i] && whole[i];
      words[i].seen = faint ? kFaint : fitted ? kYes : is_in_view(i) ? kNotThere : kOutOfView;
      words[i].glyphs = looks_.cells().first[i + 1] - looks_.cells().first[i];
    }
    std::vector<double> unlike;
    for (const WordEvidence& word : words)
      if (word.seen == WordEvidence::Seen::kYes) unlike.push_back(1 - word.correlation);
    if (!unlike.empty()) {
      const double usual = std::max(kLeastUnlike, base::median(std::move(unlike)));
      for (WordEvidence& word : words) word.unlike = (1 - word.correlation) / usual;
    }
    double in_view = 0, placed = 0;
    for (const WordEvidence& word : words)
      if (word.seen == WordEvidence::Seen::kYes) in_view += 1, placed += word.placed;
    for (WordEvidence& word : words) word.page_placed = in_view > 0 ? placed / in_view : 0;
    for (const WeighedCell& cell : cells_) words[cell.word].cells.push_back(cell.evidence);
  }

  align::PhotoLevels photo_;
  const page::RegisteredPage& page_;
  const align::Alignment& alignment_;
  Paper paper_;
  PageLooks looks_;
  std::vector<Piece> pieces_;
  std::vector<FitPrior> priors_;
  std::vector<std::optional<Start>> starts_;
  std::vector<std::optional<WordFit>> fits_;
  std::vector<WeighedCell> cells_;  // by piece
  const image::FloatImage* expected_;
  image::FloatImage drawn_;  // the expected picture, while another glyph is tried
};

}  // namespace

std::vector<WordEvidence> word_evidence(image::GrayView photo, const page::RegisteredPage& page,
                                        const align::Alignment& alignment) {
  std::vector<double> px_per_pt;
  for (const page::WordMeasurement& m : alignment.words)
    if (m.placed)
      px_per_pt.push_back(
          align::px_per_pt_at(alignment.photo_from_page.homography, page.model.words[m.word].box.centre()));
  if (px_per_pt.size() < kLeastWords) return {};
  const int step = std::clamp(
      static_cast<int>(std::lround(page.raster.px_per_pt / base::median(std::move(px_per_pt)))), 1, 4);
  return Examiner(photo, page, alignment, step).run();
}

}  // namespace barium::verify
