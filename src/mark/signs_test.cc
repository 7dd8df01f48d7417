#include "mark/signs.h"

#include <gtest/gtest.h>

namespace barium::mark {
namespace {

page::DocumentModel document_of(std::initializer_list<std::size_t> carriers_by_page) {
  page::DocumentModel document;
  for (const std::size_t n : carriers_by_page) {
    page::PageModel page;
    page.words.resize(n);
    for (std::uint32_t i = 0; i < n; ++i) page.carriers.push_back({i, 0.25});
    document.pages.push_back(page);
  }
  return document;
}

TEST(Signs, ArePartedByPage) {
  const page::DocumentModel document = document_of({2, 0, 3});
  const std::vector<std::int8_t> signs{1, -1, -1, 1, 1};
  EXPECT_EQ(signs_of_page(document, signs, 0).size(), 2u);
  EXPECT_TRUE(signs_of_page(document, signs, 1).empty());
  const auto last = signs_of_page(document, signs, 2);
  EXPECT_EQ(std::vector<std::int8_t>(last.begin(), last.end()), (std::vector<std::int8_t>{-1, 1, 1}));
}

TEST(Signs, AreTheCodewordOfTheCopy) {
  const page::DocumentModel document = document_of({4, 60});
  const code::Codebook codebook(base::Key{}, 64);
  EXPECT_EQ(signs_of_copy(document, codebook, 3), codebook.codeword(3));
  EXPECT_NE(signs_of_copy(document, codebook, 3), signs_of_copy(document, codebook, 4));
}

TEST(Signs, RefuseAnotherDocumentsCodebook) {
  EXPECT_THROW(signs_of_copy(document_of({4}), code::Codebook(base::Key{}, 5), 0), std::logic_error);
  const std::vector<std::int8_t> signs(4, 1);
  EXPECT_THROW(signs_of_page(document_of({4}), signs, 1), std::logic_error);
}

}  // namespace
}  // namespace barium::mark
