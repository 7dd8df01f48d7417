#pragma once

// What altered words say now, and what was added on blank paper, read by tesseract where the glyphs that
// verify found do not tell. Each is cut out of the picture, upright as on the page, and all are read in one
// run.

#include "align/align.h"
#include "app/confine/confinement.h"
#include "app/flow/examine.h"

namespace barium::app {

// Fills in AlteredWord::reads. A note where tesseract is not there.
void read_now(WordsInfo& words, base::Notes& notes, image::GrayView picture,
              const image::Warp& picture_from_page, const Confinement& confinement);

}  // namespace barium::app
