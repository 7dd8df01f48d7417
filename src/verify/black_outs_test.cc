#include "verify/black_outs.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "align/synthetic_page_test.h"

namespace barium::verify {
namespace {

namespace synthetic = align::synthetic;

constexpr std::size_t kWord = 37;

struct Trial {
  synthetic::Page original = synthetic::make_page(3, 20), shown = synthetic::make_page(3, 20);

  base::Box box() const { return original.model.words[kWord].box; }
  void cover(const base::Box& box) { shown.ink.push_back({box, 0}); }

  std::vector<WordFinding> findings() const {
    image::Warp warp;
    warp.homography.m = {2.2, 0.03, 20, -0.02, 2.2, 25, 1e-5, 0, 1};
    const image::GrayImage photo =
        synthetic::photograph(shown, synthetic::random_marks(shown.model, 5), warp, {});
    const page::RegisteredPage page = synthetic::registered(original);
    const align::Alignment aligned = align::align_page(photo, page, warp.homography);
    std::vector<WordFinding> findings = verify_words(photo, page, aligned);
    note_hidden_words(look_for_hidden_words(lay_page(photo, page, aligned), page, aligned), page.model,
                      findings);
    return findings;
  }
};

bool is_blacked_out(const WordFinding& finding) {
  return finding.state == WordState::kAltered && finding.what == Altered::kBlackedOut;
}

TEST(BlackOuts, AnHonestPageHasNone) {
  const auto findings = Trial().findings();
  EXPECT_EQ(std::ranges::count_if(findings, is_blacked_out), 0);
  EXPECT_EQ(std::ranges::count(findings, Reason::kCovered, &WordFinding::reason), 0);
}

TEST(BlackOuts, AWordUnderABarIsBlackedOutAndNoOtherIs) {
  Trial trial;
  trial.cover(trial.box().grown(2));
  const auto findings = trial.findings();
  EXPECT_TRUE(is_blacked_out(findings[kWord]));
  EXPECT_EQ(std::ranges::count_if(findings, is_blacked_out), 1);
}

TEST(BlackOuts, WhatASlantingThingHidesIsCovered) {
  Trial trial;
  const base::Box box = trial.box();
  for (double x = box.x0 - 20; x < box.x1 + 20; x += 1)
    trial.cover({x, box.centre().y - 9 + 0.3 * (x - box.centre().x), x + 1,
                 box.centre().y + 9 + 0.3 * (x - box.centre().x)});
  const auto findings = trial.findings();
  EXPECT_EQ(std::ranges::count_if(findings, is_blacked_out), 0);
  EXPECT_EQ(findings[kWord].reason, Reason::kCovered);
}

// A news site's, with its own letters.
TEST(BlackOuts, UnderACaptionAcrossTheSheetWordsAreCovered) {
  Trial trial;
  const base::Box box = trial.box();
  trial.cover({0, box.y0 - 12, trial.original.model.width_pt, box.y1 + 12});
  for (double x = 60; x < 300; x += 20) trial.shown.ink.push_back({{x, box.y0, x + 9, box.y1}, 230});
  const auto findings = trial.findings();
  EXPECT_EQ(std::ranges::count_if(findings, is_blacked_out), 0);
  EXPECT_EQ(std::ranges::count(findings, WordState::kAltered, &WordFinding::state), 0);
  EXPECT_EQ(findings[kWord].reason, Reason::kCovered);
}

TEST(BlackOuts, WhatIsBlackOnTheOriginalIsNone) {
  Trial trial;
  const base::Box box = trial.box().grown(2);
  trial.cover(box);
  trial.original.ink.push_back({box, 0});
  EXPECT_EQ(std::ranges::count_if(trial.findings(), is_blacked_out), 0);
}

}  // namespace
}  // namespace barium::verify
