#include "verify/place_picture.h"

#include <gtest/gtest.h>

#include <functional>

#include "base/rng.h"
#include "image/filter.h"
#include "image/sample.h"

namespace barium::verify {
namespace {

constexpr int kSide = 400;  // samples
constexpr base::Box kWhere{60, 60, 130, 120};

// A page with blots in a box, and a photo that shows of it what a displacement says.
struct Scene {
  LaidPage laid{.original = image::FloatImage(kSide, kSide, 1, 1.0f),
                .laid = image::FloatImage(kSide, kSide, 1, 1.0f),
                .anywhere = image::FloatImage(kSide, kSide, 1, 0.8f),
                .in_view = image::FloatImage(kSide, kSide, 1, 1.0f)};
  PageGraphics page{.words = image::Image<std::uint8_t>(kSide, kSide)};

  void blots() {
    base::Rng rng(4, "blots");
    for (int i = 0; i < 60; ++i)
      draw({rng.uniform(kWhere.x0, kWhere.x1 - 8), rng.uniform(kWhere.y0, kWhere.y1 - 8)}, 8, 8);
    soften();
  }
  void draw(base::Vec2 at, double width, double height) {
    for (int y = 0; y < kSide; ++y)
      for (int x = 0; x < kSide; ++x)
        if (base::Box{at.x, at.y, at.x + width, at.y + height}.contains({x / 2.0, y / 2.0}))
          laid.original.at(x, y) = 1 - laid.original.at(x, y);
  }
  void soften() { laid.original = image::gaussian_blur(laid.original.view(), 1.0); }
  // Where on the page what the photo shows at a place stands, pt.
  void photograph(const std::function<base::Vec2(base::Vec2)>& page_from_photo) {
    for (int y = 0; y < kSide; ++y)
      for (int x = 0; x < kSide; ++x)
        laid.anywhere.at(x, y) =
            0.2f + 0.6f * image::sample_bilinear(laid.original.view(),
                                                 2.0 * page_from_photo({(x + 0.5) / 2, (y + 0.5) / 2}));
  }
  std::optional<PlacedPicture> placed() const { return place_picture({laid, page, {0.5, 0.75}}, kWhere); }
};

TEST(PlacePicture, APictureTellsWherePaperCarriedIt) {
  Scene scene;
  scene.blots();
  const base::Vec2 carried{7.3, -9.6};
  constexpr double kStretch = 1.04;
  scene.photograph(
      [&](base::Vec2 p) { return kWhere.centre() + (1 / kStretch) * (p - carried - kWhere.centre()); });
  const auto placed = scene.placed();
  ASSERT_TRUE(placed);
  EXPECT_GT(placed->correlation, 0.95);
  for (const base::Vec2 p : {kWhere.centre(), base::Vec2{70, 70}, base::Vec2{125, 110}}) {
    const base::Vec2 truth = carried + (kStretch - 1) * (p - kWhere.centre());
    EXPECT_NEAR(placed->displacement(p).x, truth.x, 0.2);
    EXPECT_NEAR(placed->displacement(p).y, truth.y, 0.2);
  }
}

TEST(PlacePicture, OnBlankPaperNothingIsShown) {
  Scene scene;
  scene.blots();
  const auto placed = scene.placed();
  ASSERT_TRUE(placed && placed->shown);
  EXPECT_LT(*placed->shown, 0.05);
  EXPECT_LT(placed->correlation, 0.5);
}

TEST(PlacePicture, WhereItIsSeenMuchIsShown) {
  Scene scene;
  scene.blots();
  scene.photograph([](base::Vec2 p) { return p; });
  const auto placed = scene.placed();
  ASSERT_TRUE(placed && placed->shown);
  EXPECT_GT(*placed->shown, 0.8);
}

TEST(PlacePicture, FarFromAllWordsItIsNotSaidToBeMissing) {
  Scene scene;
  scene.blots();
  scene.laid.laid = image::FloatImage(kSide, kSide, 1, 0.0f);
  const auto placed = scene.placed();
  ASSERT_TRUE(placed);
  EXPECT_FALSE(placed->shown);
}

// A copier may drop it.
TEST(PlacePicture, APictureInLightGreyIsNotSaidToBeMissing) {
  Scene scene;
  scene.blots();
  for (float& level : scene.laid.original.pixels()) level = 0.7f + 0.3f * level;
  const auto placed = scene.placed();
  ASSERT_TRUE(placed);
  EXPECT_FALSE(placed->shown);
}

TEST(PlacePicture, ABandMayStandAnywhereAlongItself) {
  Scene scene;
  scene.draw({0, 80}, 200, 12);
  scene.soften();
  scene.photograph([](base::Vec2 p) { return p; });
  EXPECT_FALSE(scene.placed());
}

TEST(PlacePicture, NothingIsSaidWhereItsSurroundingsAreNotInView) {
  Scene scene;
  scene.blots();
  scene.photograph([](base::Vec2 p) { return p; });
  for (int y = 0; y < kSide; ++y)
    for (int x = 0; x < kSide / 4; ++x) scene.laid.in_view.at(x + 100, y) = 0;
  EXPECT_FALSE(scene.placed());
}

}  // namespace
}  // namespace barium::verify
