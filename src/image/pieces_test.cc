#include "image/pieces.h"

#include <gtest/gtest.h>

#include <string>

namespace barium::image {
namespace {

// Pictures as text, '#' is ink; back come the same pictures with the letter of each pixel's piece.
std::vector<std::string> numbered(const std::vector<std::string>& picture) {
  std::vector<std::vector<InkRun>> rows;
  for (const std::string& line : picture) {
    auto& row = rows.emplace_back();
    for (int x = 0; x < static_cast<int>(line.size()); ++x) {
      if (line[static_cast<std::size_t>(x)] != '#') continue;
      if (!row.empty() && row.back().x1 == x)
        ++row.back().x1;
      else
        row.push_back({x, x + 1});
    }
  }
  number_pieces(rows);
  std::vector<std::string> out = picture;
  for (std::size_t y = 0; y < rows.size(); ++y)
    for (const InkRun& run : rows[y])
      for (int x = run.x0; x < run.x1; ++x)
        out[y][static_cast<std::size_t>(x)] = static_cast<char>('a' + run.piece);
  return out;
}

TEST(Pieces, TouchBySidesAndCorners) {
  EXPECT_EQ(numbered({"##..#", "..#..", "...##"}), (std::vector<std::string>{"aa..b", "..a..", "...aa"}));
}

TEST(Pieces, ThatMeetFurtherDownAreOneAndKeepTheNumberOfTheFirst) {
  EXPECT_EQ(numbered({"#.#.#.#", "#.#.#.#", "###.#.#", "....###"}),
            (std::vector<std::string>{"a.a.b.b", "a.a.b.b", "aaa.b.b", "....bbb"}));
}

TEST(Pieces, OfAnEmptyPictureAreNone) {
  std::vector<std::vector<InkRun>> rows(3);
  EXPECT_EQ(number_pieces(rows), 0u);
}

}  // namespace
}  // namespace barium::image
