#include "verify/evidence.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "align/coarse.h"
#include "verify/page_looks.h"
#include "verify/paper.h"
#include "verify/pieces.h"
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
constexpr std::size_t kPiecesAround = 16, kLeastPiecesAround = 6, kCellsAround = 40;
constexpr std::size_t kLeastCellsAround = 12;
constexpr float kAlikeGround = 0.15f, kAlikeContrast = 1.5f;
constexpr double kLeastSupport = 1e-3;
// Of full scale, between ink and ground on the original.
constexpr float kLeastContrast = 0.2f;
// Small marks have little ink: their misfit is taken against this share of what the word's glyphs have on the
// mean.
constexpr double kLeastInk = 0.5;
constexpr double kLeastMisfit = 1e-4;
// Cells that are fitted anew with other glyphs: those in between looking right and surely wrong.
constexpr double kOddMisfit = 4, kPlainlyWrongMisfit = 300;
constexpr std::size_t kCellsTried = 3, kGlyphsTried = 4;

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

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
        expected_(&looks_.expected()) {}

  std::vector<WordEvidence> run() {
    learn_filter();
    fit_all();
    learn_priors();
    fit_all();
    std::vector<WordEvidence> words(page_.model.words.size());
    for (std::size_t i = 0; i < words.size(); ++i) words[i].placed = alignment_.words[i].placed;
    for (std::size_t k = 0; k < pieces_.size(); ++k) weigh(k);
    relate();
    for (std::size_t k = 0; k < pieces_.size(); ++k) try_others(k);
    gather(words);
    return words;
  }

 private:
  struct Cell {
    std::uint32_t cell = 0;
    std::size_t piece = 0;
    base::Vec2 at;
    double energy = 0, ink = 0, least = 0;
    std::vector<std::pair<double, const GlyphCell*>> likeliest;  // other glyphs, or none
    CellEvidence evidence;
    bool is_related = false;
  };

  const page::Word& word_of(std::size_t piece) const { return page_.model.words[pieces_[piece].word]; }
  bool is_placed(std::size_t piece) const { return alignment_.words[pieces_[piece].word].placed; }

  std::optional<WordFit> fit(std::size_t k) const {
    const Piece& piece = pieces_[k];
    const auto own = is_placed(k) ? std::optional<std::size_t>(piece.word) : std::nullopt;
    const Paper::Local local = paper_.at(piece.area.centre(), own);
    if (local.support < kLeastSupport) return std::nullopt;
    return fit_word(photo_, *expected_, looks_.step_pt(), piece.area, local.photo_from_page,
                    own ? kReachPlacedPt : kReachLostPt, priors_[k]);
  }

  void fit_all() {
    fits_.clear();
    for (std::size_t k = 0; k < pieces_.size(); ++k) fits_.push_back(fit(k));
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
      prior.deviation[kX] = prior.deviation[kY] = is_placed(k) ? kPlacedSigmaPt : kLostSigmaPt;
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
    const double middle = median(values);
    for (const double value : values) off.push_back(std::abs(value - middle));
    prior.mean[p] = middle;
    prior.deviation[p] = std::max(least_deviation(parameter, middle), 1.4826 * median(off));
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
    const FitCovariance freedom(f, priors_[k]);
    for (std::size_t c = piece.first; c < piece.end; ++c)
      if (auto cell = weigh_cell(k, static_cast<std::uint32_t>(c), f, freedom))
        cells_.push_back(std::move(*cell));
  }

  std::optional<Cell> weigh_cell(std::size_t k, std::uint32_t index, const WordFit& f,
                                 const FitCovariance& freedom) const {
    const GlyphCell& glyph = looks_.cells().cells[index];
    const page::Word& word = word_of(k);
    std::vector<std::size_t> samples;
    for (int y = 0; y < f.grid.height; ++y)
      for (int x = 0; x < f.grid.width; ++x)
        if (is_inside(glyph, word, f.grid.at(x, y)))
          samples.push_back(static_cast<std::size_t>(y * f.grid.width + x));
    if (samples.size() < 6) return std::nullopt;
    Cell cell{.cell = index, .piece = k, .at = word.origin + (glyph.t0 + glyph.t1) / 2 * word.along};
    cell.evidence = {.t0 = glyph.t0, .t1 = glyph.t1, .glyph = glyph.number};
    std::vector<const GlyphCell*> others{nullptr};
    for (const std::uint32_t look : looks_.cells().looks[glyph.look].rivals)
      others.push_back(&looks_.cells().cells[looks_.cells().looks[look].cell]);
    const auto n = static_cast<Eigen::Index>(samples.size());
    Eigen::MatrixXf change(n, static_cast<Eigen::Index>(others.size()));
    Eigen::VectorXf residual(n);
    for (Eigen::Index s = 0; s < n; ++s) {
      const std::size_t at = samples[static_cast<std::size_t>(s)];
      const auto width = static_cast<std::size_t>(f.grid.width);
      const base::Vec2 p = f.grid.at(static_cast<double>(at % width), static_cast<double>(at / width));
      residual(s) = f.residual[at];
      const float own = looks_.tone_at(p);
      for (std::size_t o = 0; o < others.size(); ++o)
        change(s, static_cast<Eigen::Index>(o)) =
            static_cast<float>(f.gain()) * (looks_.tone_with(glyph, others[o], p) - own);
    }
    cell.energy = static_cast<double>(residual.squaredNorm());
    cell.ink = static_cast<double>(change.col(0).squaredNorm());
    cell.least = 1e18;
    const std::vector<FitCovariance::Effect> effects = freedom.effects(samples, residual, change);
    for (std::size_t o = 0; o < others.size(); ++o) {
      cell.least = std::min(cell.least, effects[o].energy);
      cell.likeliest.emplace_back(-effects[o].share, others[o]);
    }
    const std::size_t most = std::min(cell.likeliest.size(), kGlyphsTried);
    std::ranges::partial_sort(cell.likeliest, cell.likeliest.begin() + static_cast<std::ptrdiff_t>(most), {},
                              [](const auto& one) { return one.first; });
    cell.likeliest.resize(most);
    return cell;
  }

  void relate() {
    for (std::size_t from = 0; from < cells_.size();) {
      std::size_t to = from;
      double mean = 0;
      for (; to < cells_.size() && pieces_[cells_[to].piece].word == pieces_[cells_[from].piece].word; ++to)
        mean += cells_[to].ink;
      mean /= static_cast<double>(to - from);
      for (; from < to; ++from) {
        const double ink = std::max({cells_[from].ink, kLeastInk * mean, 1e-6});
        cells_[from].evidence.misfit = cells_[from].energy / ink;
        cells_[from].evidence.least_change = cells_[from].least / ink;
      }
    }
    std::vector<double> around;
    for (const Cell& cell : cells_) around.push_back(misfit_around(cell));
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      if (!(around[i] > 0)) continue;
      cells_[i].evidence.misfit /= around[i];
      cells_[i].evidence.least_change /= around[i];
      cells_[i].evidence.around = around[i];
      cells_[i].is_related = true;
    }
    std::erase_if(cells_, [](const Cell& cell) { return !cell.is_related; });
  }

  // White on red is printed and seen otherwise than black on white.
  bool alike(const Cell& a, const Cell& b) const {
    const Tones &one = looks_.tones(pieces_[a.piece].word), &other = looks_.tones(pieces_[b.piece].word);
    return std::abs(one.paper - other.paper) < kAlikeGround &&
           one.contrast / other.contrast < kAlikeContrast && other.contrast / one.contrast < kAlikeContrast &&
           one.contrast * other.contrast > 0;
  }

  // Of glyphs in like tones; 0 where there are too few.
  double misfit_around(const Cell& here) const {
    std::vector<std::pair<double, double>> near;
    for (const Cell& cell : cells_)
      if (pieces_[cell.piece].word != pieces_[here.piece].word && alike(cell, here)) {
        const base::Vec2 apart = cell.at - here.at;
        near.emplace_back(base::dot(apart, apart), cell.evidence.misfit);
      }
    if (near.size() < kLeastCellsAround) return 0;
    const std::size_t count = std::min(near.size(), kCellsAround);
    std::ranges::nth_element(near, near.begin() + static_cast<std::ptrdiff_t>(count - 1));
    std::vector<double> values;
    for (std::size_t n = 0; n < count; ++n) values.push_back(near[n].second);
    return std::max(kLeastMisfit, median(std::move(values)));
  }

  // The oddest cells of a piece, with other glyphs drawn in their place.
  void try_others(std::size_t k) {
    std::vector<Cell*> odd;
    for (Cell& cell : cells_)
      if (cell.piece == k && cell.evidence.misfit > kOddMisfit && cell.evidence.misfit < kPlainlyWrongMisfit)
        odd.push_back(&cell);
    std::ranges::sort(odd, std::ranges::greater(), [](const Cell* cell) { return cell->evidence.misfit; });
    if (odd.size() > kCellsTried) odd.resize(kCellsTried);
    for (Cell* cell : odd)
      for (const auto& [share, other] : cell->likeliest) {
        const double rest = rest_with(*cell, other);
        if (rest >= cell->evidence.rest) continue;
        cell->evidence.rest = rest;
        cell->evidence.other = other == nullptr ? 0 : other->character;
      }
  }

  double rest_with(const Cell& cell, const GlyphCell* other) {
    const GlyphCell& glyph = looks_.cells().cells[cell.cell];
    const page::Word& word = word_of(cell.piece);
    const WordFit& before = *fits_[cell.piece];
    if (drawn_.width() == 0) drawn_ = looks_.expected();
    const auto each_sample = [&](const auto& tone) {
      for (int y = -1; y <= before.grid.height; ++y)
        for (int x = -1; x <= before.grid.width; ++x) {
          const base::Vec2 p = before.grid.at(x, y);
          if (is_inside(glyph, word, p)) drawn_.at(before.x0 + x, before.y0 + y) = tone(x, y, p);
        }
    };
    each_sample([&](int, int, base::Vec2 p) { return looks_.tone_with(glyph, other, p); });
    expected_ = &drawn_;
    const std::optional<WordFit> again = fit(cell.piece);
    expected_ = &looks_.expected();
    each_sample([&](int x, int y, base::Vec2) { return expected_->at(before.x0 + x, before.y0 + y); });
    if (!again || !(cell.energy > 0)) return 1;
    double left = 0;
    for (int y = 0; y < again->grid.height; ++y)
      for (int x = 0; x < again->grid.width; ++x)
        if (is_inside(glyph, word, again->grid.at(x, y))) {
          const double r = again->residual[static_cast<std::size_t>(y * again->grid.width + x)];
          left += r * r;
        }
    return left / cell.energy;
  }

  // Of the photo's deviation from its own shading, and of that of the look in the tones around.
  double ink_share(std::size_t k) const {
    const WordFit& f = *fits_[k];
    const auto n = static_cast<Eigen::Index>(f.seen.size());
    Eigen::MatrixXf plane(n, 3);
    Eigen::VectorXf seen(n), look(n);
    for (int y = 0; y < f.grid.height; ++y)
      for (int x = 0; x < f.grid.width; ++x) {
        const Eigen::Index s = y * f.grid.width + x;
        plane.row(s) << 1.0f, static_cast<float>(x), static_cast<float>(y);
        seen(s) = f.seen[static_cast<std::size_t>(s)];
        look(s) = static_cast<float>(priors_[k].mean[kGain]) * expected_->at(f.x0 + x, f.y0 + y);
      }
    const auto deviation = [&](const Eigen::VectorXf& values) {
      const Eigen::Vector3f fitted = (plane.transpose() * plane).ldlt().solve(plane.transpose() * values);
      return static_cast<double>((values - plane * fitted).norm());
    };
    return deviation(seen) / std::max(1e-6, deviation(look));
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
      const double inked = ink_share(k);
      word.inked = any[pieces_[k].word] ? std::max(word.inked, inked) : inked;
      word.support = paper_.at(pieces_[k].area.centre(), std::nullopt).support;
      word.correlation =
          any[pieces_[k].word] ? std::min(word.correlation, fits_[k]->correlation) : fits_[k]->correlation;
      any[pieces_[k].word] = true;
    }
    for (std::uint32_t i = 0; i < words.size(); ++i) {
      using enum WordEvidence::Seen;
      const bool faint = std::abs(looks_.tones(i).contrast) < kLeastContrast;
      const bool fitted = any[i] && whole[i];
      words[i].seen = faint ? kFaint : fitted ? kYes : is_in_view(i) ? kNotThere : kOutOfView;
      words[i].glyphs = looks_.cells().first[i + 1] - looks_.cells().first[i];
    }
    double in_view = 0, placed = 0;
    for (const WordEvidence& word : words)
      if (word.seen == WordEvidence::Seen::kYes) in_view += 1, placed += word.placed;
    for (WordEvidence& word : words) word.page_placed = in_view > 0 ? placed / in_view : 0;
    for (const Cell& cell : cells_) words[pieces_[cell.piece].word].cells.push_back(cell.evidence);
  }

  align::PhotoLevels photo_;
  const page::RegisteredPage& page_;
  const align::Alignment& alignment_;
  Paper paper_;
  PageLooks looks_;
  std::vector<Piece> pieces_;
  std::vector<FitPrior> priors_;
  std::vector<std::optional<WordFit>> fits_;
  std::vector<Cell> cells_;  // by piece
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
  const int step =
      std::clamp(static_cast<int>(std::lround(page.raster.px_per_pt / median(std::move(px_per_pt)))), 1, 4);
  return Examiner(photo, page, alignment, step).run();
}

}  // namespace barium::verify
