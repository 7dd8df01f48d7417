#include "verify/read_glyphs.h"

#include <cmath>
#include <optional>

#include "verify/glyph_cells.h"

namespace barium::verify {
namespace {

// Glyphs that are read anew: odd, and still something like print. Another glyph explains one if it leaves so
// much of the misfit.
constexpr double kOddMisfit = 4, kPlainlyWrongMisfit = 300, kExplained = 0.5;
constexpr std::size_t kGlyphsRead = 12;
// Of a glyph that only has to be moved: of size, and between directions.
constexpr double kSameSize = 0.01;

class Reader {
 public:
  Reader(const page::RegisteredPage& page, const PageFit& fit, std::vector<WeighedCell>& cells)
      : page_(page), fit_(fit), cells_(cells) {}

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
    for (const WeighedCell* cell : drawn) draw_own(*cell);
  }

 private:
  // A glyph in a cell's place, by its shift off it, and the piece fitted with it. nullptr: none.
  struct Tried {
    const GlyphCell* glyph = nullptr;
    base::Vec2 shift;
    WordFit fit;
  };

  // nullopt: the piece cannot be fitted with it.
  std::optional<Tried> try_glyph(const WeighedCell& cell, const GlyphCell* other) {
    std::optional<Tried> best;
    base::Vec2 shift;
    const int rounds = may_be_caught(cell, other) ? PageFit::kRoundsInPlace : 0;
    for (int round = 0; round <= rounds; ++round) {
      draw(cell, other, shift);
      std::optional<WordFit> again = fit_.again(cell.piece, drawn_);
      if (!again) break;
      if (!best || energy_of(again->residual) < energy_of(best->fit.residual))
        best = Tried{other, shift, *again};
      const std::vector<std::size_t> samples = fit_.samples_in(cell.cell, cell.piece, *again);
      const Eigen::Vector2d now = shift_in(residual_at(*again, samples), shift_of(*again, samples),
                                           cell.jitter.stiffness(cell.unit), {shift.x, shift.y});
      shift = {now.x(), now.y()};
    }
    return best;
  }

  // False: no other glyph fits there.
  bool read(WeighedCell& cell, const std::vector<WeighedCell*>& piece) {
    std::optional<Tried> best;
    for (const auto& [share, other] : cell.likeliest)
      if (std::optional<Tried> tried = try_glyph(cell, other);
          tried && (!best || energy_of(tried->fit.residual) < energy_of(best->fit.residual)))
        best = std::move(tried);
    if (!best || misfit_in(cell, best->fit) > kExplained * cell.evidence.left) return false;
    draw(cell, best->glyph, best->shift);
    cell.evidence.is_other = true;
    cell.evidence.other = best->glyph == nullptr ? 0 : best->glyph->character;
    for (WeighedCell* one : piece) one->evidence.left = misfit_in(*one, best->fit);
    return true;
  }

  // Of the same size and direction, so that it only has to be moved.
  bool may_be_caught(const WeighedCell& cell, const GlyphCell* other) const {
    if (!fit_.is_as_caught() || other == nullptr) return false;
    const page::Word &word = word_of(cell.piece), &there = page_.model.words[other->word];
    return std::abs(word.size_pt - there.size_pt) < kSameSize * word.size_pt &&
           base::norm(word.along - there.along) < kSameSize && looks_.tones(other->word).contrast != 0;
  }

  // other: nullptr for none.
  void draw(const WeighedCell& cell, const GlyphCell* other, base::Vec2 shift) {
    const GlyphCell& glyph = looks_.cells().cells[cell.cell];
    const auto caught =
        may_be_caught(cell, other) ? fit_.caught_in_place(cell.piece, glyph, *other, shift) : std::nullopt;
    if (caught) {
      draw(cell, [&](int x, int y, base::Vec2 p) {
        const bool is_in = x >= caught->x0 && y >= caught->y0 && x < caught->x0 + caught->tones.width() &&
                           y < caught->y0 + caught->tones.height();
        return is_in ? caught->tones.at(x - caught->x0, y - caught->y0) : looks_.tone_with(glyph, other, p);
      });
    } else {
      draw(cell, [&](int, int, base::Vec2 p) { return looks_.tone_with(glyph, other, p); });
    }
  }

  void draw_own(const WeighedCell& cell) {
    draw(cell, [&](int x, int y, base::Vec2) { return looks_.expected().at(x, y); });
  }

  template <class Tone>
  void draw(const WeighedCell& cell, const Tone& tone) {
    if (drawn_.width() == 0) drawn_ = looks_.expected();
    const GlyphCell& glyph = looks_.cells().cells[cell.cell];
    const page::Word& word = word_of(cell.piece);
    const WordFit& f = *fit_[cell.piece];
    for (int y = -1; y <= f.grid.height; ++y)
      for (int x = -1; x <= f.grid.width; ++x) {
        const base::Vec2 p = f.grid.at(x, y);
        if (is_inside(glyph, word, p)) drawn_.at(f.x0 + x, f.y0 + y) = tone(f.x0 + x, f.y0 + y, p);
      }
  }

  // As the cell's own misfit, under another fit of its piece. On paper without a shift: with one, another
  // glyph explains honest words of hard crumples, too.
  double misfit_in(const WeighedCell& cell, const WordFit& f) const {
    const std::vector<std::size_t> samples = fit_.samples_in(cell.cell, cell.piece, f);
    const Eigen::VectorXf residual = residual_at(f, samples);
    const double left = fit_.is_as_caught()
                            ? energy_settled(residual, shift_of(f, samples), cell.jitter.stiffness(cell.unit))
                            : static_cast<double>(residual.squaredNorm());
    return cell.energy > 0 ? cell.evidence.misfit * left / cell.energy : cell.evidence.misfit;
  }

  const page::Word& word_of(std::size_t piece) const { return page_.model.words[fit_.pieces()[piece].word]; }

  const page::RegisteredPage& page_;
  const PageFit& fit_;
  std::vector<WeighedCell>& cells_;
  const PageLooks& looks_ = fit_.looks();
  image::FloatImage drawn_;  // the expected picture, while another glyph is tried
};

}  // namespace

void read_odd_pieces(const page::RegisteredPage& page, const PageFit& fit, std::vector<WeighedCell>& cells) {
  Reader reader(page, fit, cells);
  for (std::size_t k = 0; k < fit.pieces().size(); ++k) reader.read_odd(k);
}

}  // namespace barium::verify
