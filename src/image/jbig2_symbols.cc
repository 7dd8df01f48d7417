#include "image/jbig2_symbols.h"

#include <algorithm>
#include <compare>
#include <span>

#include "image/pieces.h"

namespace barium::image {
namespace {

// More is a halftone, whose dots a generic region codes better; 48 MB of runs.
constexpr std::size_t kMostRuns = 2'000'000;

std::vector<InkRun> runs_of_row(const Samples& bitmap, int y) {
  std::vector<InkRun> runs;
  const std::uint8_t* row = bitmap.row(y);
  for (int x = 0; x < bitmap.width;) {
    if (x % 8 == 0 && row[x >> 3] == 0) {
      x += 8;
    } else if (!bitmap.bit(x, y)) {
      ++x;
    } else {
      const int begin = x;
      while (x < bitmap.width && bitmap.bit(x, y)) ++x;
      runs.push_back({begin, x});
    }
  }
  return runs;
}

struct PieceRun {
  int y = 0, x0 = 0, x1 = 0;  // from the piece's top left
  auto operator<=>(const PieceRun&) const = default;
};

struct Piece {
  int x0 = INT32_MAX, y0 = INT32_MAX, x1 = 0, y1 = 0;
  int pixels = 0;
  std::span<PieceRun> runs;

  int width() const { return x1 - x0; }
  int height() const { return y1 - y0; }
  std::strong_ordering compare_look(const Piece& other) const {
    if (const auto c = height() <=> other.height(); c != 0) return c;
    if (const auto c = width() <=> other.width(); c != 0) return c;
    return std::lexicographical_compare_three_way(runs.begin(), runs.end(), other.runs.begin(),
                                                  other.runs.end());
  }
};

// The pieces, their runs side by side in `store`.
std::vector<Piece> gather(const std::vector<std::vector<InkRun>>& rows, std::uint32_t count,
                          std::vector<PieceRun>& store) {
  std::vector<Piece> pieces(count);
  std::vector<std::size_t> end(count + 1);
  for (int y = 0; y < static_cast<int>(rows.size()); ++y)
    for (const InkRun& run : rows[static_cast<std::size_t>(y)]) {
      Piece& p = pieces[run.piece];
      p.x0 = std::min(p.x0, run.x0), p.x1 = std::max(p.x1, run.x1);
      p.y0 = std::min(p.y0, y), p.y1 = y + 1;
      p.pixels += run.x1 - run.x0;
      ++end[run.piece + 1];
    }
  for (std::uint32_t i = 0; i < count; ++i) end[i + 1] += end[i];
  store.resize(end.back());
  for (std::uint32_t i = 0; i < count; ++i)
    pieces[i].runs = {store.data() + end[i], store.data() + end[i + 1]};
  for (int y = 0; y < static_cast<int>(rows.size()); ++y)
    for (const InkRun& run : rows[static_cast<std::size_t>(y)]) {
      const Piece& p = pieces[run.piece];
      store[end[run.piece]++] = {y - p.y0, run.x0 - p.x0, run.x1 - p.x0};
    }
  return pieces;
}

Jbig2Symbol drawn(const Piece& piece) {
  Jbig2Symbol symbol{piece.width(), piece.height(), {}};
  symbol.pixels.resize(static_cast<std::size_t>(symbol.width) * static_cast<std::size_t>(symbol.height));
  for (const PieceRun& run : piece.runs)
    std::fill_n(symbol.pixels.begin() + run.y * symbol.width + run.x0, run.x1 - run.x0, std::uint8_t{1});
  return symbol;
}

void erase(Samples& bitmap, const Piece& piece) {
  for (const PieceRun& run : piece.runs)
    for (int x = piece.x0 + run.x0; x < piece.x0 + run.x1; ++x)
      bitmap.row(piece.y0 + run.y)[x >> 3] &= static_cast<std::uint8_t>(~(0x80 >> (x & 7)));
}

}  // namespace

RepeatedPieces repeated_pieces(const Samples& bitmap) {
  RepeatedPieces out{{}, {}, bitmap};
  std::vector<std::vector<InkRun>> rows(static_cast<std::size_t>(bitmap.height));
  std::size_t runs = 0;
  for (int y = 0; y < bitmap.height; ++y) {
    rows[static_cast<std::size_t>(y)] = runs_of_row(bitmap, y);
    runs += rows[static_cast<std::size_t>(y)].size();
    if (runs > kMostRuns) return out;
  }
  const std::uint32_t count = number_pieces(rows);
  std::vector<PieceRun> store;
  std::vector<Piece> pieces = gather(rows, count, store);
  std::erase_if(pieces, [](const Piece& p) {
    return std::int64_t{p.width()} * p.height() > kThinnestPiece * p.pixels;
  });
  std::ranges::sort(pieces, [](const Piece& a, const Piece& b) {
    const auto look = a.compare_look(b);
    return look != 0 ? look < 0 : std::pair(a.y0, a.x0) < std::pair(b.y0, b.x0);
  });
  for (auto begin = pieces.begin(); begin != pieces.end();) {
    const auto end =
        std::find_if(begin, pieces.end(), [&](const Piece& p) { return begin->compare_look(p) != 0; });
    if (end - begin > 1) {
      const auto symbol = static_cast<std::uint32_t>(out.symbols.size());
      out.symbols.push_back(drawn(*begin));
      for (auto piece = begin; piece != end; ++piece) {
        out.places.push_back({piece->x0, piece->y1 - 1, symbol});
        erase(out.rest, *piece);
      }
    }
    begin = end;
  }
  std::ranges::sort(out.places,
                    [](const auto& a, const auto& b) { return std::pair(a.y, a.x) < std::pair(b.y, b.x); });
  return out;
}

}  // namespace barium::image
