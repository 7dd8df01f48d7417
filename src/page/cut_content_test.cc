// A content stream that ends too early, at every byte: what was drawn before the cut is as it was, and a page
// whose compressed content does not unpack to its end says so.

#include <gtest/gtest.h>

#include "page/small_pdf.h"

namespace barium::page {
namespace {

// Every kind of operator and operand that text can stand between.
constexpr const char* kContent =
    "q 1 0 0 1 10 20 cm 0 0 590 780 re W n /L << /MCID 0 /ActualText <FEFF006F> >> BDC BT /F 10.5 Tf 12 TL 1 "
    "Tc\n"
    "100 700 Td (one \\(t\\167o\\) three) Tj [(fo) -20.5 (ur) -300 <66697665>] TJ % a comment (with) Tj\n"
    "T* (six \\\nseven) ' 2 1 (eight nine) \" 0 Tr 90 Tz 3 Ts (ten) Tj ET EMC Q\n"
    "BI /W 4 /H 2 /BPC 8 /CS /G ID (Tj)EI( EI BT /F 9 Tf 1 0 0 1 50 300 Tm (after) Tj ET\n"
    "/X Do /Span << /N [1 2 (three)] /B true >> BDC BT /F 8 Tf 50 200 Td (the end) Tj ET EMC";

Sample sample(const std::string& content) {
  return {.content = content,
          .resources = "/Font << /F 5 0 R >> /XObject << /X 6 0 R >>",
          .more = "6 0 obj " +
                  stream("BT /F 10 Tf 80 250 Td (in a form) Tj ET", "/Subtype /Form /BBox [0 0 600 800]") +
                  " endobj\n"};
}

// Whether a is what b begins with.
void expect_start(const PageContent& a, const PageContent& b, std::size_t cut) {
  ASSERT_LE(a.glyphs.size(), b.glyphs.size()) << "cut at " << cut;
  for (std::size_t i = 0; i < a.glyphs.size(); ++i) {
    EXPECT_EQ(a.glyphs[i].code, b.glyphs[i].code) << "cut at " << cut;
    EXPECT_EQ(a.glyphs[i].origin.x, b.glyphs[i].origin.x) << "cut at " << cut;
    EXPECT_EQ(a.glyphs[i].origin.y, b.glyphs[i].origin.y) << "cut at " << cut;
    EXPECT_EQ(a.glyphs[i].invisible, b.glyphs[i].invisible) << "cut at " << cut;
  }
}

TEST(CutContent, KeepsWhatWasDrawnBeforeTheCut) {
  const std::string whole = kContent;
  const OpenedPages full = open(sample(whole));
  ASSERT_EQ(full.pages[0].drawings.size(), 2u);
  EXPECT_EQ(word_of(full, "end").obstacle, Obstacle::kEdgeOfLine);
  std::size_t glyphs = 0;
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    const OpenedPages opened = open(sample(whole.substr(0, cut)));
    expect_start(opened.pages[0], full.pages[0], cut);
    EXPECT_GE(opened.pages[0].glyphs.size(), glyphs) << "cut at " << cut;
    glyphs = opened.pages[0].glyphs.size();
  }
  EXPECT_EQ(glyphs, full.pages[0].glyphs.size());
}

TEST(CutContent, MayBeJoinedAgainAtAnyBlankOutsideStrings) {
  const std::string whole = kContent;
  const OpenedPages full = open(sample(whole));
  const std::size_t image = whole.find("BI "), after = whole.find("BT /F 9");
  int depth = 0;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    depth += (whole[at] == '(') - (whole[at] == ')');
    const bool in_text = whole[at] == ' ' && depth == 0 && (at < whole.find('%') || at > whole.find("T* "));
    if (!in_text || (at >= image && at < after)) continue;
    Sample two = sample("");
    two.page_extra = "/Contents [7 0 R 8 0 R]";
    two.more += "7 0 obj " + stream(whole.substr(0, at)) + " endobj\n8 0 obj " +
                stream(whole.substr(at + 1)) + " endobj\n";
    const OpenedPages opened = open(two);
    ASSERT_EQ(opened.pages[0].glyphs.size(), full.pages[0].glyphs.size()) << "cut at " << at;
    expect_start(opened.pages[0], full.pages[0], at);
  }
}

}  // namespace
}  // namespace barium::page
