// Text as ISO 32000-1:2008 lets it be drawn: rendering modes (9.3.6), forms in forms (8.10), inline images
// (8.9.7), turned pages (7.7.3.3), marked content (14.9.4), encryption with an empty password (7.6).
//
// Truth from outside: the places of the turned pages are those that `pdftotext -bbox` and `mutool draw -F
// trace` name for the same files.

#include <gtest/gtest.h>

#include <qpdf/Buffer.hh>
#include <qpdf/QPDFWriter.hh>

#include "page/small_pdf.h"

namespace barium::page {
namespace {

TEST(RenderingModes, ThreeAndSevenShowNothing) {
  for (int mode = 0; mode <= 7; ++mode) {
    const OpenedPages opened =
        open({.content = "BT /F 10 Tf " + std::to_string(mode) + " Tr 100 700 Td (one two three) Tj ET"});
    const bool seen = mode != 3 && mode != 7;
    EXPECT_EQ(word_of(opened, "two").obstacle == Obstacle::kInvisible, !seen) << mode;
    EXPECT_EQ(opened.model.pages[0].carriers.size(), seen ? 1u : 0u) << mode;
  }
}

TEST(RenderingModes, FromFourOnClipWhatFollows) {
  for (int mode = 0; mode <= 7; ++mode) {
    const OpenedPages opened =
        open({.content = "q BT /F 10 Tf " + std::to_string(mode) +
                         " Tr 100 700 Td (clip) Tj ET BT 0 Tr 300 300 Td (inside) Tj ET Q "
                         "BT /F 10 Tf 300 200 Td (after) Tj ET"});
    EXPECT_EQ(word_of(opened, "inside").obstacle == Obstacle::kInvisible, mode >= 4) << mode;
    EXPECT_NE(word_of(opened, "after").obstacle, Obstacle::kInvisible) << mode;
  }
}

TEST(Forms, InFormsMultiplyTheirMatricesAndKeepTheirState) {
  const Sample sample{
      .content = "2 Tc 2 0 0 2 0 0 cm /X Do BT /F 10 Tf 10 20 Td (ab) Tj ET",
      .resources = "/Font << /F 5 0 R >> /XObject << /X 6 0 R >>",
      .more =
          "6 0 obj " +
          stream("/F 5 Tf 1 0 0 1 3 4 cm /Y Do",
                 "/Subtype /Form /BBox [0 0 300 400] /Matrix [1 0 0 1 10 20] /Resources << /Font << /F 5 0 R "
                 ">> /XObject << /Y 7 0 R >> >>") +
          " endobj\n7 0 obj " + stream("BT 30 40 Td (in) Tj ET", "/Subtype /Form /BBox [0 0 300 400]") +
          " endobj\n"};
  const OpenedPages opened = open(sample);
  ASSERT_EQ(opened.pages[0].drawings.size(), 3u);
  // 2 (10 + 3 + 30), 800 - 2 (20 + 4 + 40); i is 222, and the form inherits Tc.
  EXPECT_NEAR(word_of(opened, "in").origin.x, 86, 1e-4);
  EXPECT_NEAR(word_of(opened, "in").origin.y, 672, 1e-4);
  EXPECT_NEAR(opened.pages[0].glyphs.at(1).origin.x, 86 + 2 * (5 * 0.222 + 2), 1e-9);
  EXPECT_NEAR(word_of(opened, "ab").size_pt, 20, 1e-4);  // the form's Tf ends with it
}

TEST(InlineImages, AreSkippedWhateverTheirBytesLookLike) {
  for (const char* image : {"BI /W 4 /H 2 /BPC 8 /CS /G ID (Tj) EI EI", "BI /W 2 /H 2 /IM true ID ab EI",
                            "BI /W 1 /H 1 /CS /RGB /BPC 8 /F /AHx ID 28292a> EI"}) {
    const OpenedPages opened = open({.content = std::string(image) + " BT /F 10 Tf 100 700 Td (word) Tj ET"});
    EXPECT_EQ(texts(opened), Texts{"word"}) << image;
    EXPECT_EQ(opened.pages[0].images.size(), 1u) << image;
  }
}

TEST(TurnedPages, AreReadAsTheyAreSeen) {
  struct Place {
    const char* turn;
    double x, y, along_x, along_y;
  };
  for (const Place& p : {Place{"0", 100, 100, 1, 0},
                         {"90", 700, 100, 0, 1},
                         {"180", 500, 700, -1, 0},
                         {"270", 100, 500, 0, -1},
                         {"-90", 100, 500, 0, -1},
                         {"450", 700, 100, 0, 1}}) {
    const OpenedPages opened = open(
        {.content = "BT /F 10 Tf 100 700 Td (word) Tj ET", .page_extra = "/Rotate " + std::string(p.turn)});
    const Word& word = word_of(opened, "word");
    EXPECT_NEAR(word.origin.x, p.x, 1e-3) << p.turn;
    EXPECT_NEAR(word.origin.y, p.y, 1e-3) << p.turn;
    EXPECT_NEAR(word.along.x, p.along_x, 1e-9) << p.turn;
    EXPECT_NEAR(word.along.y, p.along_y, 1e-9) << p.turn;
  }
}

TEST(ActualText, FromThePropertiesOrInUtf8SpeaksForItsGlyphs) {
  const Sample named{.content = "BT /F 10 Tf 100 700 Td /Span /P BDC (x) Tj (y) Tj EMC ET",
                     .resources = "/Font << /F 5 0 R >> /Properties << /P << /ActualText (off) >> >>"};
  EXPECT_EQ(texts(open(named)), Texts{"off"});
  const Sample utf8{.content =
                        "BT /F 10 Tf 100 700 Td /Span << /ActualText <EFBBBFC3A9> >> BDC (x) Tj EMC ET"};
  EXPECT_EQ(texts(open(utf8)), Texts{"\u00E9"});
}

TEST(Encryption, WithAnEmptyPasswordIsNoObstacle) {
  const std::string plain = pdf({.content = "BT /F 10 Tf 100 700 Td (one two three) Tj ET"});
  QPDF qpdf;
  qpdf.setSuppressWarnings(true);
  qpdf.processMemoryFile("plain.pdf", plain.data(), plain.size());
  QPDFWriter writer(qpdf);
  writer.setOutputMemory();
  writer.setStaticID(true);
  writer.setR6EncryptionParameters("", "owner", true, true, true, true, true, true, qpdf_r3p_full, true);
  writer.write();
  const auto buffer = writer.getBufferSharedPointer();
  PdfFile file({buffer->getBuffer(), buffer->getSize()}, {});
  ASSERT_TRUE(file.qpdf().isEncrypted());
  EXPECT_EQ(texts(open_pages(file)), (Texts{"one", "two", "three"}));
}

}  // namespace
}  // namespace barium::page
