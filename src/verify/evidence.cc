#include "verify/evidence.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "align/coarse.h"
#include "base/median.h"
#include "verify/page_fit.h"
#include "verify/relate.h"
#include "verify/word_fit.h"

namespace barium::verify {
namespace {

constexpr double kLeastUnlike = 1e-4;
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
      : page_(page), alignment_(alignment), fit_(photo, page, alignment, step) {}

  std::vector<WordEvidence> run() {
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

  // Each cell's misfit, and what other glyphs would have made of it.
  void weigh(std::size_t k) {
    const Piece& piece = pieces_[k];
    if (!fit_[k] || std::abs(looks_.tones(piece.word).contrast) < kLeastContrast) return;
    const WordFit& f = *fit_[k];
    const Freedom freedom{{f, fit_.prior(k), FitCovariance::Gain::kFree},
                          {f, fit_.prior(k), FitCovariance::Gain::kHeld}};
    for (std::size_t c = piece.first; c < piece.end; ++c)
      if (auto cell = weigh_cell(k, static_cast<std::uint32_t>(c), f, freedom))
        cells_.push_back(std::move(*cell));
  }

  // What each glyph in its place would have changed at these samples, a column each.
  Eigen::MatrixXf changes_into(const std::vector<const GlyphCell*>& others, const GlyphCell& glyph,
                               const WordFit& f, const std::vector<std::size_t>& samples) const {
    const auto n = static_cast<Eigen::Index>(samples.size());
    Eigen::MatrixXf change(n, static_cast<Eigen::Index>(others.size()));
    Eigen::VectorXf own(n);
    std::vector<base::Vec2> points;
    for (Eigen::Index s = 0; s < n; ++s) {
      const std::size_t at = samples[static_cast<std::size_t>(s)];
      const auto width = static_cast<std::size_t>(f.grid.width);
      points.push_back(f.grid.at(static_cast<double>(at % width), static_cast<double>(at / width)));
      own(s) = looks_.tone_at(points.back());
    }
    for (std::size_t o = 0; o < others.size(); ++o) {
      const auto column = static_cast<Eigen::Index>(o);
      looks_.tones_with(glyph, others[o], points, change.col(column).data());
      change.col(column) = static_cast<float>(f.gain()) * (change.col(column) - own);
    }
    return change;
  }

  static void keep_likeliest(WeighedCell& cell) {
    const std::size_t most = std::min(cell.likeliest.size(), kGlyphsTried);
    std::ranges::partial_sort(cell.likeliest, cell.likeliest.begin() + static_cast<std::ptrdiff_t>(most), {},
                              [](const auto& one) { return one.first; });
    cell.likeliest.resize(most);
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
    // Nothing, and the glyphs that could stand in its place.
    std::vector<const GlyphCell*> others{nullptr};
    for (const std::uint32_t look : looks_.cells().looks[glyph.look].rivals)
      others.push_back(&looks_.cells().cells[looks_.cells().looks[look].cell]);
    const auto n = static_cast<Eigen::Index>(samples.size());
    Eigen::VectorXf residual(n);
    for (Eigen::Index s = 0; s < n; ++s) residual(s) = f.residual[samples[static_cast<std::size_t>(s)]];
    const Eigen::MatrixXf change = changes_into(others, glyph, f, samples);
    WeighedCell cell{.cell = index,
                     .piece = k,
                     .word = piece.word,
                     .at = word.origin + (glyph.t0 + glyph.t1) / 2 * word.along,
                     .tones = looks_.tones(piece.word)};
    cell.evidence = {.t0 = glyph.t0, .t1 = glyph.t1, .glyph = glyph.number};
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
    keep_likeliest(cell);
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
      std::optional<WordFit> again = fit_.again(cell.piece, drawn_);
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
    const WordFit& f = *fit_[cell.piece];
    for (int y = -1; y <= f.grid.height; ++y)
      for (int x = -1; x <= f.grid.width; ++x) {
        const base::Vec2 p = f.grid.at(x, y);
        if (is_inside(glyph, word, p))
          drawn_.at(f.x0 + x, f.y0 + y) =
              other ? looks_.tone_with(glyph, *other, p) : looks_.expected().at(f.x0 + x, f.y0 + y);
      }
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

  void gather(std::vector<WordEvidence>& words) const {
    std::vector<bool> whole(words.size(), true), any(words.size(), false);
    for (std::size_t k = 0; k < pieces_.size(); ++k) {
      WordEvidence& word = words[pieces_[k].word];
      if (!fit_[k]) {
        whole[pieces_[k].word] = false;
        continue;
      }
      const double inked = ink_share(*fit_[k], looks_.expected(), fit_.prior(k).mean[kGain]);
      word.inked = any[pieces_[k].word] ? std::max(word.inked, inked) : inked;
      const double darker = words[pieces_[k].word].placed ? 0 : fit_.darker_than_paper(k);
      word.darker = any[pieces_[k].word] ? std::max(word.darker, darker) : darker;
      word.support = fit_.support(pieces_[k].area.centre());
      word.correlation =
          any[pieces_[k].word] ? std::min(word.correlation, fit_[k]->correlation) : fit_[k]->correlation;
      const double gain = fit_[k]->gain() / fit_.prior(k).mean[kGain];
      word.gain = any[pieces_[k].word] ? std::min(word.gain, gain) : gain;
      any[pieces_[k].word] = true;
    }
    for (std::uint32_t i = 0; i < words.size(); ++i) {
      using enum WordEvidence::Seen;
      const bool faint = std::abs(looks_.tones(i).contrast) < kLeastContrast;
      const bool fitted = any[i] && whole[i];
      words[i].seen = faint                                       ? kFaint
                      : fitted                                    ? kYes
                      : fit_.is_in_view(page_.model.words[i].box) ? kNotThere
                                                                  : kOutOfView;
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

  const page::RegisteredPage& page_;
  const align::Alignment& alignment_;
  PageFit fit_;
  const PageLooks& looks_ = fit_.looks();
  const std::vector<Piece>& pieces_ = fit_.pieces();
  std::vector<WeighedCell> cells_;  // by piece
  image::FloatImage drawn_;         // the expected picture, while another glyph is tried
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
