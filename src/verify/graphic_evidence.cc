#include "verify/graphic_evidence.h"

#include <algorithm>
#include <functional>

#include "image/sample.h"
#include "verify/graphic_look.h"
#include "verify/place_picture.h"

namespace barium::verify {
namespace {

// What paper may carry a graphic away by between words, and is looked for.
constexpr double kLeastReachPt = 1.5, kMostReachPt = 3, kReachOfUnsure = 4;
constexpr double kFarUnsurePt = 0.4;  // where no words are near

// A picture this like the photo is in its place. Smaller ones are like many things.
// Larger ones bend as no affine map does.
constexpr double kPlacedCorrelation = 0.6, kLeastPlacedPt = 24, kMostPlacedPt = 200;
constexpr double kMostGlare = 0.1;  // of a picture that is said to be missing
constexpr std::size_t kLeastPlacedParts = 4, kMostPlaced = 30;

// What lies about a picture, with the photo where the picture says: a page of its own. At: its first sample.
struct Cut {
  LaidPage laid;
  PageGraphics page;
  int x0 = 0, y0 = 0;
};

Cut cut_out(const GraphicLook& look, const base::Box& where,
            const align::AffineBeside::Affine& displacement) {
  const Patch patch = patch_of(where.grown(kFarPt + kMostReachPt), look.laid.original);
  Cut cut{.laid = {.photo = image::FloatImage(patch.width, patch.height, 1, 1.0f),
                   .original = image::FloatImage(patch.width, patch.height),
                   .known = image::FloatImage(patch.width, patch.height, 1, 0.0f)},
          .page = {.words = image::Image<std::uint8_t>(patch.width, patch.height)},
          .x0 = patch.x0,
          .y0 = patch.y0};
  const image::FloatImage& photo = look.laid.anywhere;
  for (int y = 0; y < patch.height; ++y)
    for (int x = 0; x < patch.width; ++x) {
      cut.laid.original.at(x, y) = look.laid.original.at(patch.x0 + x, patch.y0 + y);
      cut.page.words.at(x, y) = look.page.words.at(patch.x0 + x, patch.y0 + y);
      const base::Vec2 on_page = kLaidStepPt * base::Vec2{patch.x0 + x + 0.5, patch.y0 + y + 0.5};
      const base::Vec2 at = (1 / kLaidStepPt) * (on_page + displacement(on_page));
      if (at.x < 0 || at.y < 0 || at.x >= photo.width() || at.y >= photo.height()) continue;
      cut.laid.known.at(x, y) = look.laid.in_view.at(static_cast<int>(at.x), static_cast<int>(at.y));
      cut.laid.photo.at(x, y) = image::sample_bilinear(photo.view(), at);
    }
  return cut;
}

bool in_glare(const LaidPage& laid, const base::Box& where) {
  const Patch patch = patch_of(where, laid.original);
  double all = 0, glare = 0;
  for (int y = patch.y0; y < patch.y0 + patch.height; ++y)
    for (int x = patch.x0; x < patch.x0 + patch.width; ++x) ++all, glare += laid.is_glare(x, y);
  return glare > kMostGlare * all;
}

double unsure_of(const LaidPage& laid, const base::Box& part) {
  return std::min(laid.unsure_at(part.centre()), std::max(kFarUnsurePt, laid.unsure_pt));
}

std::vector<PartEvidence> parts_of_placed(const GraphicLook& look, const Graphic& picture,
                                          const PlacedPicture& placed) {
  const Cut cut = cut_out(look, picture.where, placed.displacement);
  const base::Vec2 off = kLaidStepPt * base::Vec2{static_cast<double>(cut.x0), static_cast<double>(cut.y0)};
  std::vector<PartEvidence> parts;
  for (const base::Box& part : picture.parts) {
    const base::Box there{part.x0 - off.x, part.y0 - off.y, part.x1 - off.x, part.y1 - off.y};
    auto seen = look_for_picture({cut.laid, cut.page, look.optics}, there, kLeastReachPt);
    if (!seen) continue;
    seen->where = part, seen->placed = true, seen->unsure_pt = unsure_of(look.laid, part);
    seen->shift_pt = seen->shift_pt + placed.displacement(part.centre());
    parts.push_back(*seen);
  }
  return parts;
}

// Which of a page's pictures may tell where they stand: the largest.
std::vector<bool> may_place_themselves(const std::vector<Graphic>& graphics) {
  std::vector<std::size_t> pictures;
  for (std::size_t i = 0; i < graphics.size(); ++i)
    if (graphics[i].kind == Graphic::Kind::kPicture && graphics[i].parts.size() >= kLeastPlacedParts &&
        std::min(graphics[i].where.width(), graphics[i].where.height()) >= kLeastPlacedPt &&
        std::max(graphics[i].where.width(), graphics[i].where.height()) <= kMostPlacedPt)
      pictures.push_back(i);
  std::ranges::stable_sort(pictures, std::greater{}, [&](std::size_t i) { return graphics[i].parts.size(); });
  if (pictures.size() > kMostPlaced) pictures.resize(kMostPlaced);
  std::vector<bool> may(graphics.size(), false);
  for (const std::size_t i : pictures) may[i] = true;
  return may;
}

}  // namespace

std::vector<GraphicEvidence> graphic_evidence(const LaidPage& laid, const page::RegisteredPage& page,
                                              const align::Alignment& alignment) {
  if (laid.photo.empty()) return {};
  const PageGraphics graphics = graphics_of(laid.original, kLaidStepPt, page.model);
  const std::optional<Optics> optics = optics_of(laid, page.model, alignment);
  std::vector<GraphicEvidence> out;
  const std::vector<bool> may_place_itself = may_place_themselves(graphics.graphics);
  for (std::size_t i = 0; i < graphics.graphics.size(); ++i) {
    const Graphic& graphic = graphics.graphics[i];
    out.push_back({graphic, {}});
    if (!optics) continue;
    const GraphicLook look{laid, graphics, *optics};
    if (may_place_itself[i])
      if (const auto placed = place_picture(look, graphic.where)) {
        if (placed->correlation >= kPlacedCorrelation) {
          out.back().parts = parts_of_placed(look, graphic, *placed);
          continue;
        }
        if (!in_glare(laid, graphic.where)) out.back().shown = placed->shown;
      }
    for (const base::Box& part : graphic.parts) {
      const double unsure = unsure_of(laid, part);
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
