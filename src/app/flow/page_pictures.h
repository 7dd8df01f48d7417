#pragma once

// What a report shows of a page: the original, and the photo laid out as the original is.

#include <memory>
#include <span>

#include "align/align.h"
#include "app/flow/examine.h"
#include "page/registered_page.h"
#include "verify/added_ink.h"
#include "verify/graphics.h"
#include "verify/verify.h"

namespace barium::app {

std::shared_ptr<const PagePictures> page_pictures(image::GrayView photo, const page::RegisteredPage& page,
                                                  const align::Alignment& aligned,
                                                  std::span<const verify::WordFinding> findings,
                                                  std::span<const verify::AddedInk> added,
                                                  std::span<const verify::GraphicFinding> graphics);

}  // namespace barium::app
