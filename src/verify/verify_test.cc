#include "verify/verify.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "align/synthetic_page_test.h"
#include "verify/added_ink.h"
#include "verify/glyph_cells.h"

namespace barium::verify {
namespace {

namespace synthetic = align::synthetic;

constexpr double kGlyphPt = 6, kSizePt = 10;

// Ten glyphs of four strokes each, the same wherever they stand.
std::vector<base::Box> strokes_of(char digit) {
  base::Rng rng(static_cast<std::uint64_t>(digit), "verify_test");
  std::vector<base::Box> strokes;
  for (int k = 0; k < 4; ++k) {
    const bool upright = rng.below(2) == 0;
    const double left = rng.uniform(0.3, upright ? 4.4 : 1.2), top = rng.uniform(-7, -1.2);
    strokes.push_back(upright ? base::Box{left, top, left + 0.9, std::min(0.0, top + 4)}
                              : base::Box{left, top, left + 3.6, top + 0.9});
  }
  return strokes;
}

void draw_word(synthetic::Page& page, std::size_t index, const std::string& text) {
  const page::Word& word = page.model.words[index];
  for (std::size_t i = 0; i < text.size(); ++i)
    for (const base::Box& s : strokes_of(text[i])) {
      const base::Vec2 at = word.origin + base::Vec2{static_cast<double>(i) * kGlyphPt, 0};
      page.ink.push_back({{at.x + s.x0, at.y + s.y0, at.x + s.x1, at.y + s.y1}, index});
    }
}

// Numbers of three to six digits, in lines.
synthetic::Page page_of_numbers() {
  synthetic::Page page;
  page.model.width_pt = 420, page.model.height_pt = 300;
  base::Rng rng(8, "numbers");
  for (int line = 0; line < 14; ++line)
    for (double x = 40; x < 330;) {
      page::Word word;
      for (std::size_t n = 3 + rng.below(4); word.text.size() < n;)
        word.text += static_cast<char>('0' + rng.below(10));
      word.length_pt = kGlyphPt * static_cast<double>(word.text.size());
      word.origin = {x, 50 + line * 16.0};
      word.along = {1, 0};
      word.box = {x, word.origin.y - 8, x + word.length_pt, word.origin.y + 2};
      word.size_pt = kSizePt;
      word.line = line;
      for (std::size_t i = 0; i < word.text.size(); ++i)
        word.pens.push_back(static_cast<float>(kGlyphPt) * static_cast<float>(i));
      const std::size_t index = page.model.words.size();
      page.model.words.push_back(word);
      if (x > 40) page.model.carriers.push_back({static_cast<std::uint32_t>(index), 0.25});
      draw_word(page, index, word.text);
      x += word.length_pt + 8;
    }
  return page;
}

struct Trial {
  synthetic::Page original = page_of_numbers();
  synthetic::Page shown = original;
  synthetic::Camera camera{.width = 1000, .height = 760};
  double px_per_pt = 2.2;
  bool negative = false;
  double bend_pt = 0;  // of the paper, steepest at its sides

