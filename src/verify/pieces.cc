#include "verify/pieces.h"

#include <algorithm>
#include <cmath>

#include "align/word_sites.h"

namespace barium::verify {
namespace {

constexpr double kMostLengthPt = 32;
constexpr double kMarginPt = 1;

// The part of an area along the baseline from t0 to t1.
base::Box part_of(base::Box area, const page::Word& word, double t0, double t1) {
  const base::Vec2 a = word.origin + (t0 - kMarginPt) * word.along,
                   b = word.origin + (t1 + kMarginPt) * word.along;
  if (std::abs(word.along.x) > std::abs(word.along.y)) {
    area.x0 = std::max(area.x0, std::min(a.x, b.x));
    area.x1 = std::min(area.x1, std::max(a.x, b.x));
  } else {
    area.y0 = std::max(area.y0, std::min(a.y, b.y));
    area.y1 = std::min(area.y1, std::max(a.y, b.y));
  }
  return area;
}

}  // namespace

std::vector<Piece> cut_words(const page::PageModel& page, const GlyphCells& cells) {
  const std::vector<align::WordSite> sites = align::word_sites(page);
  std::vector<Piece> pieces;
  for (std::uint32_t i = 0; i < page.words.size(); ++i) {
    const page::Word& word = page.words[i];
    std::size_t at = cells.first[i];
    const std::size_t end = cells.first[i + 1];
    const auto count = std::max(1, static_cast<int>(std::ceil(word.length_pt / kMostLengthPt)));
    for (int p = 1; p <= count && at < end; ++p) {
      std::size_t next = at + 1;
      while (next < end && (p == count || cells.cells[next].t1 <= word.length_pt * p / count)) ++next;
      pieces.push_back({i,
                        count == 1
                            ? sites[i].area
                            : part_of(sites[i].area, word, cells.cells[at].t0, cells.cells[next - 1].t1),
                        at, next});
      at = next;
    }
  }
  return pieces;
}

std::optional<std::pair<Piece, Piece>> halves_of(const page::PageModel& page, const GlyphCells& cells,
                                                 const Piece& piece, std::size_t least) {
  if (piece.end - piece.first < 2 * least) return std::nullopt;
  const page::Word& word = page.words[piece.word];
  const double t0 = cells.cells[piece.first].t0, t1 = cells.cells[piece.end - 1].t1;
  const auto from_middle = [&](std::size_t at) { return std::abs(cells.cells[at].t0 - (t0 + t1) / 2); };
  std::size_t cut = piece.first + least;
  for (std::size_t at = cut + 1; at + least <= piece.end; ++at)
    if (from_middle(at) < from_middle(cut)) cut = at;
  return std::pair{
      Piece{piece.word, part_of(piece.area, word, t0, cells.cells[cut - 1].t1), piece.first, cut},
      Piece{piece.word, part_of(piece.area, word, cells.cells[cut].t0, t1), cut, piece.end}};
}

}  // namespace barium::verify
