// What a program draws: sharp, each glyph on the picture's own pixels.

#include <gtest/gtest.h>

#include <cmath>

#include "verify/numbers_page_test.h"
#include "verify/verify.h"

namespace barium::verify {
namespace {

using namespace numbers;

// As a program draws a page on a screen: sharp, each glyph where its pen rounds to a whole pixel.
std::vector<WordFinding> findings_on_screen(const synthetic::Page& original, synthetic::Page shown,
                                            double px_per_pt) {
  const std::vector<double> marks = synthetic::random_marks(shown.model, 5);
  const auto rounded = [&](double pt) { return std::round(pt * px_per_pt) / px_per_pt; };
  for (synthetic::Ink& ink : shown.ink) {
    const page::Word& word = shown.model.words[ink.word];
    const double glyph = std::floor((ink.box.x0 - word.origin.x) / kGlyphPt);
    const double pen = word.origin.x + glyph * kGlyphPt + marks[ink.word];
    const double right = rounded(pen) - pen + marks[ink.word], down = rounded(word.origin.y) - word.origin.y;
    ink.box = {ink.box.x0 + right, ink.box.y0 + down, ink.box.x1 + right, ink.box.y1 + down};
  }
  const image::GrayImage screen = image::to_bytes(synthetic::draw(shown, px_per_pt, {}).view());
  image::Homography photo_from_page;
  photo_from_page.m = {px_per_pt, 0, 0, 0, px_per_pt, 0, 0, 0, 1};
  const page::RegisteredPage page = synthetic::registered(original);
  return verify_words(screen, page, align::align_page(screen, page, photo_from_page));
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

// Pixels a pt: screens of 96 and 115 dpi, a scan of 300.
INSTANTIATE_TEST_SUITE_P(Scales, VerifyOnScreen, testing::Values(96 / 72.0, 115 / 72.0, 300 / 72.0));

}  // namespace
}  // namespace barium::verify
