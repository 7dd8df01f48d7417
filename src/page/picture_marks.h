#pragma once

// Pages that are pictures: their words are found in the picture, become words of the page and, where there is
// white enough around them, carriers that move in the picture. Hidden text over a word becomes the word's
// text and moves with it. docs/methods/scans.md.

#include "page/content.h"
#include "page/pdf_file.h"

namespace barium::page {

// Adds to opened.pictures and to its pages' words and carriers. A scan that cannot be marked says why.
void mark_pictures(PdfFile& file, OpenedPages& opened, const ReadOptions& options);

}  // namespace barium::page
