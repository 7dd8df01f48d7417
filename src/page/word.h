#pragma once

// What a page is to everybody downstream: words with their places, and which of them may be displaced. Plain
// values, in the page frame: PDF points times UserUnit, origin at the top-left of the CropBox after /Rotate,
// y down.

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/geometry.h"
#include "base/note.h"

namespace barium::page {

// Why a word is not a carrier. Stored: never renumber.
enum class Obstacle : std::uint8_t {
  kNone = 0,           // it is a carrier
  kEdgeOfLine = 1,     // first or last of its line: no neighbour on one side to be measured against
  kTight = 2,          // no clear gap on both sides for the displacement and its opposite neighbour's
  kTooShort = 3,       // too little ink to be measured
  kNotRewritable = 4,  // its show operators cannot be rewritten (shared form, glyph procedure, annotation)
  kInvisible = 5,      // clipped away, transparent, or outside the page
  kOverlapped = 6,     // another word lies on the same place
  kSprawling = 7,      // its ink reaches far beyond its box: tall brackets, glyphs drawn beside the pen
};

struct Word {
  std::string text;   // UTF-8 in logical order; empty where the font has no way to Unicode
  base::Box box;      // pt: from the first to the last glyph's advance, descent to ascent, axis-aligned hull
  base::Vec2 origin;  // pt: pen position before the first glyph, on the baseline
  base::Vec2 along;   // unit vector of the pen's advance; displacement +1 moves the word this way
  double length_pt = 0;    // advance from origin to the end of the last glyph
  double size_pt = 0;      // font size in page points
  std::int32_t line = -1;  // words with the same number share one baseline and direction
  Obstacle obstacle = Obstacle::kNone;
  // Where the pen stood before each glyph, ascending: pt along the baseline from `origin`, in steps of
  // stored_pen. Empty where it is not known (words in a picture).
  std::vector<float> pens;
};

// The nearest place that the vault keeps of a glyph.
float stored_pen(double pt);

struct Carrier {
  std::uint32_t word = 0;  // index into the page's words
  double shift_pt = 0;     // the displacement of symbol +1; symbol -1 is its opposite. > 0
};

struct PageModel {
  double width_pt = 0;
  double height_pt = 0;
  std::vector<Word> words;        // reading order as far as the content stream gives it
  std::vector<Carrier> carriers;  // in order of their words
  bool raster_marked = false;     // the words are in a picture, and are moved in the picture
  std::string unmarked_reason;    // plain words where a page has text but no carrier; else empty
  base::Notes notes;
};

struct DocumentModel {
  std::vector<PageModel> pages;
  base::Notes notes;

  // Carriers are numbered through the document, page after page: the number of the first of page `index`.
  std::size_t first_carrier(std::size_t index) const;
  std::size_t carrier_count() const { return first_carrier(pages.size()); }
};

// The blob of docs/formats/page.md. parse_page throws base::Error(kMalformed).
base::Bytes serialize(const PageModel& page);
PageModel parse_page(base::ByteView bytes);

}  // namespace barium::page
