// The interpreter and the word builder on small PDFs written here. Truth over real files comes from mupdf and
// poppler: bench/suites/core_words.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "page/content.h"
#include "page/shift.h"
#include "page/small_pdf.h"

namespace barium::page {
namespace {

TEST(OpenPages, FindsWordsBaselinesAndCarriers) {
  const OpenedPages opened = open({.content = "BT /F 10 Tf 100 700 Td (one two three four) Tj ET"});
  EXPECT_EQ(texts(opened), (Texts{"one", "two", "three", "four"}));
  const PageModel& page = opened.model.pages[0];
  EXPECT_EQ(page.width_pt, 600);
  EXPECT_NEAR(page.words[0].origin.x, 100, 1e-4);
  EXPECT_NEAR(page.words[0].origin.y, 100, 1e-4);  // from the top
  // Helvetica: o 556, n 556, e 556, space 278.
  EXPECT_NEAR(page.words[1].origin.x, 100 + 3 * 5.56 + 2.78, 1e-4);
  ASSERT_EQ(page.carriers.size(), 2u);
  EXPECT_EQ(page.carriers[0].word, 1u);
  EXPECT_EQ(page.words[0].obstacle, Obstacle::kEdgeOfLine);
  EXPECT_EQ(page.words[3].obstacle, Obstacle::kEdgeOfLine);
  EXPECT_NEAR(page.carriers[0].shift_pt, 0.25, 1e-3);
}

TEST(OpenPages, PiecesPointAtTheBytesOfTheirWord) {
  const OpenedPages opened = open({.content = "BT /F 10 Tf 100 700 Td [(on) 20 (e t) (wo) -400 (x)] TJ ET"});
  EXPECT_EQ(texts(opened), (Texts{"one", "two", "x"}));
  const auto& pieces = opened.pages[0].words.at(1);
  ASSERT_EQ(pieces.size(), 1u);
  EXPECT_EQ(pieces[0].first_element, 2u);
  EXPECT_EQ(pieces[0].first_byte, 2u);
  EXPECT_EQ(pieces[0].last_element, 3u);
  EXPECT_EQ(pieces[0].last_byte, 2u);
  const ShowOperator& show = opened.pages[0].shows.at(0);
  const auto& bytes = opened.streams.at(show.stream).decoded;
  EXPECT_EQ(std::string(bytes.begin() + show.begin, bytes.begin() + show.end),
            "[(on) 20 (e t) (wo) -400 (x)] TJ");
}

TEST(OpenPages, AWordMaySpanShowOperators) {
  const OpenedPages opened = open(
      {.content = "BT /F 10 Tf 1 0 0 1 100 700 Tm (t) Tj 1 0 0 1 102.78 700 Tm (w) Tj 1 0 0 1 110 700 Tm "
                  "(o) Tj ET"});
  EXPECT_EQ(texts(opened), Texts{"two"});
  EXPECT_EQ(opened.pages[0].words.at(0).size(), 3u);
}

TEST(OpenPages, ObeysTextState) {
  // Tc 1, Tw 5, Tz 50, rise 3: each advance is ((w0 Tfs) + Tc + Tw) Th.
  const OpenedPages opened = open({.content = "BT /F 10 Tf 1 Tc 5 Tw 50 Tz 3 Ts 100 700 Td (a b) Tj ET"});
  const auto& glyphs = opened.pages[0].glyphs;
  ASSERT_EQ(glyphs.size(), 3u);
  EXPECT_NEAR(glyphs[0].origin.y, 97, 1e-9);
  EXPECT_NEAR(glyphs[1].origin.x, 100 + (5.56 + 1) * 0.5, 1e-9);
  EXPECT_NEAR(glyphs[2].origin.x, glyphs[1].origin.x + (2.78 + 1 + 5) * 0.5, 1e-9);
}

TEST(OpenPages, QuoteOperatorsMoveToTheNextLine) {
  const OpenedPages opened =
      open({.content = "BT /F 10 Tf 12 TL 100 700 Td (first) Tj (second) ' 3 1 (third) \" ET"});
  EXPECT_NEAR(word_of(opened, "second").origin.y, 112, 1e-4);
  EXPECT_NEAR(word_of(opened, "third").origin.y, 124, 1e-4);
  const ShowOperator& last = opened.pages[0].shows.at(2);
  const auto& bytes = opened.streams[last.stream].decoded;
  const auto raw = [&](std::size_t i) {
    return std::string(bytes.begin() + last.spacing[i][0], bytes.begin() + last.spacing[i][1]);
  };
  EXPECT_EQ(raw(0), "3");
  EXPECT_EQ(raw(1), "1");
}

TEST(OpenPages, AppliesRotationCropBoxAndUserUnit) {
  const Sample sample{.content = "BT /F 10 Tf 100 700 Td (word) Tj ET",
                      .page_extra = "/CropBox [50 50 550 750] /Rotate 90 /UserUnit 2"};
  const OpenedPages opened = open(sample);
  const PageModel& page = opened.model.pages[0];
  EXPECT_EQ(page.width_pt, 1400);
  EXPECT_EQ(page.height_pt, 1000);
  EXPECT_NEAR(page.words.at(0).origin.x, 1300, 1e-3);
  EXPECT_NEAR(page.words[0].origin.y, 100, 1e-3);
  EXPECT_NEAR(page.words[0].along.y, 1, 1e-12);
  EXPECT_NEAR(page.words[0].size_pt, 20, 1e-5);
}

TEST(OpenPages, NegativeSizesAndFlippedMatricesAdvanceAlongTheirPen) {
  const OpenedPages opened =
      open({.content = "1 0 0 -1 0 800 cm BT /F 10 Tf 1 0 0 -1 100 100 Tm (down) Tj ET"});
  EXPECT_NEAR(word_of(opened, "down").origin.y, 100, 1e-4);
  EXPECT_NEAR(word_of(opened, "down").along.x, 1, 1e-12);
  EXPECT_LT(word_of(opened, "down").box.y0, 100);
}

// Subsets of LibreOffice number their glyphs in the order of their use: the 32nd is any letter.
TEST(OpenPages, Code32IsALetterWhereTheFontSaysSo) {
  const OpenedPages opened =
      open({.content = "BT /F 10 Tf 100 700 Td [(a)-600( bc)-600(d)] TJ ET",
            .font = "<< /Type /Font /Subtype /TrueType /BaseFont /AAAAAA+Subset /FirstChar 32 /LastChar 127 "
                    "/Widths [" +
                    [] {
                      std::string widths;
                      for (int i = 32; i < 128; ++i) widths += "500 ";
                      return widths;
                    }() +
                    "] /ToUnicode 6 0 R >>",
            .more = "6 0 obj " + stream("1 beginbfchar <20> <0043> endbfchar") + " endobj\n"});
  EXPECT_EQ(texts(opened), (Texts{"a", "Cbc", "d"}));
}

TEST(OpenPages, DifferencesAndToUnicodeGiveTheText) {
  const OpenedPages opened = open(
      {.content = "BT /F 10 Tf 100 700 Td (\\001\\002\\003) Tj ET",
       .font = "<< /Type /Font /Subtype /Type1 /BaseFont /X /FirstChar 1 /LastChar 3 /Widths [500 500 500] "
               "/Encoding << /Differences [1 /f_i /uni0416 /Aacute] >> >>"});
  EXPECT_EQ(texts(opened), Texts{"fi\u0416\u00C1"});
}

TEST(OpenPages, CompositeFontsTakeTwoByteCodesAndTheirWidths) {
  const Sample sample{
      .content = "BT /F 10 Tf 100 700 Td <000100020003> Tj ET",
      .font =
          "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /ToUnicode 7 0 R "
          "/DescendantFonts [6 0 R] >>",
      .more = "6 0 obj << /Subtype /CIDFontType2 /DW 400 /W [1 [300] 3 3 700] >> endobj\n7 0 obj " +
              stream("1 begincodespacerange <0000> <FFFF> endcodespacerange 2 beginbfrange <0001> <0002> "
                     "<0041> <0003> <0003> [<D83DDE00>] endbfrange") +
              " endobj\n"};
  const OpenedPages opened = open(sample);
  EXPECT_EQ(texts(opened), Texts{"AB\U0001F600"});
  const auto& glyphs = opened.pages[0].glyphs;
  ASSERT_EQ(glyphs.size(), 3u);
  EXPECT_NEAR(glyphs[1].origin.x, 103, 1e-9);
  EXPECT_NEAR(glyphs[2].origin.x, 107, 1e-9);
  EXPECT_NEAR(glyphs[2].width_pt, 7, 1e-9);
}

TEST(OpenPages, PredefinedCMapsComeFromPopplerData) {
  // UniJIS-UTF16-H: <65E5 672C> is 日本; both full width.
  const Sample sample{.content = "BT /F 10 Tf 100 700 Td <65E5672C> Tj ET",
                      .font =
                          "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /UniJIS-UTF16-H "
                          "/DescendantFonts [6 0 R] >>",
                      .more =
                          "6 0 obj << /Subtype /CIDFontType0 /CIDSystemInfo << /Registry (Adobe) /Ordering "
                          "(Japan1) /Supplement 2 >> >> endobj\n"};
  EXPECT_EQ(texts(open(sample)), Texts{"日本"});
}

TEST(OpenPages, VerticalWritingGoesDown) {
  const Sample sample{.content = "BT /F 10 Tf 100 700 Td <00010002> Tj ET",
                      .font =
                          "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-V "
                          "/DescendantFonts [6 0 R] >>",
                      .more = "6 0 obj << /Subtype /CIDFontType0 >> endobj\n"};
  const OpenedPages opened = open(sample);
  const Word& word = opened.model.pages[0].words.at(0);
  EXPECT_NEAR(word.along.y, 1, 1e-12);
  EXPECT_NEAR(word.length_pt, 20, 1e-4);
  EXPECT_GT(exact_shift(opened.pages[0].shows.at(0), word.along, 0.25).shift_pt, 0);
}

TEST(OpenPages, SharedFormsAreNotRewritableUnlessCloned) {
  const Sample sample{
      .content = "/X Do 1 0 0 1 0 -100 cm /X Do",
      .resources = "/Font << /F 5 0 R >> /XObject << /X 6 0 R >>",
      .more = "6 0 obj " +
              stream("BT /F 10 Tf 100 700 Td (one two three) Tj ET", "/Subtype /Form /BBox [0 0 600 800]") +
              " endobj\n"};
  const OpenedPages opened = open(sample);
  EXPECT_EQ(texts(opened).size(), 6u);
  EXPECT_EQ(word_of(opened, "two").obstacle, Obstacle::kNotRewritable);
  const std::uint32_t form = opened.pages[0].drawings.at(1).stream;
  EXPECT_EQ(opened.streams.at(form).draws, 2u);
  EXPECT_EQ(opened.pages[0].drawings[1].name, "X");
  EXPECT_EQ(open(sample, {}, CloneShared::kYes).model.pages[0].carriers.size(), 2u);
}

TEST(OpenPages, AFormThatDrawsItselfEnds) {
  const Sample sample{.content = "/X Do",
                      .resources = "/XObject << /X 6 0 R >>",
                      .more = "6 0 obj " +
                              stream("/X Do", "/Subtype /Form /Resources << /XObject << /X 6 0 R >> >>") +
                              " endobj\n"};
  EXPECT_EQ(open(sample).pages[0].drawings.size(), 2u);
}

TEST(OpenPages, InvisibleClippedAndOutsideTextCarriesNothing) {
  const OpenedPages opened =
      open({.content = "BT /F 10 Tf 3 Tr 100 700 Td (hidden) Tj 0 Tr 0 -20 Td (seen) Tj "
                       "2000 0 Td (outside) Tj ET q 0 0 10 10 re W n BT /F 10 Tf 300 300 "
                       "Td (clipped) Tj ET Q"});
  EXPECT_EQ(word_of(opened, "hidden").obstacle, Obstacle::kInvisible);
  EXPECT_EQ(word_of(opened, "outside").obstacle, Obstacle::kInvisible);
  EXPECT_EQ(word_of(opened, "clipped").obstacle, Obstacle::kInvisible);
  EXPECT_NE(word_of(opened, "seen").obstacle, Obstacle::kInvisible);
}

TEST(OpenPages, BoldFakedByDrawingTwiceIsOneWord) {
  const OpenedPages opened = open({.content = "BT /F 10 Tf 100 700 Td (bold) Tj 0.3 0 Td (bold) Tj ET"});
  EXPECT_EQ(texts(opened).size(), 1u);
  EXPECT_EQ(opened.pages[0].words.at(0).size(), 2u);
}

TEST(OpenPages, TextOnTextIsOverlapped) {
  const OpenedPages opened =
      open({.content = "BT /F 10 Tf 100 700 Td (aaa bbb ccc) Tj 0 -1 Td (xxx yyy zzz) Tj ET"});
  EXPECT_EQ(word_of(opened, "bbb").obstacle, Obstacle::kOverlapped);
}

TEST(OpenPages, NeighboursWithoutRoomAreTight) {
  // Gaps of 0.4 pt at 2 pt type would do; here words of different fonts touch.
  const OpenedPages opened = open({.content = "BT /F 10 Tf 0 Tw 100 700 Td [(aaa ) 150 (bbb ) 150 (ccc ) 150 "
                                              "(ddd )] TJ ET"});
  EXPECT_EQ(word_of(opened, "bbb").obstacle, Obstacle::kNone);  // 0.128 em = 1.28 pt apart
  const OpenedPages closer = open({.content = "BT /F 10 Tf 0 Tw 100 700 Td [(aaa ) 230 (bbb ) 230 (ccc ) 230 "
                                              "(ddd )] TJ ET"});
  EXPECT_EQ(word_of(closer, "bbb").obstacle, Obstacle::kNone);  // beside a word that stays: 0.48 pt suffice
  EXPECT_EQ(word_of(closer, "ccc").obstacle, Obstacle::kTight);
}

TEST(OpenPages, LinesWithoutSpacesAreCutIntoShortRuns) {
  const Sample sample{
      .content = "BT /F 10 Tf 100 700 Td <65E5672C65E5672C65E5672C65E5672C65E5672C65E5672C> Tj ET",
      .font =
          "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /UniJIS-UTF16-H /DescendantFonts [6 0 R] >>",
      .more =
          "6 0 obj << /Subtype /CIDFontType0 /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) "
          "/Supplement 2 >> >> endobj\n"};
  const OpenedPages opened = open(sample);
  EXPECT_EQ(opened.model.pages[0].words.size(), 4u);
  EXPECT_EQ(opened.model.pages[0].carriers.size(), 2u);
}

TEST(OpenPages, RightToLeftTextComesInLogicalOrder) {
  const Sample sample{.content = "BT /F 10 Tf 100 700 Td (\\001\\002\\003) Tj ET",
                      .font =
                          "<< /Type /Font /Subtype /Type1 /BaseFont /X /FirstChar 1 /LastChar 3 /Widths [500 "
                          "500 500] /Encoding << /Differences [1 /uni05DD /uni05D5 /uni05E9] >> >>"};
  EXPECT_EQ(texts(open(sample)), Texts{"\u05E9\u05D5\u05DD"});
}

TEST(OpenPages, ActualTextSpeaksForItsGlyphs) {
  const OpenedPages opened = open(
      {.content = "BT /F 10 Tf 100 700 Td (o) Tj /Span << /ActualText <FEFF00660066> >> BDC (x) Tj EMC ET"});
  EXPECT_EQ(texts(opened), Texts{"off"});
}

TEST(OpenPages, LayersThatAreOffAreInvisible) {
  Sample sample{.content =
                    "/OC /L BDC BT /F 10 Tf 100 700 Td (secret) Tj ET EMC BT /F 10 Tf 100 600 Td (open) Tj "
                    "ET",
                .resources = "/Font << /F 5 0 R >> /Properties << /L 6 0 R >>",
                .more =
                    "6 0 obj << /Type /OCG /Name (L) >> endobj\n1 0 obj << /Type /Catalog /Pages 2 0 R "
                    "/OCProperties << /OCGs [6 0 R] /D << /OFF [6 0 R] >> >> >> endobj\n"};
  const OpenedPages opened = open(sample);
  EXPECT_EQ(word_of(opened, "secret").obstacle, Obstacle::kInvisible);
  EXPECT_NE(word_of(opened, "open").obstacle, Obstacle::kInvisible);
}

TEST(OpenPages, OperandsMayComeFromAnotherPartOfTheContents) {
  const std::string whole = "BT /F 10 Tf 100 700 Td [(one) -500 (two)] TJ ET";
  const std::size_t expected = texts(open({.content = whole})).size();
  // Every blank outside a string is a place where the array of streams may be cut.
  for (std::size_t at = whole.find(' '); at != std::string::npos; at = whole.find(' ', at + 1)) {
    Sample sample{.content = "", .page_extra = "/Contents [6 0 R 7 0 R]"};
    sample.more = "6 0 obj " + stream(whole.substr(0, at)) + " endobj\n7 0 obj " +
                  stream(whole.substr(at + 1)) + " endobj\n";
    EXPECT_EQ(texts(open(sample)).size(), expected) << "cut at " << at;
  }
}

TEST(OpenPages, ABombIsALimit) {
  const Sample sample{.content = std::string(200'000, ' ')};
  ReadOptions options;
  options.max_content_bytes = 100'000;
  try {
    open(sample, options);
    FAIL() << "not refused";
  } catch (const base::Error& fault) {
    EXPECT_EQ(fault.code(), base::ErrorCode::kLimit);
  }
}

TEST(OpenPages, WhatIsNoPdfIsMalformed) {
  for (const std::string& bytes : {std::string(), std::string("hello"), std::string("%PDF-1.7\n%%EOF")}) {
    EXPECT_THROW(PdfFile(base::as_bytes(bytes), {}), base::Error);
  }
}

}  // namespace
}  // namespace barium::page
