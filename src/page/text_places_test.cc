#include "page/text_places.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"

namespace barium::page {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(PartingCharacters, OfEqualTextsAreNone) { EXPECT_THAT(parting_characters("ab cd", "ab cd"), IsEmpty()); }

TEST(PartingCharacters, StandBeforeAGapThatCameWentOrChanged) {
  EXPECT_THAT(parting_characters("ab cd ef", "ab cdef"), ElementsAre(3));
  EXPECT_THAT(parting_characters("ab cd ef", "a b cd\nef"), ElementsAre(0, 3));
}

TEST(PartingCharacters, CountCharactersNotBytes) {
  EXPECT_THAT(parting_characters("\u0E01\u0E02 \U0001D449 x", "\u0E01\u0E02 \U0001D449x"), ElementsAre(2));
}

TEST(PartingCharacters, EndRunsThatStandElsewhere) {
  const auto parting =
      parting_characters("one two three four five six seven", "one five six two three four seven");
  EXPECT_FALSE(parting.empty());
}

TEST(PlacedCharacters, ReadPopplersXml) {
  const auto pages = placed_characters(Extractor::kPoppler,
                                       "<page width=\"9\">\n<line xMin=\"0\">\n<word xMin=\"10\" yMin=\"20\" "
                                       "xMax=\"30\" yMax=\"24\">a&amp;</word>\n"
                                       "</line>\n<page width=\"9\">\n");
  ASSERT_EQ(pages.size(), 2u);
  ASSERT_EQ(pages[0].size(), 2u);
  EXPECT_EQ(pages[0][1].character, U'&');
  EXPECT_EQ(pages[0][1].at.x, 25);
  EXPECT_EQ(pages[0][1].at.y, 22);
}

TEST(FindGap, PrefersTheNearestOfSeveral) {
  const auto printed = printed_characters("ab cd ab cd");
  std::vector<PlacedCharacter> placed;
  for (std::size_t i = 0; i < printed.size(); ++i)
    placed.push_back({printed[i].character, {static_cast<double>(i), 0}});
  const auto gaps = find_gap(printed, 5, placed);
  ASSERT_FALSE(gaps.empty());
  EXPECT_EQ(gaps[0].before.x, 5);
  EXPECT_EQ(gaps[0].after.x, 6);
}

// The truth is the programs' own: both must find every gap of a page at the place that the other names.
TEST(FindGap, AgreesBetweenExtractorsOnTheDemoDocument) {
  const base::Bytes pdf = base::read_file("demo/memorandum.pdf", 10'000'000);
  for (const Extractor extractor : {Extractor::kPoppler, Extractor::kMupdf}) {
    const auto placed = placed_characters(extractor, extract_placed(extractor, pdf, 1, 1));
    const auto printed = printed_characters(extract_pages(extractor, pdf, 1, 1).at(0));
    ASSERT_EQ(placed.size(), 1u);
    std::size_t gaps = 0, located = 0;
    for (std::size_t i = 0; i + 1 < printed.size(); ++i) {
      if (printed[i].gap.empty()) continue;
      ++gaps;
      located += find_gap(printed, i, placed[0]).empty() ? 0 : 1;
    }
    EXPECT_GT(gaps, 100u);
    EXPECT_EQ(located, gaps);
  }
}

}  // namespace
}  // namespace barium::page
