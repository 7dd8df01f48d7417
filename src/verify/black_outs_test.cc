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

  // The line of the word is light on a dark head of a table.
  void on_dark_head() {
    const int line = original.model.words[kWord].line;
    const double y = original.model.words[kWord].origin.y;
    for (synthetic::Page* page : {&original, &shown}) {
      std::vector<synthetic::Ink> letters;
      for (synthetic::Ink ink : page->ink)
        if (page->model.words[ink.word].line == line) ink.adds = 180, letters.push_back(ink);
      std::erase_if(page->ink, [&](const auto& ink) { return page->model.words[ink.word].line == line; });
      page->ink.push_back({{30, y - 10, 390, y + 5}, 0, -200});
      page->ink.insert(page->ink.end(), letters.begin(), letters.end());
    }
  }
  base::Box burnt_out{};
  base::Box box() const { return original.model.words[kWord].box; }
  void cover(const base::Box& box) { shown.ink.push_back({box, 0, -255}); }
  double light_there = 1;  // on the word, of what falls elsewhere: less in a shadow with soft edges

  std::vector<WordFinding> findings() const {
    image::Warp warp;
    warp.homography.m = {2.2, 0.03, 20, -0.02, 2.2, 25, 1e-5, 0, 1};
    image::GrayImage photo = synthetic::photograph(shown, synthetic::random_marks(shown.model, 5), warp, {});
    for (int y = 0; y < photo.height(); ++y)
      for (int x = 0; x < photo.width(); ++x) {
        const double off = base::norm(warp.inverse({x + 0.5, y + 0.5}) - box().centre());
        const double light = std::clamp(light_there + (1 - light_there) * (off - 60) / 60, light_there, 1.0);
        photo.at(x, y) = static_cast<std::uint8_t>(light * photo.at(x, y));
        if (burnt_out.width() > 0 && burnt_out.contains(warp.inverse({x + 0.5, y + 0.5})))
          photo.at(x, y) = 255;
      }
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

TEST(BlackOuts, AnHonestDarkHeadHasNone) {
  Trial trial;
  trial.on_dark_head();
  EXPECT_EQ(std::ranges::count_if(trial.findings(), is_blacked_out), 0);
}

// As high as the ground, so that it has no edges there but the page's own.
TEST(BlackOuts, LightLettersAreGoneFromADarkHead) {
  Trial trial;
  trial.on_dark_head();
  trial.cover(trial.box().grown(2));
  const auto findings = trial.findings();
  EXPECT_TRUE(is_blacked_out(findings[kWord]));
  EXPECT_EQ(std::ranges::count_if(findings, is_blacked_out), 1);
}

TEST(BlackOuts, LettersThatNobodyWouldSeeInAShadowAreNotGone) {
  Trial trial;
  trial.on_dark_head();
  trial.light_there = 0.1;
  EXPECT_EQ(std::ranges::count_if(trial.findings(), is_blacked_out), 0);
}

// In a scan a logo's square may be taken for a word.
TEST(BlackOuts, ADarkSquareOfThePageItselfHidesNothing) {
  Trial trial;
  const base::Box box = trial.box();
  for (synthetic::Page* page : {&trial.original, &trial.shown}) {
    std::erase_if(page->ink, [](const auto& ink) { return ink.word == kWord; });
    page->ink.push_back({{box.x0 + 1, box.y0 + 1, box.x1 - 1, box.y1 - 1}, 0, -250});
  }
  EXPECT_EQ(std::ranges::count_if(trial.findings(), is_blacked_out), 0);
}

TEST(BlackOuts, WhatGlareHidesIsCovered) {
  Trial trial;
  trial.burnt_out = trial.box().grown(12);
  const auto findings = trial.findings();
  EXPECT_EQ(std::ranges::count(findings, WordState::kAltered, &WordFinding::state), 0);
  EXPECT_EQ(findings[kWord].reason, Reason::kCovered);
}

TEST(BlackOuts, ABarMayTouchAnother) {
  Trial trial;
  const base::Box box = trial.box();
  trial.cover(box.grown(2));
  trial.cover({box.x0 - 15, box.y1, box.centre().x, box.y1 + 8});
  EXPECT_TRUE(is_blacked_out(trial.findings()[kWord]));
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
