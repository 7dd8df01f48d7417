#include "verify/graphic_evidence.h"

#include <algorithm>

#include "verify/graphic_look.h"

namespace barium::verify {
namespace {

// What paper may carry a graphic away by between words, and is looked for.
constexpr double kLeastReachPt = 1.5, kMostReachPt = 3, kReachOfUnsure = 4;
constexpr double kFarUnsurePt = 0.4;  // where no words are near

}  // namespace

std::vector<GraphicEvidence> graphic_evidence(const LaidPage& laid, const page::RegisteredPage& page,
                                              const align::Alignment& alignment) {
  if (laid.photo.empty()) return {};
  const PageGraphics graphics = graphics_of(laid.original, kLaidStepPt, page.model);
  const std::optional<Optics> optics = optics_of(laid, page.model, alignment);
  std::vector<GraphicEvidence> out;
  for (const Graphic& graphic : graphics.graphics) {
    out.push_back({graphic, {}});
    if (!optics) continue;
    const GraphicLook look{laid, graphics, *optics};
    for (const base::Box& part : graphic.parts) {
      const double unsure = std::min(laid.unsure_at(part.centre()), std::max(kFarUnsurePt, laid.unsure_pt));
      const double reach = std::clamp(1 + kReachOfUnsure * unsure, kLeastReachPt, kMostReachPt);
      auto seen = graphic.kind == Graphic::Kind::kRule ? look_for_rule(look, part, graphic.upright, reach)
                                                       : look_for_picture(look, part, reach);
      if (!seen) continue;
      seen->unsure_pt = unsure;
      out.back().parts.push_back(*seen);
    }
  }
  return out;
}

}  // namespace barium::verify
