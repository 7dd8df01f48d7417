#pragma once

// What was found of a page's words, rules and pictures, as it is told.

#include <span>

#include "app/flow/examine.h"
#include "image/warp.h"
#include "page/word.h"
#include "verify/added_ink.h"
#include "verify/graphics.h"
#include "verify/verify.h"

namespace barium::app {

// scale: pixels of the picture looked at a pixel of the photo.
WordsInfo words_info(const page::PageModel& page, std::span<const verify::WordFinding> findings,
                     std::span<const verify::AddedInk> added, const image::Warp& picture_from_page,
                     double scale);
GraphicsInfo graphics_info(std::span<const verify::GraphicFinding> findings,
                           const image::Warp& picture_from_page, double scale);

}  // namespace barium::app
