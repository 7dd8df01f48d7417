#include "verify/verify.h"

#include <gtest/gtest.h>

#include "verify/numbers_page_test.h"

namespace barium::verify {
namespace {

using namespace numbers;

TEST(Verify, VouchesForTheWordsOfAnHonestMarkedCopy) {
  const Trial trial;
  const auto findings = trial.findings();
  ASSERT_EQ(findings.size(), trial.original.model.words.size());
  EXPECT_EQ(count(findings, WordState::kAltered), 0u);
  EXPECT_GT(count(findings, WordState::kVouched), findings.size() * 3 / 4);
}

TEST(Verify, ADigitThatWasChangedIsFoundWithWhatItReadsNow) {
  Trial trial;
  const std::size_t index = 37;
  const std::string before = trial.original.model.words[index].text;
  std::string after = before;
  after[1] = after[1] == '3' ? '8' : '3';
  trial.change(index, after);
  const auto findings = trial.findings();
  EXPECT_EQ(count(findings, WordState::kAltered), 1u);
  ASSERT_EQ(findings[index].state, WordState::kAltered);
  ASSERT_EQ(findings[index].changes.size(), 1u);
  EXPECT_EQ(findings[index].changes[0].glyph, 1u);
  EXPECT_EQ(findings[index].changes[0].now, static_cast<char32_t>(after[1]));
  const base::Box box = trial.original.model.words[index].box;
  EXPECT_NEAR(findings[index].where.x0, box.x0 + kGlyphPt, 0.1);
  EXPECT_NEAR(findings[index].where.x1, box.x0 + 2 * kGlyphPt, 0.1);
}

// The words at the sides are a half narrower or wider than the page.
TEST(Verify, FollowsPaperThatBendsAwayAtItsSides) {
  Trial trial;
  for (const double bend_pt : {3.0, 7.0}) {
    trial.bend_pt = bend_pt;
    const auto findings = trial.findings();
    EXPECT_EQ(count(findings, WordState::kAltered), 0u);
    EXPECT_GT(count(findings, WordState::kVouched), findings.size() * 19 / 20) << bend_pt;
  }
}

TEST(Verify, AWordThatWasReplacedReadsAsWhatItSaysNow) {
  Trial trial;
  const std::size_t index = 37;
  std::string after = trial.original.model.words[index].text;
  for (char& c : after) c = static_cast<char>('0' + (c - '0' + 3) % 10);
  trial.change(index, after);
  const auto findings = trial.findings();
  ASSERT_EQ(findings[index].state, WordState::kAltered);
  std::string now = trial.original.model.words[index].text;
  for (const auto& [glyph, character] : findings[index].changes) now[glyph] = static_cast<char>(character);
  EXPECT_EQ(now, after);
  EXPECT_EQ(count(findings, WordState::kAltered), 1u);
}

TEST(Verify, AWordThatIsGoneIsMissing) {
  Trial trial;
  std::erase_if(trial.shown.ink, [](const synthetic::Ink& ink) { return ink.word == 37; });
  const auto findings = trial.findings();
  EXPECT_EQ(count(findings, WordState::kAltered), 1u);
  EXPECT_EQ(findings[37].state, WordState::kAltered);
  EXPECT_EQ(findings[37].what, Altered::kMissing);
}

TEST(Verify, AWordUnderABlackBarIsCoveredAndNotGone) {
  Trial trial;
  const auto& words = trial.original.model.words;
  ASSERT_EQ(words[37].line, words[39].line);
  const base::Box bar = base::united(words[37].box, words[39].box).grown(5);
  std::erase_if(trial.shown.ink, [](const auto& ink) { return ink.word >= 37 && ink.word <= 39; });
  trial.shown.ink.push_back({bar, 38});
  const auto findings = trial.findings();
  EXPECT_EQ(findings[38].state, WordState::kUnreadable);
  EXPECT_EQ(count(findings, WordState::kAltered), 0u);
}

TEST(Verify, WhereAChangeWouldNotBeSeenNothingIsVouchedForAndNothingIsCalledAltered) {
  Trial trial;
  trial.px_per_pt = 0.8;
  trial.camera = {.width = 380, .height = 300, .blur_px = 1.1, .noise = 12};
  trial.change(37, "000000");
  const auto findings = trial.findings();
  EXPECT_EQ(count(findings, WordState::kAltered), 0u);
  EXPECT_LT(count(findings, WordState::kVouched), findings.size() / 20);
}

// At a pixel a point letters are blurred into their neighbours, which are others where a glyph is taken from.
TEST(Verify, InACoarsePictureNoChangedDigitIsVouchedFor) {
  for (std::size_t first = 0; first < 3; ++first) {
    Trial trial;
    trial.px_per_pt = 1;
    trial.camera = {.width = 470, .height = 360, .blur_px = 1.1, .noise = 4};
    const std::vector<page::Word>& words = trial.original.model.words;
    for (std::size_t i = first; i < words.size(); i += 3) {
      std::string after = words[i].text;
      after[1] = static_cast<char>('0' + (after[1] - '0' + 1 + static_cast<int>(i % 9)) % 10);
      trial.change(i, after);
    }
    const auto findings = trial.findings();
    std::size_t honest = 0;
    for (std::size_t i = 0; i < words.size(); ++i) {
      const bool changed = i % 3 == first;
      EXPECT_NE(findings[i].state, changed ? WordState::kVouched : WordState::kAltered) << words[i].text;
      honest += !changed && findings[i].state == WordState::kVouched;
    }
    EXPECT_GT(honest, words.size() / 3);
  }
}

TEST(Verify, APictureOfSomethingElseVouchesForNothing) {
  const Trial trial;
  const page::RegisteredPage page = synthetic::registered(trial.original);
  const image::GrayImage grey(800, 600, 1, 128);
  const auto findings = verify_words(grey, page, align::align_page(grey, page, image::Homography{}));
  ASSERT_EQ(findings.size(), trial.original.model.words.size());
  EXPECT_EQ(count(findings, WordState::kUnreadable), findings.size());
}

TEST(Verify, APageWithoutWordsHasNoFindings) {
  page::RegisteredPage page;
  page.model.width_pt = page.model.height_pt = 100;
  page.raster.picture = image::GrayImage(278, 278, 1, 255);
  const image::GrayImage photo(300, 300, 1, 200);
  EXPECT_TRUE(verify_words(photo, page, align::align_page(photo, page, image::Homography{})).empty());
}

}  // namespace
}  // namespace barium::verify
