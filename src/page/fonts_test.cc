// Fonts of which the dictionary does not say all that placing their text takes.
//
// Truth from outside: the widths that poppler 22.12 (pdftotext -bbox) and mupdf 1.21 (mutool draw -F trace)
// use for the same fonts.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "page/small_pdf.h"

namespace barium::page {
namespace {

std::string embedded(const std::string& path, const char* key) {
  const base::Bytes bytes = base::read_file(path, 4u << 20);
  return "6 0 obj << /Type /FontDescriptor /FontName /X /Flags 32 /" + std::string(key) +
         " 7 0 R >> endobj\n7 0 obj " + stream(std::string(base::as_text(bytes))) + " endobj\n";
}

bool says(const OpenedPages& opened, const std::string& part) {
  const base::Notes& notes = opened.model.pages.at(0).notes;
  return std::ranges::any_of(notes,
                             [&](const auto& note) { return note.text.find(part) != std::string::npos; });
}

constexpr const char* kThree = "BT /F 100 Tf 50 700 Td (Wi lm) Tj (X) Tj ET";

TEST(FontsWithoutWidths, OfTheStandardFourteenHaveThoseOfTheStandard) {
  for (const char* name : {"Helvetica", "Arial", "ABCDEF+ArialMT"}) {
    const OpenedPages opened =
        open({.content = kThree,
              .font = "<< /Type /Font /Subtype /Type1 /BaseFont /" + std::string(name) + " >>"});
    EXPECT_NEAR(opened.pages[0].glyphs.at(1).origin.x, 144.4, 1e-9) << name;
    EXPECT_TRUE(opened.pages[0].shows.at(0).rewritable) << name;
  }
}

TEST(FontsWithoutWidths, TakeThoseOfTheEmbeddedProgramWhereProgramsAgree) {
  const std::string program = "/usr/share/fonts/type1/urw-base35/NimbusSans-Regular.t1";
  if (!std::filesystem::exists(program)) GTEST_SKIP() << "fonts-urw-base35 is not installed";
  const OpenedPages opened =
      open({.content = kThree,
            .font = "<< /Type /Font /Subtype /Type1 /BaseFont /ABCDEF+Nim /FontDescriptor 6 0 R >>",
            .more = embedded(program, "FontFile")});
  EXPECT_EQ(texts(opened), (Texts{"Wi", "lmX"}));
  EXPECT_NEAR(opened.pages[0].glyphs.at(1).origin.x, 144.4, 0.1);
  EXPECT_TRUE(opened.pages[0].shows.at(1).rewritable);
  EXPECT_TRUE(opened.model.pages[0].notes.empty());
}

TEST(FontsWithoutWidths, AreLeftAloneWhereProgramsDoNotAgree) {
  // poppler draws "i" of this font 94.4 pt behind "W", mupdf 98.8.
  const std::string program = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";
  if (!std::filesystem::exists(program)) GTEST_SKIP() << "fonts-dejavu-core is not installed";
  const OpenedPages opened =
      open({.content = kThree,
            .font = "<< /Type /Font /Subtype /TrueType /BaseFont /DejaVuSans /FontDescriptor 6 0 R /Encoding "
                    "/WinAnsiEncoding >>",
            .more = embedded(program, "FontFile2")});
  EXPECT_NEAR(opened.pages[0].glyphs.at(1).origin.x, 50 + 98.88, 0.1);
  EXPECT_FALSE(opened.pages[0].shows.at(0).rewritable);
  EXPECT_TRUE(opened.model.pages[0].carriers.empty());
  EXPECT_TRUE(says(opened, "DejaVuSans")) << "the page says which font";
}

TEST(FontsWithoutWidths, NeitherEmbeddedNorStandardAreLeftAloneUnlessOfOnePitch) {
  const std::string content = "BT /F 10 Tf 50 700 Td (one two three four) Tj ET";
  const OpenedPages unknown =
      open({.content = content, .font = "<< /Type /Font /Subtype /Type1 /BaseFont /Quaint >>"});
  EXPECT_EQ(texts(unknown).size(), 4u);
  // Both poppler and mupdf take Times where there is no descriptor: o is 500.
  EXPECT_NEAR(unknown.pages[0].glyphs.at(1).origin.x, 55, 1e-9);
  EXPECT_TRUE(unknown.model.pages[0].carriers.empty());
  EXPECT_FALSE(unknown.model.pages[0].unmarked_reason.empty());
  EXPECT_TRUE(says(unknown, "not embedded"));
  const OpenedPages fixed =
      open({.content = content,
            .font = "<< /Type /Font /Subtype /Type1 /BaseFont /Quaint /FontDescriptor 6 0 R >>",
            .more = "6 0 obj << /Type /FontDescriptor /FontName /Quaint /Flags 33 >> endobj\n"});
  EXPECT_NEAR(fixed.pages[0].glyphs.at(1).origin.x, 56, 1e-9);
  EXPECT_EQ(fixed.model.pages[0].carriers.size(), 2u);
}

TEST(FontsWithoutWidths, SpoilOnlyTheRestOfTheirLine) {
  const OpenedPages opened =
      open({.content =
                "BT /G 10 Tf 50 700 Td (one) Tj /F 10 Tf (two) Tj /G 10 Tf (three) Tj 0 -20 Td (a b c) Tj ET",
            .resources = "/Font << /F 5 0 R /G << /Subtype /Type1 /BaseFont /Helvetica >> >>",
            .font = "<< /Type /Font /Subtype /Type1 /BaseFont /Quaint >>"});
  const auto& shows = opened.pages[0].shows;
  ASSERT_EQ(shows.size(), 4u);
  EXPECT_TRUE(shows[0].rewritable);
  EXPECT_FALSE(shows[1].rewritable);
  EXPECT_FALSE(shows[2].rewritable);
  EXPECT_TRUE(shows[3].rewritable);
}

TEST(FontsWithoutWidths, OfCidFontsAreAsWideAsTheirDefault) {
  // 9.7.4.3: "The default value is 1000"; poppler and mupdf both take it, whatever the font program says.
  const OpenedPages opened =
      open({.content = "BT /F 100 Tf 50 700 Td <003A004C> Tj ET",
            .font = "<< /Type /Font /Subtype /Type0 /Encoding /Identity-H /DescendantFonts [6 0 R] >>",
            .more = "6 0 obj << /Subtype /CIDFontType2 >> endobj\n"});
  EXPECT_NEAR(opened.pages[0].glyphs.at(1).origin.x, 150, 1e-9);
}

// a paints, b does not, c has no procedure.
Sample type3(const std::string& content, const std::string& keys) {
  return {.content = content,
          .font =
              "<< /Type /Font /Subtype /Type3 /FontMatrix [0.01 0 0 0.01 0 0] /FontBBox [0 0 100 100] "
              "/CharProcs << /a 6 0 R /b 7 0 R >> /Encoding << /Differences [97 /a /b /c] >> " +
              keys + " >>",
          .more = "6 0 obj " + stream("80 0 0 0 70 70 d1 0 0 70 70 re f") + " endobj\n7 0 obj " +
                  stream("50 0 d0 1 0 0 1 3 4 cm q Q") + " endobj\n"};
}

TEST(Type3Fonts, ScaleTheirWidthsByTheFontMatrix) {
  const OpenedPages opened =
      open(type3("BT /F 100 Tf 50 700 Td (aba) Tj ET", "/FirstChar 97 /LastChar 99 /Widths [80 50 60]"));
  EXPECT_NEAR(opened.pages[0].glyphs.at(1).origin.x, 130, 1e-9);  // as mupdf
  EXPECT_NEAR(opened.pages[0].glyphs.at(2).origin.x, 180, 1e-9);
}

TEST(Type3Fonts, GlyphsThatPaintNothingAreNoInk) {
  const OpenedPages opened =
      open(type3("BT /F 100 Tf 50 700 Td (abac) Tj ET", "/FirstChar 97 /LastChar 99 /Widths [80 50 60]"));
  const auto& glyphs = opened.pages[0].glyphs;
  EXPECT_FALSE(glyphs.at(0).invisible);
  EXPECT_TRUE(glyphs.at(1).invisible);
  EXPECT_TRUE(glyphs.at(3).invisible);
  for (const Word& word : opened.model.pages[0].words)
    EXPECT_EQ(word.obstacle == Obstacle::kInvisible, word.text != "a") << word.text;
}

TEST(Type3Fonts, AnUnnamedGlyphThatPaintsNothingIsABlank) {
  Sample sample = type3("BT /F 100 Tf 50 700 Td (aba) Tj ET", "/FirstChar 97 /LastChar 98 /Widths [80 50]");
  const std::size_t at = sample.font.find("[97 /a /b");
  sample.font.replace(at, 9, "[97 /a /zz7");
  EXPECT_EQ(texts(open(sample)), (Texts{"a", "a"}));
}

TEST(Type3Fonts, WordsWithInkFarFromTheirPenAreLeftAlone) {
  // b is drawn a size to the left of its pen.
  const auto obstacle_of = [](const std::string& b_box) {
    Sample sample = type3("BT /F 20 Tf 50 700 Td 30 Tw (aa aa ab aa aa) Tj ET",
                          "/FirstChar 32 /LastChar 32 /Widths [80]");
    const std::string keys = "/FirstChar 32 /LastChar 32 /Widths [80]";
    std::string widths = "/FirstChar 32 /LastChar 98 /Widths [80";
    for (int code = 33; code <= 98; ++code) widths += code < 97 ? " 0" : " 80";
    sample.font.replace(sample.font.find(keys), keys.size(), widths + "]");
    sample.more = "6 0 obj " + stream("80 0 0 0 70 70 d1 0 0 70 70 re f") + " endobj\n7 0 obj " +
                  stream("80 0 " + b_box + " d1 0 0 10 10 re f") + " endobj\n";
    const OpenedPages opened = open(sample);
    const auto& words = opened.model.pages.at(0).words;
    EXPECT_EQ(words.size(), 5u);
    EXPECT_EQ(words.at(1).obstacle, Obstacle::kNone);
    return words.at(2).obstacle;
  };
  EXPECT_EQ(obstacle_of("5 0 60 70"), Obstacle::kNone);
  EXPECT_EQ(obstacle_of("-250 0 60 70"), Obstacle::kSprawling);
  EXPECT_EQ(obstacle_of("5 -250 60 70"), Obstacle::kSprawling);
}

TEST(Type3Fonts, OneBoxForAllGlyphsSaysNothingOfAny) {
  Sample sample = type3("BT /F 20 Tf 50 700 Td (a) Tj 90 0 Td (a) Tj 90 0 Td (a) Tj ET",
                        "/FirstChar 97 /LastChar 99 /Widths [80 50 60]");
  sample.more = "6 0 obj " + stream("80 0 -400 -400 900 900 d1 0 0 70 70 re f") + " endobj\n7 0 obj " +
                stream("50 0 -400 -400 900 900 d1 0 0 9 9 re f") + " endobj\n";
  EXPECT_EQ(open(sample).model.pages.at(0).words.at(1).obstacle, Obstacle::kNone);
}

TEST(Type3Fonts, WithoutWidthsAreReadButLeftAlone) {
  const OpenedPages opened = open(type3("BT /F 100 Tf 50 700 Td (aa) Tj ET", ""));
  EXPECT_NEAR(opened.pages[0].glyphs.at(1).origin.x, 130, 1e-9);  // what d1 says
  EXPECT_FALSE(opened.pages[0].shows.at(0).rewritable);
  EXPECT_TRUE(says(opened, "has no widths"));
}

struct Predefined {
  const char *cmap, *ordering, *string, *text;
};

// Strings made with iconv from the texts: UTF-16BE, CP932, EUC-CN, Big5, EUC-KR.
TEST(PredefinedCMaps, CutStringsAsTheirEncodingsDo) {
  for (const Predefined& p :
       std::initializer_list<Predefined>{{"UniJIS-UTF16-H", "Japan1", "65E5672C", "日本"},
                                         {"90ms-RKSJ-H", "Japan1", "93FA967B41", "日本A"},
                                         {"GBK-EUC-H", "GB1", "D6D0CEC4", "中文"},
                                         {"UniGB-UCS2-H", "GB1", "4E2D6587", "中文"},
                                         {"ETen-B5-H", "CNS1", "A4A4A4E5", "中文"},
                                         {"KSCms-UHC-H", "Korea1", "C7D1B1DB", "한글"}}) {
    const OpenedPages opened =
        open({.content = "BT /F 10 Tf 100 700 Td <" + std::string(p.string) + "> Tj ET",
              .font = "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /" + std::string(p.cmap) +
                      " /DescendantFonts [6 0 R] >>",
              .more = "6 0 obj << /Subtype /CIDFontType0 /CIDSystemInfo << /Registry (Adobe) /Ordering (" +
                      std::string(p.ordering) + ") /Supplement 2 >> >> endobj\n"});
    EXPECT_EQ(texts(opened), Texts{p.text}) << p.cmap;
  }
}

TEST(PredefinedCMaps, OfVerticalWritingGoDown) {
  const OpenedPages opened = open(
      {.content = "BT /F 10 Tf 100 700 Td <93FA967B> Tj ET",
       .font =
           "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /90ms-RKSJ-V /DescendantFonts [6 0 R] >>",
       .more = "6 0 obj << /Subtype /CIDFontType0 /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) "
               "/Supplement 2 >> >> endobj\n"});
  EXPECT_EQ(texts(opened), Texts{"日本"});
  EXPECT_NEAR(opened.model.pages[0].words.at(0).along.y, 1, 1e-12);
}

TEST(PredefinedCMaps, ThatAreNotInstalledAreNamed) {
  const OpenedPages opened = open(
      {.content = "BT /F 10 Tf 100 700 Td <00010002> Tj ET",
       .font = "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /NoSuch-H /DescendantFonts [6 0 R] >>",
       .more = "6 0 obj << /Subtype /CIDFontType0 >> endobj\n"});
  EXPECT_TRUE(opened.model.pages[0].carriers.empty());
  EXPECT_TRUE(says(opened, "NoSuch-H"));
  EXPECT_TRUE(says(opened, "poppler-data"));
}

}  // namespace
}  // namespace barium::page
