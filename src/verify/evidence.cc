#include "verify/evidence.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "align/coarse.h"
#include "base/median.h"
#include "verify/page_fit.h"
#include "verify/read_glyphs.h"
#include "verify/relate.h"
#include "verify/word_fit.h"

namespace barium::verify {
namespace {

// Of full scale, between ink and ground on the original.
constexpr float kLeastContrast = 0.2f;
// On the median of a page's glyphs: by less, what the fit is linear in tells them.
constexpr double kLinearShiftPt = 0.01;
// Slopes are taken over two samples and too small where strokes are as thin: by all of a step shifts swing.
constexpr double kStep = 0.5;
// Of a glyph: a letter of 200 pt. What up to forty others would change of it is kept at once.
constexpr std::size_t kMostSamples = 1u << 18;

class Examiner {
 public:
  Examiner(image::GrayView photo, const page::RegisteredPage& page, const align::Alignment& alignment,
           int step)
      : page_(page), alignment_(alignment), fit_(photo, page, alignment, step) {}

  std::vector<WordEvidence> run() {
    std::vector<WordEvidence> words(page_.model.words.size());
    for (std::size_t i = 0; i < words.size(); ++i) words[i].placed = alignment_.words[i].placed;
    const bool is_drawn = fit_.is_drawn();
    if (is_drawn) fit_.fit_as_caught(std::vector<base::Vec2>(looks_.cells().cells.size()));
    weigh_all();
    learn_jitter_of(cells_);
    if (is_drawn) put_glyphs_in_place();
    relate(cells_);
    read_odd_pieces(page_, fit_, cells_);
    gather(words);
    return words;
  }

 private:
  // What the fit may absorb of a changed glyph, and of one that is gone.
  struct Freedom {
    FitCovariance if_changed, if_gone;
  };

  const page::Word& word_of(std::size_t piece) const { return page_.model.words[pieces_[piece].word]; }

  void weigh_all() {
    cells_.clear();
    for (std::size_t k = 0; k < pieces_.size(); ++k) weigh(k);
  }

  // Where glyphs stand off their places by more than the fit is linear in, the page is fitted again with each
  // where it was seen, as the picture's pixels caught it. On paper they hardly do: of hard crumples it
  // gained 1.5 % of the words, for twice the time and an honest word called altered (verify_real).
  void put_glyphs_in_place() {
    std::vector<base::Vec2> shifts(looks_.cells().cells.size());
    for (int round = 0; round < PageFit::kRoundsInPlace; ++round) {
      std::vector<double> sizes;
      for (const WeighedCell& cell : cells_) {
        if (!fit_[cell.piece]) continue;
        const WordFit& f = *fit_[cell.piece];
        const std::vector<std::size_t> samples = fit_.samples_in(cell.cell, cell.piece, f);
        base::Vec2& shift = shifts[cell.cell];
        const Eigen::Vector2d before(shift.x, shift.y),
            now = shift_in(residual_at(f, samples), shift_of(f, samples), cell.jitter.stiffness(cell.unit),
                           before);
        shift = shift + kStep * base::Vec2{now.x() - before.x(), now.y() - before.y()};
        sizes.push_back((now - before).norm());
      }
      if (sizes.empty() || base::median(std::move(sizes)) < kLinearShiftPt) {
        if (round == 0) return;
        break;
      }
      fit_.fit_as_caught(shifts);
    }
    std::vector<Jitter> learned(looks_.cells().cells.size());
    for (const WeighedCell& cell : cells_) learned[cell.cell] = cell.jitter;
    weigh_all();
    for (WeighedCell& cell : cells_) cell.jitter = learned[cell.cell];
  }

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
    std::vector<base::Vec2> points;
    for (const std::size_t at : samples) {
      const auto width = static_cast<std::size_t>(f.grid.width);
      points.push_back(f.grid.at(static_cast<double>(at % width), static_cast<double>(at / width)));
    }
    Eigen::VectorXf own(n);
    looks_.inks_at(glyph, glyph, points, own.data());
    const float contrast = static_cast<float>(f.gain()) * looks_.tones(glyph.word).contrast;
    for (std::size_t o = 0; o < others.size(); ++o) {
      auto column = change.col(static_cast<Eigen::Index>(o));
      column.setZero();
      if (others[o] != nullptr) looks_.inks_at(*others[o], glyph, points, column.data());
      column = contrast * (column - own);
    }
    return change;
  }

  std::optional<WeighedCell> weigh_cell(std::size_t k, std::uint32_t index, const WordFit& f,
                                        const Freedom& freedom) const {
    const GlyphCell& glyph = looks_.cells().cells[index];
    const Piece& piece = pieces_[k];
    const page::Word& word = word_of(k);
    const std::vector<std::size_t> samples = fit_.samples_in(index, k, f);
    if (samples.size() < 6 || samples.size() > kMostSamples) return std::nullopt;
    // Nothing, and the glyphs that could stand in its place.
    std::vector<const GlyphCell*> others{nullptr};
    for (const std::uint32_t look : looks_.cells().looks[glyph.look].rivals)
      others.push_back(&looks_.cells().like_those_of(piece.word, look));
    const Eigen::MatrixXf change = changes_into(others, glyph, f, samples);
    WeighedCell cell{.cell = index,
                     .piece = k,
                     .word = piece.word,
                     .at = word.origin + (glyph.t0 + glyph.t1) / 2 * word.along,
                     .tones = looks_.tones(piece.word),
                     .size_pt = word.size_pt};
    cell.evidence = {.t0 = glyph.t0, .t1 = glyph.t1, .glyph = glyph.number};
    const double sample = f.gain() * static_cast<double>(looks_.tones(piece.word).contrast);
    cell.unit = sample * sample;
    cell.ink = static_cast<double>(change.col(0).squaredNorm());
    cell.residual = residual_at(f, samples);
    cell.shift = shift_of(f, samples);
    cell.if_changed = freedom.if_changed.products(samples, cell.residual, change, cell.shift);
    cell.if_gone = freedom.if_gone.products(samples, cell.residual, change.leftCols(1), cell.shift);
    cell.others = std::move(others);
    cell.is_alone = piece.end - piece.first == 1;
    return cell;
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
