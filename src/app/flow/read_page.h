#pragma once

// What a picture says of a page that it shows: its words, graphics and blank paper, and its marks.

#include <vector>

#include "app/flow/leak.h"
#include "app/flow/library.h"
#include "app/flow/see_pages.h"
#include "app/flow/words_info.h"
#include "verify/added_ink.h"
#include "verify/graphics.h"
#include "verify/verdict.h"
#include "verify/verify.h"

namespace barium::app {

vault::PageInfo info_of(const PageInView& view, Library& library);

// What is read of a page that the picture shows.
struct ReadPage {
  const PageInView* view = nullptr;
  WordsInfo words;
  int carriers_on_page = 0, carriers_read = 0;
  DocumentEvidence evidence;
  NamedCopies named;
  std::vector<verify::WordFinding> findings;
  std::vector<verify::AddedInk> added;
  std::vector<verify::GraphicFinding> graphics;
  verify::PageVerdict verdict;
  bool across = false;  // something dark lies across the sheet
};

// scale: of the picture, to the file's.
ReadPage read_page(image::GrayView picture, const PageInView& view, double scale, Library& library);

// The page that the picture shows, its twins (registered again, a later version with the same page, a
// registered copy) and the other places that it may be. It may be a copy of any of them. Where there are
// other places, it is not known yet which page to compare with.
std::vector<ReadPage> read_pages(image::GrayView picture, const PageInView& view, double scale,
                                 Library& library);

}  // namespace barium::app
