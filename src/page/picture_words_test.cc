#include "page/picture_words.h"

#include <gtest/gtest.h>

#include "page/ink_levels.h"
#include "page/scan_test_page.h"

namespace barium::page {
namespace {

constexpr double kPxPerPt = 300.0 / 72;

TEST(PictureWords, AreTheDrawnOnesToThePixel) {
  const DrawnScan scan = draw_scan(1800, 1200, 1);
  const PictureWords found = find_picture_words(ink_levels(scan.bitmap), kPxPerPt, kLongestGapPt);
  ASSERT_EQ(found.words.size(), scan.words.size());
  for (std::size_t i = 0; i < scan.words.size(); ++i) EXPECT_EQ(found.words[i].ink, scan.words[i]) << i;
  EXPECT_EQ(found.words.back().line, scan.lines - 1);
}

TEST(PictureWords, AreTheSameInNegative) {
  const DrawnScan scan = draw_scan(1801, 700, 2);
  const auto words =
      find_picture_words(ink_levels(inverted_bits(scan.bitmap)), kPxPerPt, kLongestGapPt).words;
  EXPECT_EQ(words.size(), scan.words.size());
}

TEST(PictureWords, KnowTheirBaselineAndTheHeightOfTheirLetters) {
  const DrawnScan scan = draw_scan(1800, 400, 3);
  const PictureWords found = find_picture_words(ink_levels(scan.bitmap), kPxPerPt, kLongestGapPt);
  std::size_t on_baseline = 0;
  for (const PictureWord& word : found.words) {
    on_baseline += (word.baseline_y - 80) % 50 == 0 ? 1 : 0;
    EXPECT_NEAR(word.letter_height, 20, 1);
  }
  // Words of two letters with a tail each have theirs lower.
  EXPECT_GT(on_baseline, found.words.size() * 9 / 10);
}

TEST(PictureWords, LeaveRulesFramesAndDustOut) {
  DrawnScan scan = draw_scan(1800, 400, 4);
  fill(scan.bitmap, {60, 96, 1700, 98});
  fill(scan.bitmap, {30, 30, 34, 390});
  fill(scan.bitmap, {900, 52, 901, 53});
  const PictureWords found = find_picture_words(ink_levels(scan.bitmap), kPxPerPt, kLongestGapPt);
  EXPECT_EQ(found.words.size(), scan.words.size());
}

TEST(PictureWords, OfAnEmptyPageAndOfAPhotographAreNone) {
  image::Samples empty{300, 300, 1, {}};
  empty.rows.resize(empty.row_bytes() * 300);
  EXPECT_TRUE(find_picture_words(ink_levels(empty), kPxPerPt, kLongestGapPt).words.empty());
}

}  // namespace
}  // namespace barium::page
