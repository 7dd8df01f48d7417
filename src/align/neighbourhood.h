#pragma once

// The parts of words that say where the paper is under one word: its own and the nearest of others.

#include <vector>

#include "align/local_fit.h"

namespace barium::align {

// Own parts come first, 12 at most (parts.cc).
inline constexpr std::size_t kMostOwnParts = 12, kMostOtherParts = 32;
inline constexpr int kMostNeighbourhood = static_cast<int>(kMostOwnParts + kMostOtherParts);

struct Neighbourhood {
  std::vector<std::size_t> parts;
  std::vector<double> distances;  // pt: lower triangle with its diagonal, row by row
  std::vector<double> pull;       // of the word on the smooth field at the parts
};

// One for each of `words` sightings.
std::vector<Neighbourhood> find_neighbourhoods(std::size_t words, const std::vector<PartSighting>& parts,
                                               const FieldFit& smooth);

}  // namespace barium::align
