#include "image/pieces.h"

#include "base/disjoint_sets.h"

namespace barium::image {
namespace {

void connect(const std::vector<InkRun>& above, std::vector<InkRun>& row, base::DisjointSets& sets) {
  std::size_t first = 0;
  for (InkRun& run : row) {
    run.piece = UINT32_MAX;
    while (first < above.size() && above[first].x1 < run.x0) ++first;
    for (std::size_t i = first; i < above.size() && above[i].x0 <= run.x1; ++i) {
      if (run.piece == UINT32_MAX)
        run.piece = above[i].piece;
      else
        sets.join(run.piece, above[i].piece);
    }
    if (run.piece == UINT32_MAX) run.piece = sets.add();
  }
}

}  // namespace

std::uint32_t number_pieces(std::vector<std::vector<InkRun>>& rows) {
  base::DisjointSets sets;
  const std::vector<InkRun> nothing;
  for (std::size_t y = 0; y < rows.size(); ++y) connect(y > 0 ? rows[y - 1] : nothing, rows[y], sets);
  std::vector<std::uint32_t> number(sets.size(), UINT32_MAX);
  std::uint32_t pieces = 0;
  for (auto& row : rows)
    for (InkRun& run : row) {
      std::uint32_t& piece = number[sets.root(run.piece)];
      if (piece == UINT32_MAX) piece = pieces++;
      run.piece = piece;
    }
  return pieces;
}

}  // namespace barium::image
