#include "verify/verdict.h"

#include <gtest/gtest.h>

namespace barium::verify {
namespace {

struct Page {
  std::vector<WordFinding> words{100, {.state = WordState::kVouched}};
  BlankPaper blank{.judged_share = 1};
  std::vector<GraphicFinding> graphics{
      10, {.state = GraphicFinding::State::kVouched, .kind = Graphic::Kind::kRule}};

  PageVerdict judged() const { return judge_page(words, blank, graphics); }
  void expect_lack(Lack lack) const {
    EXPECT_EQ(judged().verdict, Verdict::kUndetermined);
    EXPECT_EQ(judged().lacks, std::vector{lack});
  }
};

TEST(Verdict, APageOfWhichAllIsSeenAndNothingDiffersIsGenuine) {
  Page page;
  page.words[3].state = WordState::kUnreadable, page.words[3].reason = Reason::kTooCoarse;
  page.words[4].state = WordState::kUnreadable, page.words[4].reason = Reason::kFaint;
  EXPECT_EQ(page.judged().verdict, Verdict::kGenuine);
  EXPECT_TRUE(page.judged().lacks.empty());
}

TEST(Verdict, OneThingThatDiffersMakesItAltered) {
  Page word, ink, rule;
  word.words[7].state = WordState::kAltered;
  ink.blank.added.emplace_back();
  rule.graphics[2].state = GraphicFinding::State::kAltered;
  for (const Page& page : {word, ink, rule}) EXPECT_EQ(page.judged().verdict, Verdict::kAltered);
}

TEST(Verdict, OneWordThatLooksOddOrCannotBeSeenIsEnoughToLeaveItOpen) {
  for (const Reason reason : {Reason::kDoubtful, Reason::kCovered, Reason::kOutOfView}) {
    Page page;
    page.words[7] = {.reason = reason};
    page.expect_lack(reason == Reason::kOutOfView ? Lack::kOutOfView : Lack::kDoubtful);
  }
}

TEST(Verdict, SomeWordsMayBeHardlyOddByChance) {
  Page page;
  for (std::size_t i = 0; i < 2; ++i) page.words[i] = {.reason = Reason::kDoubtful, .hardly_odd = true};
  EXPECT_EQ(page.judged().verdict, Verdict::kGenuine);
  page.words[2] = page.words[1];
  page.expect_lack(Lack::kDoubtful);
}

TEST(Verdict, ACoarsePictureLeavesItOpen) {
  Page page;
  for (std::size_t i = 0; i < 11; ++i) page.words[i] = {.reason = Reason::kTooCoarse};
  page.expect_lack(Lack::kTooCoarse);
}

TEST(Verdict, APageWithoutWordsIsNotGenuine) {
  Page page;
  page.words.clear();
  page.expect_lack(Lack::kTooCoarse);
}

TEST(Verdict, PicturesAndMostRulesMustBeVouchedFor) {
  Page picture, rules;
  picture.graphics[0] = {.state = GraphicFinding::State::kUnreadable, .kind = Graphic::Kind::kPicture};
  picture.expect_lack(Lack::kGraphics);
  for (std::size_t i = 0; i < 6; ++i) rules.graphics[i].state = GraphicFinding::State::kUnreadable;
  rules.expect_lack(Lack::kGraphics);
}

TEST(Verdict, BlankPaperMustHaveBeenLookedAt) {
  Page page;
  page.blank.judged_share = 0.5;
  page.expect_lack(Lack::kBlankPaper);
}

TEST(Verdict, DarkLinesOnItMayBeOfAPen) {
  Page page;
  page.blank.lines.push_back({.where = {100, 100, 200, 101}, .line = true});
  page.expect_lack(Lack::kLines);
}

TEST(Verdict, WhatIsLikeNoPageAndShowsTextIsNotOurs) {
  EXPECT_EQ(judge_unfound(0.8, 200), Verdict::kNotOurs);
  EXPECT_EQ(judge_unfound(0.8, 20), Verdict::kUndetermined);    // too little text
  EXPECT_EQ(judge_unfound(1.44, 467), Verdict::kUndetermined);  // like one of ours
}

}  // namespace
}  // namespace barium::verify
