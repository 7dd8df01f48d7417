#include "app/flow/versions.h"

#include <gtest/gtest.h>

namespace barium::app {
namespace {

page::PageModel page_of(const std::vector<std::string>& words) {
  page::PageModel page;
  for (const std::string& text : words) {
    page.words.emplace_back();
    page.words.back().text = text;
  }
  return page;
}

OtherVersion compared(const std::vector<std::string>& shown, const std::vector<std::string>& other) {
  return compare_versions(
      page_of(shown), std::vector(shown.size(), verify::WordFinding{.state = verify::WordState::kVouched}),
      page_of(other));
}

TEST(Versions, AReplacedWordIsInEachAlone) {
  const OtherVersion version = compared({"16,000", "men", "were", "lost"}, {"43,500", "men", "were", "lost"});
  EXPECT_EQ(version.only_shown, 1);
  EXPECT_EQ(version.vouched, 1);
  EXPECT_EQ(version.only_here, 1);
}

TEST(Versions, AnInsertedWordMovesTheOthersAndIsAlone) {
  const OtherVersion version = compared({"it", "is", "true"}, {"it", "is", "not", "true"});
  EXPECT_EQ(version.only_shown, 0);
  EXPECT_EQ(version.only_here, 1);
}

TEST(Versions, OnlyWhatIsVouchedForCounts) {
  const OtherVersion version =
      compare_versions(page_of({"16,000", "men"}),
                       std::vector<verify::WordFinding>(2, {.state = verify::WordState::kUnreadable}),
                       page_of({"43,500", "men"}));
  EXPECT_EQ(version.only_shown, 1);
  EXPECT_EQ(version.vouched, 0);
}

TEST(Versions, AnEmptyPageHasNothing) {
  EXPECT_EQ(compared({}, {"a"}).only_here, 1);
  EXPECT_EQ(compared({"a"}, {}).only_shown, 1);
}

}  // namespace
}  // namespace barium::app