  // The word now shows another text of as many glyphs.
  void change(std::size_t index, const std::string& text) {
    std::erase_if(shown.ink, [&](const synthetic::Ink& ink) { return ink.word == index; });
    draw_word(shown, index, text);
  }
  template <class Look>
  auto look(Look&& look) const {
    image::Warp warp;
    warp.homography.m = {px_per_pt, 0.03, 20, -0.02, px_per_pt, 25, 1e-5, 0, 1};
    const image::Homography flat = warp.homography;
    constexpr int kDegree = 6;
    warp.displacement = {{0, 0, shown.model.width_pt, shown.model.height_pt}, kDegree, {}, {}};
    warp.displacement.x.resize(image::SmoothField::coefficients(kDegree));
    warp.displacement.y = warp.displacement.x;
    warp.displacement.x[image::SmoothField::coefficients(kDegree - 1)] = bend_pt;
    image::GrayImage photo =
        synthetic::photograph(shown, synthetic::random_marks(shown.model, 5), warp, camera);
    const page::RegisteredPage page = synthetic::registered(original);
    const align::Alignment aligned = align::align_page(photo, page, flat);
    if (negative)
      for (std::uint8_t& level : photo.pixels()) level = static_cast<std::uint8_t>(std::max(0, 240 - level));
    return look(photo, page, aligned);
  }
  std::vector<WordFinding> findings() const {
    return look([](const auto& photo, const auto& page, const auto& aligned) {
      return verify_words(photo, page, aligned);
    });
  }
  BlankPaper blank_paper() const {
    return look([](const auto& photo, const auto& page, const auto& aligned) {
      const LaidPage laid = lay_page(photo, page, aligned);
      return look_at_blank_paper(laid, page, aligned, verify_words(photo, page, aligned),
                                 look_at_graphics(laid, page, aligned));
    });
  }
  // Strokes of digits where the page is blank.
  void write(base::Vec2 pen, const std::string& text) {
    for (std::size_t i = 0; i < text.size(); ++i)
      for (const base::Box& s : strokes_of(text[i])) {
        const double x = pen.x + static_cast<double>(i) * kGlyphPt;
        shown.ink.push_back({{x + s.x0, pen.y + s.y0, x + s.x1, pen.y + s.y1}, 0});
      }
  }
};

std::size_t count(const std::vector<WordFinding>& findings, WordState state) {
  return static_cast<std::size_t>(std::ranges::count(findings, state, &WordFinding::state));
}

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
  trial.bend_pt = 3;
  const auto findings = trial.findings();
  EXPECT_EQ(count(findings, WordState::kAltered), 0u);
  EXPECT_GT(count(findings, WordState::kVouched), findings.size() * 19 / 20);
}

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

TEST(GlyphCells, ALigatureIsOneGlyphOfSeveralCharacters) {
  page::Word word;
  word.text = "efficient", word.pens = {0, 5, 14, 19, 22, 27, 32};
  const std::u32string characters = characters_of_glyphs(word);
  ASSERT_EQ(characters.size(), word.pens.size());
  EXPECT_EQ(characters[1], 0xFB03u);
  EXPECT_EQ(text_of_glyphs(characters), word.text);
  word.pens.pop_back();
  EXPECT_TRUE(characters_of_glyphs(word).empty());
}

TEST(GlyphCells, LettersThatJoinAreKnown) {
  page::Word word;
  for (const char* text : {"word", "слово", "日本", "12.50"}) {
    word.text = text;
    EXPECT_FALSE(has_joined_letters(word)) << text;
  }
  word.text = "الشعوب";
  EXPECT_TRUE(has_joined_letters(word));
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
  trial.px_per_pt = 0.9;
  trial.camera = {.width = 420, .height = 330, .blur_px = 1.1, .noise = 12};
  trial.change(37, "000000");
  const auto findings = trial.findings();
  EXPECT_EQ(count(findings, WordState::kAltered), 0u);
  EXPECT_LT(count(findings, WordState::kVouched), findings.size() / 20);
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

TEST(BlankPaper, OfAPosterIsNotLookedAt) {
  page::RegisteredPage page;
  page.model.width_pt = page.model.height_pt = 5000;
  page.raster.picture = image::GrayImage(500, 500, 1, 255);
  const image::GrayImage photo(300, 300, 1, 200);
  const align::Alignment aligned = align::align_page(photo, page, image::Homography{});
  EXPECT_TRUE(
      look_at_blank_paper(lay_page(photo, page, aligned), page, aligned, {}, {}).judged.picture.empty());
}

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

TEST(Judge, AWordIsVouchedForOnlyIfEachGlyphWouldHaveBeenToldFromAnyOther) {
  CellEvidence coarse = kSharp;
  coarse.distance = 3;
  EXPECT_EQ(judge(ten_points(), evidence({kSharp, kSharp})).state, WordState::kVouched);
  const WordFinding finding = judge(ten_points(), evidence({kSharp, coarse}));
  EXPECT_EQ(finding.state, WordState::kUnreadable);
  EXPECT_EQ(finding.reason, Reason::kTooCoarse);
}

TEST(Judge, AWordWithAGlyphThatWasNotWeighedIsNotVouchedFor) {
  WordEvidence word = evidence({kSharp});
  word.glyphs = 2;
  EXPECT_EQ(judge(ten_points(), word).reason, Reason::kTooCoarse);
}

TEST(Judge, AWordThatLooksOddInAnyWayIsDoubtful) {
  CellEvidence towards_another = kSharp;
  towards_another.share = 0.4;
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
  EXPECT_EQ(judge(ten_points(), evidence({kSharp, snapped})).state, WordState::kVouched);
  CellEvidence towards_another = snapped, more = snapped, hardly_told = snapped;
  towards_another.share = 0.2, more.around = 0.01, hardly_told.distance = 8;
  for (const CellEvidence& cell : {towards_another, more, hardly_told})
    EXPECT_EQ(judge(ten_points(), evidence({kSharp, cell})).reason, Reason::kDoubtful);
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
