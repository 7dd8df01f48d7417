#include "verify/graphics.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "align/synthetic_page_test.h"

namespace barium::verify {
namespace {

namespace synthetic = align::synthetic;
using State = GraphicFinding::State;

constexpr base::Box kPicture{200, 390, 260, 425};

// Text, three rules below it, and below these a picture, so near that the text tells where it stands.
synthetic::Page page_with_rules() {
  synthetic::Page page = synthetic::make_page(3, 20);
  for (const double y : {335.0, 352.0, 369.0}) page.ink.push_back({{60, y, 360, y + 1}, 0});
  return page;
}

void draw_picture(synthetic::Page& page, std::uint64_t seed) {
  base::Rng rng(seed, "graphics_test picture");
  for (double y = kPicture.y0; y < kPicture.y1; y += 5)
    for (double x = kPicture.x0; x < kPicture.x1; x += 5)
      if (rng.below(2) == 0) page.ink.push_back({{x, y, x + 5, y + 5}, 0});
}

std::vector<GraphicFinding> look_at(const image::GrayImage& photo, const page::RegisteredPage& page,
                                    const image::Homography& photo_from_page) {
  const align::Alignment aligned = align::align_page(photo, page, photo_from_page);
  return look_at_graphics(lay_page(photo, page, aligned), page, aligned);
}

struct Trial {
  synthetic::Page original = page_with_rules(), shown = page_with_rules();
  Trial() { draw_picture(original, 1), draw_picture(shown, 1); }

  std::vector<GraphicFinding> findings() const {
    image::Warp warp;
    warp.homography.m = {2.2, 0.03, 20, -0.02, 2.2, 25, 1e-5, 0, 1};
    image::GrayImage photo = synthetic::photograph(shown, synthetic::random_marks(shown.model, 5), warp, {});
    for (std::uint8_t& level : photo.pixels())
      level = static_cast<std::uint8_t>(std::min(255.0, light * level));
    const page::RegisteredPage page = synthetic::registered(original);
    return look_at(photo, page, warp.homography);
  }
  double light = 1;
  void remove_rule(double y) {
    std::erase_if(shown.ink, [&](const synthetic::Ink& ink) { return ink.box.y0 == y && ink.box.x0 == 60; });
  }
  void move_rule(double y, double by) {
    for (synthetic::Ink& ink : shown.ink)
      if (ink.box.y0 == y && ink.box.x0 == 60) ink.box.y0 += by, ink.box.y1 += by;
  }
  void remove_picture() {
    std::erase_if(shown.ink, [](const synthetic::Ink& ink) { return ink.box.y0 >= kPicture.y0; });
  }
};

std::vector<GraphicFinding> altered(const std::vector<GraphicFinding>& all) {
  std::vector<GraphicFinding> out;
  std::ranges::copy_if(all, std::back_inserter(out),
                       [](const auto& f) { return f.state == State::kAltered; });
  return out;
}

TEST(PageGraphics, RulesAndPicturesAreFoundAndWordsAreNot) {
  const page::RegisteredPage page = synthetic::registered(Trial().original);
  image::FloatImage original = image::to_float(image::resize(page.raster.picture.view(), 840, 1190).view());
  for (float& level : original.pixels()) level /= 255;
  const PageGraphics found = graphics_of(original, 0.5, page.model);
  std::vector<base::Box> rules, pictures;
  for (const Graphic& one : found.graphics)
    (one.kind == Graphic::Kind::kRule && one.where.y1 < 380 ? rules : pictures).push_back(one.where);
  ASSERT_EQ(rules.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(rules[i].x0, 60, 1);
    EXPECT_NEAR(rules[i].x1, 360, 1);
    EXPECT_NEAR(rules[i].centre().y, 335.5 + 17 * static_cast<double>(i), 0.6);
  }
  ASSERT_FALSE(pictures.empty());
  for (const base::Box& one : pictures) EXPECT_GT(one.y0, kPicture.y0 - 12.5);
}

TEST(Graphics, OfAnHonestPageAreVouchedFor) {
  const auto findings = Trial().findings();
  EXPECT_TRUE(altered(findings).empty());
  EXPECT_GE(std::ranges::count(findings, State::kVouched, &GraphicFinding::state), 4);
}

TEST(Graphics, ARuleThatIsGoneIsMissing) {
  Trial trial;
  trial.remove_rule(352);
  const auto found = altered(trial.findings());
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].kind, Graphic::Kind::kRule);
  EXPECT_TRUE(found[0].missing);
  EXPECT_NEAR(found[0].where.centre().y, 352.5, 1);
  EXPECT_GT(found[0].where.width(), 250);
}

