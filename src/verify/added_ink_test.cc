#include "verify/added_ink.h"

#include <gtest/gtest.h>

#include "verify/numbers_page_test.h"

namespace barium::verify {
namespace {

using namespace numbers;

TEST(BlankPaper, OfAnHonestPageHasNoInk) {
  const BlankPaper blank = Trial().blank_paper();
  EXPECT_TRUE(blank.added.empty());
  EXPECT_TRUE(std::ranges::any_of(blank.judged.picture.pixels(), [](int v) { return v > 0; }));
}

TEST(BlankPaper, AWordThatWasWrittenThereIsFound) {
  Trial trial;
  trial.write({150, 277}, "4711");
  const BlankPaper blank = trial.blank_paper();
  ASSERT_EQ(blank.added.size(), 1u);
  EXPECT_NEAR(blank.added[0].where.centre().x, 150 + 2 * kGlyphPt, 3);
  EXPECT_NEAR(blank.added[0].where.centre().y, 273, 3);
}

TEST(BlankPaper, InAThumbnailNothingIsJudged) {
  Trial trial;
  trial.px_per_pt = 0.9;
  trial.camera = {.width = 430, .height = 320};
  trial.write({150, 277}, "4711");
  const BlankPaper blank = trial.blank_paper();
  EXPECT_TRUE(blank.added.empty());
  EXPECT_TRUE(std::ranges::all_of(blank.judged.picture.pixels(), [](int v) { return v == 0; }));
  EXPECT_EQ(blank.judged_share, 0);
}

TEST(BlankPaper, AStrokeOfAPenOnFlatPaperIsFound) {
  Trial trial;
  trial.shown.ink.push_back({{120, 276, 260, 277.5}, 0});
  const BlankPaper blank = trial.blank_paper();
  ASSERT_EQ(blank.added.size(), 1u);
  EXPECT_NEAR(blank.added[0].where.width(), 140, 8);
}

TEST(BlankPaper, OfANegativeIsLight) {
  Trial trial;
  trial.negative = true;
  trial.camera.noise = 6;
  EXPECT_TRUE(trial.blank_paper().added.empty());
  trial.write({150, 277}, "4711");
  EXPECT_EQ(trial.blank_paper().added.size(), 1u);
}

TEST(BlankPaper, WhereNothingOfThePageWasFoundNothingIsJudged) {
  const Trial trial;
  const page::RegisteredPage page = synthetic::registered(trial.original);
  const image::GrayImage grey(800, 600, 1, 128);
  const align::Alignment aligned = align::align_page(grey, page, image::Homography{});
  const BlankPaper blank = look_at_blank_paper(lay_page(grey, page, aligned), page, aligned, {}, {});
  EXPECT_TRUE(blank.added.empty());
  EXPECT_TRUE(std::ranges::all_of(blank.judged.picture.pixels(), [](int v) { return v == 0; }));
}

// Of a crop whose words all stand above it: paper may bend on the way there.
TEST(BlankPaper, FarFromWhatIsSeenOfAPlaneNothingIsJudged) {
  synthetic::Page original = synthetic::make_page(3, 12);
  synthetic::Page shown = original;
  original.ink.push_back({{60, 540, 360, 541}, 0});
  shown.ink.push_back({{60, 545, 360, 546}, 0});
  image::Warp warp;
  warp.homography.m = {2.2, 0.1, 20, -0.1, 2.2, 60, 0, 0, 1};
  const image::GrayImage photo = synthetic::photograph(shown, {}, warp, {});
  const page::RegisteredPage page = synthetic::registered(original);
  const align::Alignment aligned = align::align_page(photo, page, warp.homography);
  const LaidPage laid = lay_page(photo, page, aligned);
  EXPECT_GT(laid.known.at(400, 2 * 230), 0);
  EXPECT_EQ(laid.known.at(400, 2 * 543), 0);
  EXPECT_TRUE(look_at_blank_paper(laid, page, aligned, {}, {}).added.empty());
}

TEST(BlankPaper, OfAPosterIsNotLookedAt) {
  page::RegisteredPage page;
  page.model.width_pt = page.model.height_pt = 5000;
  page.raster.picture = image::GrayImage(500, 500, 1, 255);
  const image::GrayImage photo(300, 300, 1, 200);
  const align::Alignment aligned = align::align_page(photo, page, image::Homography{});
  EXPECT_TRUE(
      look_at_blank_paper(lay_page(photo, page, aligned), page, aligned, {}, {}).judged.picture.empty());
}

}  // namespace
}  // namespace barium::verify
