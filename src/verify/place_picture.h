#pragma once

// Where a picture stands in the photo, as it tells itself: no words are near enough to say on bent paper.
// Least squares of an affine displacement, as in Lucas and Kanade 1981, of the original's look with gain and
// shading free, from the best place of a coarse search. docs/methods/verify.md, Pictures and rules.

#include <optional>

#include "align/affine_beside.h"
#include "verify/graphic_look.h"

namespace barium::verify {

// Farther off a picture is not looked for, pt.
inline constexpr double kPictureReachPt = 15;

struct PlacedPicture {
  double correlation = -1;                   // of all of it with the photo there, shading taken out
  align::AffineBeside::Affine displacement;  // pt, page frame: from where the laid photo has it
  // Contrast of the photo over what the picture should have, at that of all places within reach where it is
  // greatest: near 0 where there is nothing but paper. Unset where words are too far to bound its place, or
  // it has no ink so dark that every copier shows it.
  std::optional<double> shown;
};

// nullopt where too little of it, or of the places that it may stand at, is laid.
std::optional<PlacedPicture> place_picture(const GraphicLook& look, const base::Box& where);

}  // namespace barium::verify