TEST(Graphics, ARuleThatWasMovedIsFoundOnCalmPaper) {
  Trial trial;
  trial.move_rule(335, 5);
  const auto found = altered(trial.findings());
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NEAR(found[0].where.centre().y, 335.5, 1);
}

TEST(Graphics, AnotherPictureIsToldFromTheOriginals) {
  Trial trial;
  trial.remove_picture();
  draw_picture(trial.shown, 2);
  const auto found = altered(trial.findings());
  ASSERT_FALSE(found.empty());
  for (const GraphicFinding& one : found) EXPECT_GT(one.where.y0, kPicture.y0 - 12.5);
  EXPECT_TRUE(std::ranges::any_of(found, [](const auto& f) { return !f.missing; }));
}

TEST(Graphics, APictureThatIsGoneIsMissing) {
  Trial trial;
  trial.remove_picture();
  const auto found = altered(trial.findings());
  ASSERT_FALSE(found.empty());
  for (const GraphicFinding& one : found) EXPECT_TRUE(one.missing);
}

// As a fax has it, or a photo with too much light.
TEST(Graphics, LightGreysThatAreWhiteAreNotGone) {
  Trial trial;
  trial.remove_picture();
  for (synthetic::Ink& ink : trial.original.ink)
    if (ink.box.y0 >= kPicture.y0) ink.adds = -80;
  EXPECT_FALSE(altered(trial.findings()).empty());
  trial.light = 1.3;
  EXPECT_TRUE(altered(trial.findings()).empty());
}

TEST(Graphics, NothingIsSaidOfAPictureOfSomethingElse) {
  const page::RegisteredPage page = synthetic::registered(Trial().original);
  const image::GrayImage grey(800, 600, 1, 128);
  for (const GraphicFinding& one : look_at(grey, page, {})) EXPECT_EQ(one.state, State::kUnreadable);
}

Graphic rule_of(std::size_t parts, Graphic::Kind kind = Graphic::Kind::kRule) {
  return {.kind = kind, .parts = std::vector<base::Box>(parts)};
}

// A page of rules that are all there, and one that is not.
struct Judged {
  PartEvidence there{.contrast = 0.08, .gain = 1, .gain_sigma = 0.05, .correlation = 0.97, .shown = 1};
  PartEvidence gone{
      .contrast = 0.08, .gain_sigma = 0.01, .correlation = 0.3, .unsure_pt = 0.4, .far_looked = 1};
  GraphicFinding of(const std::vector<PartEvidence>& parts, double page_unsure_pt = 0.3) const {
    return judge_graphics({{rule_of(parts.size()), parts}, {rule_of(4), {there, there, there, there}}},
                          page_unsure_pt)
        .front();
  }
};

TEST(JudgeGraphics, ARuleIsAlteredWhereNearlyAllOfItIsNowhere) {
  const Judged j;
  EXPECT_EQ(j.of({j.gone, j.gone, j.gone}).state, State::kAltered);
  EXPECT_EQ(j.of({j.there, j.there, j.there}).state, State::kVouched);
  EXPECT_EQ(j.of({j.gone, j.there, j.there}).state, State::kUnreadable);
  EXPECT_EQ(j.of({j.gone}).state, State::kUnreadable);
}

// A frame that shows a tenth of a picture does not vouch for the picture.
TEST(JudgeGraphics, WhatIsMostlyOutOfViewIsNotVouchedFor) {
  const Judged j;
  for (const auto kind : {Graphic::Kind::kRule, Graphic::Kind::kPicture}) {
    const auto judged = [&](std::size_t in_view) {
      const std::vector<PartEvidence> parts(in_view, j.there);
      return judge_graphics({{rule_of(20, kind), parts}, {rule_of(4), {4, j.there}}}, 0.3).front().state;
    };
    EXPECT_EQ(judged(2), State::kUnreadable);
    EXPECT_EQ(judged(20), State::kVouched);
  }
}

TEST(JudgeGraphics, WhatStandsFartherOffIsPaperUnlessThatIsCalm) {
  Judged j;
  j.gone.far_gain = 1, j.gone.far_correlation = 0.95;
  EXPECT_EQ(j.of({j.gone, j.gone, j.gone}).state, State::kUnreadable);
  j.gone.unsure_pt = 0.1;
  EXPECT_EQ(j.of({j.gone, j.gone, j.gone}, 0.1).state, State::kAltered);
  EXPECT_EQ(j.of({j.gone, j.gone, j.gone}, 0.3).state, State::kUnreadable);
}

