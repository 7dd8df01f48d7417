#pragma once

// What a forger does to a page, done to the registered original instead: an honest photograph then shows a
// page that differs from the vault's in known words. Same font, same place, by rewriting the PDF's own
// operators.

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/geometry.h"

namespace barium::bench {

// Of the registered original. What a photo of the honest page then shows is the reverse: a word that the
// original lost is one that the photo has too much.
enum class Alteration { kDigit, kLetter, kWord, kSwapped, kRemoved, kAdded, kMoved, kLine };
const char* name_of(Alteration kind);

struct Altered {
  Alteration kind{};
  base::Box box;  // pt, page frame: where the photo and the original differ
  std::string photo_shows, original_says;
};

struct AlteredPdf {
  base::Bytes pdf;
  std::vector<Altered> alterations;  // their boxes do not meet
};

struct Wanted {
  Alteration kind{};
  int count = 0;
};

// The first page of a PDF that shows each glyph by an operator of its own and upright, as Chrome's do. Fewer
// than wanted where the page has no more such words. The same seed gives the same page.
AlteredPdf alter(base::ByteView pdf, const std::vector<Wanted>& wanted, std::uint64_t seed);

}  // namespace barium::bench
