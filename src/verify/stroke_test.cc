#include "verify/stroke.h"

#include <gtest/gtest.h>

#include <cmath>

#include "verify/expected_page.h"

namespace barium::verify {
namespace {

constexpr double kStepPt = 0.5;
const base::Box kWord{5, 5, 45, 25};

// Upright strokes 5 pt apart, dark on light or light on dark.
image::FloatImage strokes(double broad_pt, float ink, float ground) {
  image::FloatImage picture(100, 60, 1, ground);
  for (int y = 14; y < 46; ++y)
    for (int x = 0; x < 100; ++x) {
      const double pt = x * kStepPt;
      if (pt >= 10 && pt < 40 && std::fmod(pt, 5.0) < broad_pt) picture.at(x, y) = ink;
    }
  return picture;
}

TEST(Stroke, IsAsBroadAsItWasDrawn) {
  for (const double broad : {1.0, 1.5, 2.0}) {
    EXPECT_NEAR(stroke_pt(strokes(broad, 0, 1), kStepPt, kWord), broad, 0.15 * broad);
    EXPECT_NEAR(stroke_pt(strokes(broad, 0.9f, 0.2f), kStepPt, kWord), broad, 0.15 * broad);
  }
}

TEST(Stroke, IsHardlyBroaderInABlurredPicture) {
  const image::FloatImage sharp = strokes(1.5, 0, 1), blurred = filtered(sharp, gaussian_filter(0.7));
  EXPECT_NEAR(stroke_pt(blurred, kStepPt, kWord), stroke_pt(sharp, kStepPt, kWord), 0.2);
}

TEST(Stroke, BlankPaperHasNone) { EXPECT_EQ(stroke_pt(image::FloatImage(100, 60, 1, 1), kStepPt, kWord), 0); }

TEST(Stroke, AWordBeyondThePictureHasNone) {
  image::FloatImage corner(20, 20, 1, 1);
  for (int y = 14; y < 20; ++y) corner.at(17, y) = 0;
  EXPECT_GT(stroke_pt(corner, kStepPt, {2, 2, 10, 10}), 0);
  EXPECT_EQ(stroke_pt(corner, kStepPt, {400, 400, 440, 420}), 0);
}

}  // namespace
}  // namespace barium::verify