TEST(JudgeGraphics, OnUnsurePaperNothingIsSaid) {
  Judged j;
  j.gone.unsure_pt = 0.7;
  EXPECT_EQ(j.of({j.gone, j.gone, j.gone}).state, State::kUnreadable);
  j.gone.unsure_pt = 0.1;
  EXPECT_EQ(j.of({j.gone, j.gone, j.gone}, 0.6).state, State::kUnreadable);
}

TEST(JudgeGraphics, ARuleThatIsSeenInItsPlaceIsDrawnLighterAndNotGone) {
  const Judged j;
  PartEvidence lighter = j.gone;
  lighter.gain = 0.17, lighter.gain_sigma = 0.02, lighter.correlation = 0.95;
  EXPECT_NE(j.of({lighter, lighter, lighter}).state, State::kAltered);
  lighter.gain_sigma = 0.05;  // chance would do
  EXPECT_EQ(j.of({lighter, lighter, lighter}).state, State::kAltered);
}

TEST(JudgeGraphics, AFaintRuleIsComparedWithOthersAsFaint) {
  Judged j;
  j.there.gain = 0.12, j.there.gain_sigma = 0.01;  // light rules print lighter still
  PartEvidence weak = j.gone;
  weak.gain = 0.1;
  EXPECT_NE(j.of({weak, weak, weak}).state, State::kAltered);
  j.there.gain = 1;
  EXPECT_EQ(j.of({weak, weak, weak}).state, State::kAltered);
}

// Of a picture that tells where it stands, on any paper.
struct Placed {
  PartEvidence there{
      .contrast = 0.2, .gain = 1, .correlation = 0.95, .shown = 1, .unsure_pt = 2, .placed = true};
  PartEvidence other{.contrast = 0.2,
                     .correlation = 0.2,
                     .shown = 1,
                     .unsure_pt = 2,
                     .placed = true,
                     .far_correlation = 0.4,
                     .far_looked = 1};
  State of(int there_count, int other_count) const {
    std::vector<PartEvidence> parts(static_cast<std::size_t>(there_count), there);
    parts.insert(parts.end(), static_cast<std::size_t>(other_count), other);
    return judge_graphics({{rule_of(parts.size(), Graphic::Kind::kPicture), parts}}, 2).front().state;
  }
};

TEST(JudgeGraphics, APlacedPictureIsAlteredWhereAQuarterOfItIsAnother) {
  const Placed p;
  EXPECT_EQ(p.of(12, 0), State::kVouched);
  EXPECT_EQ(p.of(9, 3), State::kAltered);
  EXPECT_EQ(p.of(10, 2), State::kUnreadable);  // too few
  EXPECT_EQ(p.of(20, 4), State::kUnreadable);  // too little
  EXPECT_EQ(p.of(2, 10), State::kUnreadable);  // too little tells its place
}

TEST(JudgeGraphics, WhatIsSeenBesideItsPlaceInAPlacedPictureIsCarried) {
  Placed p;
  p.other.far_correlation = 0.9;
  EXPECT_EQ(p.of(9, 3), State::kUnreadable);
}

TEST(JudgeGraphics, GlareOverAPartOfAPlacedPictureIsNoChange) {
  Placed p;
  p.other.shown = 0.1;
  EXPECT_EQ(p.of(9, 3), State::kUnreadable);
}

TEST(JudgeGraphics, APictureThatStandsWherePaperDoesNotGoIsNotVouchedFor) {
  Placed p;
  p.there.unsure_pt = 0.4;
  p.there.shift_pt = {3, 0};
  EXPECT_EQ(p.of(12, 0), State::kVouched);
  p.there.shift_pt = {6, 4};
  EXPECT_EQ(p.of(12, 0), State::kUnreadable);
}

TEST(JudgeGraphics, WhereThereIsNothingButPaperAPictureIsMissing) {
  GraphicEvidence picture{rule_of(12, Graphic::Kind::kPicture), {}};
  EXPECT_EQ(judge_graphics({picture}, 2).front().state, State::kUnreadable);
  picture.shown = 0.9;
  EXPECT_EQ(judge_graphics({picture}, 2).front().state, State::kUnreadable);
  picture.shown = 0.1;
  EXPECT_EQ(judge_graphics({picture}, 2).front().state, State::kAltered);
  EXPECT_TRUE(judge_graphics({picture}, 2).front().missing);
}

}  // namespace
}  // namespace barium::verify
