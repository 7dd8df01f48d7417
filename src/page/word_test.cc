#include "page/word.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace barium::page {
namespace {

PageModel sample() {
  PageModel page;
  page.width_pt = 595.276;
  page.height_pt = 841.89;
  for (int i = 0; i < 500; ++i) {
    Word word;
    word.text = i % 7 == 0 ? "größer" : "weekly";
    word.box = {72.5 + i, 100.25, 110.75 + i, 112.5};
    word.origin = {72.5 + i, 110.0};
    word.along = {1, 0};
    word.length_pt = 38.25;
    word.size_pt = 11;
    word.line = i / 12;
    word.obstacle = i % 12 == 0 ? Obstacle::kEdgeOfLine : Obstacle::kNone;
    if (word.obstacle == Obstacle::kNone) page.carriers.push_back({static_cast<std::uint32_t>(i), 0.25});
    page.words.push_back(word);
  }
  page.notes.push_back({"page.too_complex", "An oddity."});
  return page;
}

TEST(PageBlob, GivesBackWhatWasStored) {
  PageModel page = sample();
  page.words[3].pens = {0, stored_pen(5.51), stored_pen(5.51), stored_pen(31.99)};
  const PageModel back = parse_page(serialize(page));
  ASSERT_EQ(back.words.size(), page.words.size());
  for (std::size_t i = 0; i < page.words.size(); ++i) {
    EXPECT_EQ(back.words[i].text, page.words[i].text);
    EXPECT_EQ(back.words[i].box, page.words[i].box);
    EXPECT_EQ(back.words[i].line, page.words[i].line);
    EXPECT_EQ(back.words[i].obstacle, page.words[i].obstacle);
    EXPECT_EQ(back.words[i].pens, page.words[i].pens);
  }
  ASSERT_EQ(back.carriers.size(), page.carriers.size());
  EXPECT_EQ(back.carriers.back().word, page.carriers.back().word);
  EXPECT_EQ(back.carriers.back().shift_pt, 0.25);
  EXPECT_EQ(back.notes.at(0).text, "An oddity.");
  EXPECT_EQ(serialize(back), serialize(page));
}

TEST(PageBlob, OfFiveHundredWordsIsUnder25Kilobytes) { EXPECT_LT(serialize(sample()).size(), 25'000u); }

// The layout before pens were kept: vaults of that time are still read.
TEST(PageBlob, OfTheFirstLayoutHasNoPens) {
  PageModel page;
  page.words.push_back(sample().words[1]);
  page.words[0].text = "text at the end";
  base::Bytes bytes = serialize(page);
  const std::string text = page.words[0].text;
  const auto at = std::search(bytes.begin(), bytes.end(), text.begin(), text.end());
  bytes.erase(at + static_cast<std::ptrdiff_t>(text.size()));  // the count of pens
  bytes[3] = '1';
  const PageModel back = parse_page(bytes);
  ASSERT_EQ(back.words.size(), 1u);
  EXPECT_EQ(back.words[0].text, text);
  EXPECT_TRUE(back.words[0].pens.empty());
}

TEST(PageBlob, PensFarOutsideTheWordAreRefused) {
  PageModel page;
  page.words.push_back(sample().words[1]);
  page.words[0].text = "x";
  page.words[0].pens = {0, 1};
  base::Bytes bytes = serialize(page);
  const auto pens = std::find(bytes.begin(), bytes.end(), 'x') + 2;  // behind their count
  bytes.insert(pens, {0xff, 0xff, 0xff, 0xff, 0x7f});
  EXPECT_THROW(parse_page(bytes), base::Error);
}

TEST(PageBlob, CutAnywhereIsRefused) {
  const base::Bytes whole = serialize(sample());
  for (std::size_t size = 0; size < whole.size(); size += 1 + size / 50) {
    EXPECT_THROW(parse_page(base::ByteView(whole).first(size)), base::Error) << size;
  }
}

TEST(DocumentModel, NumbersCarriersThroughTheDocument) {
  DocumentModel document;
  document.pages = {sample(), PageModel{}, sample()};
  const std::size_t each = document.pages[0].carriers.size();
  EXPECT_EQ(document.first_carrier(0), 0u);
  EXPECT_EQ(document.first_carrier(2), each);
  EXPECT_EQ(document.carrier_count(), 2 * each);
}

}  // namespace
}  // namespace barium::page
