#pragma once

// What a forger does to a page's pictures, rules and bars, done to the registered original instead: an honest
// photograph then shows a page that differs from the vault's in known places. The page's words stay.

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/geometry.h"

namespace barium::bench {

// Of the registered original. What a photo of the honest page then shows is the reverse: where the original
// has a rule more, the photo lacks one.
enum class GraphicAlteration {
  kRuleAdded,       // a rule of the page once more, elsewhere
  kRuleMoved,       // by 3 to 10 pt across
  kBarResized,      // a filled box is a third higher or lower
  kPictureTurned,   // upside down, or mirrored
  kPictureSwapped,  // for another, drawn by chance
  kPictureAdded,    // where the page is blank
};
inline constexpr GraphicAlteration kGraphicAlterations[] = {
    GraphicAlteration::kRuleAdded,     GraphicAlteration::kRuleMoved,      GraphicAlteration::kBarResized,
    GraphicAlteration::kPictureTurned, GraphicAlteration::kPictureSwapped, GraphicAlteration::kPictureAdded};
const char* name_of(GraphicAlteration kind);

struct GraphicallyAltered {
  base::Bytes pdf;
  base::Box
      where;  // pt, page frame: what the altered original draws now; empty where the page has no such thing
};

// The first page of a PDF whose content stream draws rules as filled rectangles ("x y w h re f"), as Chrome's
// do. The same seed gives the same page.
GraphicallyAltered alter_graphic(base::ByteView pdf, GraphicAlteration kind, std::uint64_t seed);

}  // namespace barium::bench
