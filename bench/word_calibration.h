#pragma once

// Are words as unlikely as the evidence on them claims? The share of a change into the likeliest other glyph
// that a residual shows, over its standard deviation, is normal by the model of docs/methods/verify.md.

#include <optional>
#include <vector>

#include "verify/evidence.h"

namespace barium::bench {

// Of the most surely other glyph of a word: the odds that chance alone shows so much of it (of as many glyphs
// as the word has), and that what was changed shows so little.
struct WordOdds {
  double chance = 1, little = 1;
};
// nullopt where no glyph could be another.
std::optional<WordOdds> odds_of(const verify::WordEvidence& word);

struct WordCalibration {
  // Honest words of flat and of bent paper by `chance`, those with another character by `little`.
  std::vector<double> flat, bent, changed;
  void add(const WordCalibration& more);
  // A table: claimed odds, and the share of words that have no more.
  void print() const;
};

}  // namespace barium::bench
