// What a program draws: sharp, each glyph on the picture's own pixels.

#include <gtest/gtest.h>

#include "verify/numbers_page_test.h"
#include "verify/verify.h"

namespace barium::verify {
namespace {

using namespace numbers;

std::vector<WordFinding> findings_on_screen(const synthetic::Page& original, const synthetic::Page& shown,
                                            double px_per_pt) {
  const Screen screen = on_screen(original, shown, px_per_pt);
  return verify_words(screen.picture, screen.page, screen.aligned);
}

class VerifyOnScreen : public testing::TestWithParam<double> {};

TEST_P(VerifyOnScreen, VouchesForGlyphsOnWholePixels) {
  const synthetic::Page original = page_of_numbers();
  const auto findings = findings_on_screen(original, original, GetParam());
  EXPECT_EQ(count(findings, WordState::kAltered), 0u);
  EXPECT_GT(count(findings, WordState::kVouched), findings.size() * 19 / 20);
}

TEST_P(VerifyOnScreen, FindsADigitAmongThemThatWasChanged) {
  Trial trial;
  const std::size_t index = 37;
  std::string after = trial.original.model.words[index].text;
  after[1] = after[1] == '3' ? '8' : '3';
  trial.change(index, after);
  const auto findings = findings_on_screen(trial.original, trial.shown, GetParam());
  EXPECT_EQ(count(findings, WordState::kAltered), 1u);
  EXPECT_EQ(findings[index].state, WordState::kAltered);
}

// However its words are rounded, and however far from them.
TEST(BlankPaperOnScreen, IsJudgedToTheEdgesOfThePage) {
  synthetic::Page original = page_of_numbers();
  original.model.height_pt = 900;
  const Screen screen = on_screen(original, original, 96 / 72.0);
  const LaidPage laid = lay_page(screen.picture, screen.page, screen.aligned);
  const BlankPaper blank = look_at_blank_paper(laid, screen.page, screen.aligned,
                                               verify_words(screen.picture, screen.page, screen.aligned), {});
  EXPECT_GT(blank.judged_share, 0.9);
  EXPECT_TRUE(blank.added.empty());
}

// Pixels a pt: screens of 96 and 115 dpi, a scan of 300.
INSTANTIATE_TEST_SUITE_P(Scales, VerifyOnScreen, testing::Values(96 / 72.0, 115 / 72.0, 300 / 72.0));

}  // namespace
}  // namespace barium::verify
