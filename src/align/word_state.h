#pragma once

// What is known of one word while its page is being aligned.

#include <optional>

#include "align/match.h"
#include "base/geometry.h"

namespace barium::align {

struct WordState {
  std::optional<WordModel> model;
  std::optional<WordModel::Fix> fix;
  image::Warp seen_by;      // what the fix was measured by
  base::Vec2 displacement;  // of the fix, as the field's value
  int step = 1, level = 0;
  double px_per_pt = 0;
  base::Vec2 variance;  // of the match, correlated noise taken into account
  // Of the last fit, for seen words.
  base::Vec2 offset;  // of the word as seen, from where the smooth warp has it
  base::Vec2 residual, residual_variance;
  double mark = 0, inlier = 0;
  bool fitted = false;
};

}  // namespace barium::align
