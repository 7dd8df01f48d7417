#pragma once

// A copy's text must read as the original's does: what people copy, search and index may not depend on the
// recipient. Extractors guess blanks, columns and reading order from gaps, and a gap that stands at one of
// their thresholds tips over with the first hundredth of a point. The carriers at such gaps are found here,
// once a document, by asking the extractors themselves: pdftotext, pdftotext -layout and mutool
// (docs/methods/carriers.md).

#include <vector>

#include "base/note.h"
#include "page/copy_layout.h"
#include "page/document.h"

namespace barium::page {

struct TextCheck {
  std::vector<bool> drop;  // by carrier: displacing it changes extracted text
  std::size_t dropped = 0;
  base::Notes notes;  // where an extractor is not installed
};

// original: without encryption. layout: with a slot for each carrier of `model`.
TextCheck check_text(base::ByteView original, const CopyLayout& layout, const DocumentModel& model);

}  // namespace barium::page
