#pragma once

// Are honest words as unlikely as the evidence on them claims? The share of a change into the likeliest other
// glyph that a residual shows, over its standard deviation, is normal by the model of docs/methods/verify.md.

#include <optional>
#include <vector>

#include "verify/evidence.h"

namespace barium::bench {

// That chance alone makes the most surely other glyph of a word look so much like another, of as many glyphs
// as the word has. nullopt where no glyph could be another.
std::optional<double> odds_of(const verify::WordEvidence& word);

// Odds of honest words, of flat and of bent paper.
struct WordCalibration {
  std::vector<double> flat, bent;
  void add(const WordCalibration& more);
  // A table: claimed odds, and the share of words that have no more.
  void print() const;
};

}  // namespace barium::bench
