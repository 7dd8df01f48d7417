#pragma once

// Connected pieces of ink: stretches of ink row by row, those that touch by a side or a corner numbered
// alike.

#include <cstdint>
#include <vector>

namespace barium::image {

// A stretch of ink in one row, pixels [x0, x1).
struct InkRun {
  int x0 = 0, x1 = 0;
  std::uint32_t piece = 0;
};

// rows: the runs of each row, by x. Sets their pieces, numbered by their first runs, row by row; returns how
// many there are.
std::uint32_t number_pieces(std::vector<std::vector<InkRun>>& rows);

}  // namespace barium::image
