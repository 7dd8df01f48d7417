#pragma once

// From glyphs to words, lines and carriers: docs/methods/carriers.md.

#include <vector>

#include "page/content.h"

namespace barium::page {

struct WordsOptions {
  double strength_pt = 0.25;  // wanted displacement of a carrier
  CloneShared clone_shared = CloneShared::kNo;
};

// Fills model.words and model.carriers, and content.words beside them. streams: of the whole document, with
// all draws counted. model has its size already.
void build_words(PageContent& content, PageModel& model, const std::vector<ContentStream>& streams,
                 const WordsOptions& options);

}  // namespace barium::page
