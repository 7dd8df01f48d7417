// The rules of verify.h's judge, one by one.

#include <gtest/gtest.h>

#include "verify/verify.h"

namespace barium::verify {
namespace {

page::Word ten_points() {
  page::Word word;
  word.box = {10, 10, 22, 20}, word.origin = {10, 18}, word.along = {1, 0}, word.length_pt = 12,
  word.size_pt = 10;
  return word;
}

WordEvidence evidence(std::vector<CellEvidence> cells) {
  return {.seen = WordEvidence::Seen::kYes, .placed = true, .correlation = 0.98, .cells = std::move(cells)};
}

const CellEvidence kSharp{
    .misfit = 1.2, .around = 0.02, .least_change = 9, .distance = 20, .share = 0.1, .left = 1.2};

// A glyph beside a sharp one is vouched for, and past any of its limits the word is doubtful.
void expect_limits(const CellEvidence& within, const std::vector<CellEvidence>& past) {
  EXPECT_EQ(judge(ten_points(), evidence({kSharp, within})).state, WordState::kVouched);
  for (std::size_t i = 0; i < past.size(); ++i)
    EXPECT_EQ(judge(ten_points(), evidence({kSharp, past[i]})).reason, Reason::kDoubtful) << i;
}

TEST(Judge, AWordIsVouchedForOnlyIfEachGlyphWouldHaveBeenToldFromAnyOther) {
  CellEvidence coarse = kSharp;
  coarse.distance = 3;
  EXPECT_EQ(judge(ten_points(), evidence({kSharp, kSharp})).state, WordState::kVouched);
  const WordFinding finding = judge(ten_points(), evidence({kSharp, coarse}));
  EXPECT_EQ(finding.state, WordState::kUnreadable);
  EXPECT_EQ(finding.reason, Reason::kTooCoarse);
}

// The other glyph would show 1 of the change into it, give or take 1 / distance.
TEST(Judge, WhatIsShownIsThreeDeviationsFromAnyOtherGlyph) {
  CellEvidence near = kSharp;
  near.distance = 4, near.share = 0.2;
  EXPECT_EQ(judge(ten_points(), evidence({kSharp, near})).state, WordState::kVouched);
  near.share = 0.3;
  EXPECT_EQ(judge(ten_points(), evidence({kSharp, near})).reason, Reason::kTooCoarse);
  near.distance = 4.4;
  EXPECT_EQ(judge(ten_points(), evidence({kSharp, near})).state, WordState::kVouched);
}

TEST(Judge, AGlyphThatIsOddAndSurelyItselfIsVouchedFor) {
  CellEvidence odd = kSharp;
  odd.misfit = odd.left = 5.8, odd.around = 0.05, odd.share = 0.2, odd.distance = 6;
  CellEvidence odder = odd, towards_another = odd, nearer = odd;
  odder.misfit = 6.2, towards_another.share = 0.25, nearer.distance = 5.5;
  CellEvidence read_as_another = odd;
  read_as_another.is_other = true, read_as_another.left = 2;
  expect_limits(odd, {odder, towards_another, nearer, read_as_another});
}

TEST(Judge, AWordWithAGlyphThatWasNotWeighedIsNotVouchedFor) {
  WordEvidence word = evidence({kSharp});
  word.glyphs = 2;
  EXPECT_EQ(judge(ten_points(), word).reason, Reason::kTooCoarse);
}

TEST(Judge, AWordThatLooksOddInAnyWayIsDoubtful) {
  CellEvidence towards_another = kSharp;
  towards_another.share = 0.45;
  EXPECT_EQ(judge(ten_points(), evidence({kSharp, towards_another})).reason, Reason::kDoubtful);
  WordEvidence unlike = evidence({kSharp}), pale = evidence({kSharp});
  unlike.unlike = 4, pale.gain = 0.2;
  EXPECT_EQ(judge(ten_points(), unlike).reason, Reason::kDoubtful);
  EXPECT_EQ(judge(ten_points(), pale).reason, Reason::kDoubtful);
}

// Of a picture without noise, where the others leave next to nothing.
TEST(Judge, AGlyphThatARendererSnappedIsNotOdd) {
  CellEvidence snapped = kSharp;
  snapped.misfit = snapped.left = 8, snapped.around = 0.008;
  CellEvidence towards_another = snapped, more = snapped, hardly_told = snapped;
  towards_another.share = 0.2, more.around = 0.01, hardly_told.distance = 8;
  expect_limits(snapped, {towards_another, more, hardly_told});
}

// Farther from any other, it may look more like one.
TEST(Judge, AGlyphThatIsHardlyOffAndFarFromAnyOtherIsNotOdd) {
  CellEvidence off = kSharp;
  off.misfit = off.left = 7, off.around = 0.007, off.share = 0.2, off.distance = 25;
  CellEvidence more = off, towards_another = off, nearer = off;
  more.around = 0.008, towards_another.share = 0.28, nearer.distance = 18;
  expect_limits(off, {more, towards_another, nearer});
}

TEST(Judge, WhatLooksOddIsAlteredOnlyIfOtherGlyphsExplainTheWholeWord) {
  const CellEvidence other{.t0 = 6,
                           .t1 = 12,
                           .misfit = 12,
                           .around = 0.02,
                           .least_change = 9,
                           .distance = 20,
                           .share = 1,
                           .is_other = true,
                           .other = U'8',
                           .left = 2,
                           .glyph = 1};
  CellEvidence crease = kSharp, unexplained = other, uncertain = other;
  crease.misfit = crease.left = 12;
  unexplained.left = 9;
  uncertain.distance = 6;
  const WordFinding altered = judge(ten_points(), evidence({kSharp, other}));
  EXPECT_EQ(altered.state, WordState::kAltered);
  EXPECT_EQ(altered.where.x0, 16);
  EXPECT_LT(altered.p_value, 0.01);
  EXPECT_EQ(judge(ten_points(), evidence({kSharp, crease})).reason, Reason::kDoubtful);
  EXPECT_EQ(judge(ten_points(), evidence({kSharp, unexplained})).reason, Reason::kDoubtful);
  EXPECT_EQ(judge(ten_points(), evidence({kSharp, uncertain})).reason, Reason::kDoubtful);
  EXPECT_EQ(judge(ten_points(), evidence({crease, other})).reason, Reason::kDoubtful);
  // Many times what is left of others, and yet next to none of its ink.
  unexplained.around = 0.008;
  EXPECT_EQ(judge(ten_points(), evidence({kSharp, unexplained})).state, WordState::kAltered);
}

TEST(Judge, OnRoughPaperAnotherGlyphIsToldMoreSurely) {
  CellEvidence other = kSharp;
  other.misfit = 7, other.around = 0.09, other.distance = 9, other.share = 1, other.is_other = true;
  EXPECT_EQ(judge(ten_points(), evidence({kSharp, other})).state, WordState::kAltered);
  other.around = 0.11;
  EXPECT_EQ(judge(ten_points(), evidence({kSharp, other})).reason, Reason::kDoubtful);
  other.distance = 11;
  EXPECT_EQ(judge(ten_points(), evidence({kSharp, other})).state, WordState::kAltered);
}

TEST(Judge, BlankPaperIsAMissingWordOnlyWhereThePaperKeepsItsWordsInPlace) {
  WordEvidence blank{
      .seen = WordEvidence::Seen::kYes, .placed = false, .inked = 0.05, .support = 3, .page_placed = 0.99};
  EXPECT_EQ(judge(ten_points(), blank).what, Altered::kMissing);
  WordEvidence blacked_out = blank;
  blacked_out.darker = 0.9;
  EXPECT_EQ(judge(ten_points(), blacked_out).reason, Reason::kCovered);
  blank.page_placed = 0.8;
  EXPECT_EQ(judge(ten_points(), blank).state, WordState::kUnreadable);
}

TEST(Judge, WhatCannotBeSeenIsUnreadable) {
  WordEvidence faint{.seen = WordEvidence::Seen::kFaint}, outside{.seen = WordEvidence::Seen::kOutOfView};
  EXPECT_EQ(judge(ten_points(), faint).reason, Reason::kFaint);
  EXPECT_EQ(judge(ten_points(), outside).reason, Reason::kOutOfView);
  WordEvidence lost{.seen = WordEvidence::Seen::kNotThere};
  EXPECT_EQ(judge(ten_points(), lost).reason, Reason::kDoubtful);
  EXPECT_EQ(judge(ten_points(), evidence({})).state, WordState::kUnreadable);
}

}  // namespace
}  // namespace barium::verify
