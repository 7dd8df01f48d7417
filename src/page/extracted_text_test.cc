#include "page/extracted_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"

namespace barium::page {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::size_t> parting(const std::string& original, const std::string& changed) {
  return parting_tokens(tokens_of(original), tokens_of(changed));
}

TEST(ExtractPages, ReadsAPageTheSameAloneAndInARun) {
  const base::Bytes pdf = base::read_file("demo/memorandum.pdf", 10'000'000);
  for (const Extractor extractor : {Extractor::kPoppler, Extractor::kMupdf, Extractor::kPopplerLayout}) {
    const auto run = extract_pages(extractor, pdf, 1, 6);
    ASSERT_EQ(run.size(), 6u);
    for (std::size_t page = 1; page <= run.size(); ++page)
      EXPECT_EQ(extract_pages(extractor, pdf, page, page), std::vector{run[page - 1]}) << page;
  }
}

TEST(PartingTokens, OfEqualTextsAreNone) {
  EXPECT_THAT(parting("a few words\n", "a few words\n"), IsEmpty());
}

TEST(PartingTokens, StandBeforeTheBlankThatChanged) {
  EXPECT_THAT(parting("a few words\n", "a few\nwords\n"), ElementsAre(1));
  EXPECT_THAT(parting("a few words", "a  few words"), ElementsAre(0));
}

TEST(PartingTokens, AreThoseThatWereJoinedOrCut) {
  EXPECT_THAT(parting("a few words here", "a fewwords here"), ElementsAre(1, 2));
  EXPECT_THAT(parting("a few words here", "a few wo rds here"), ElementsAre(2));
}

TEST(PartingTokens, CountEveryPlace) {
  EXPECT_THAT(parting("1 Scope of it 2 Work", "1\nScope of it 2\nWork"), ElementsAre(0, 4));
}

TEST(TokensOf, KeepBlanksBeforeTheFirstWord) {
  const std::vector<Token> tokens = tokens_of("  a b");
  ASSERT_EQ(tokens.size(), 3u);
  EXPECT_EQ(tokens[0].gap, "  ");
  EXPECT_EQ(tokens[1].text, "a");
}

}  // namespace
}  // namespace barium::page
