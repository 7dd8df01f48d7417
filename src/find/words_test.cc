#include "find/words.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "find/gaps.h"

namespace barium::find {
namespace {

using base::Vec2;

// Letters are filled squares of 8 px, 2 px apart; words are 6 px apart. Drawn turned by `angle` around the
// middle of a 600 px picture: three lines of four words of 3, 5, 4 and 6 letters.
image::GrayImage page_of_squares(double angle) {
  image::GrayImage photo(600, 600, 1, 230);
  const Vec2 u{std::cos(angle), std::sin(angle)}, v{-u.y, u.x};
  for (int y = 0; y < 600; ++y) {
    for (int x = 0; x < 600; ++x) {
      const Vec2 p = Vec2{x + 0.5, y + 0.5} - Vec2{300, 300};
      const double a = dot(p, u) + 110, b = dot(p, v) + 40;
      const int line = static_cast<int>(std::floor(b / 24));
      if (line < 0 || line > 2 || b - line * 24 > 8) continue;
      double start = 0;
      for (const int letters : {3, 5, 4, 6}) {
        for (int i = 0; i < letters; ++i, start += 10)
          if (a >= start && a < start + 8) photo.at(x, y) = 20;
        start += 4;
      }
    }
  }
  return photo;
}

std::vector<InkWord> words_in(const image::GrayImage& photo, int parts) {
  auto words = ink_words(connected_pieces(ink_map(photo, Polarity::kDarkOnLight).ink));
  std::erase_if(words, [&](const InkWord& w) { return w.parts != parts; });
  return words;
}

TEST(Words, LettersJoinToWordsWhateverTheRotation) {
  for (const double degrees : {0.0, 17.0, 45.0, 90.0, 133.0, 250.0}) {
    const auto words = words_in(page_of_squares(degrees * std::numbers::pi / 180), 1);
    EXPECT_EQ(words.size(), 12u) << degrees;
  }
}

TEST(Words, FrameIsTheSpreadOfTheInk) {
  const auto words = words_in(page_of_squares(0), 1);
  ASSERT_EQ(words.size(), 12u);
  const auto longest = std::max_element(words.begin(), words.end(), [](const InkWord& a, const InkWord& b) {
    return norm(a.frame.along) < norm(b.frame.along);
  });
  // Six squares: 58 px long, 8 px high; blur of a pixel adds to both.
  EXPECT_NEAR(norm(longest->frame.along), 58 / std::sqrt(12.0), 1.5);
  EXPECT_NEAR(norm(longest->frame.across), 8 / std::sqrt(12.0), 0.6);
  EXPECT_NEAR(std::abs(longest->frame.along.x), norm(longest->frame.along), 0.1);
}

TEST(Words, NeighboursOnALineMakePairs) {
  EXPECT_EQ(words_in(page_of_squares(0.3), 2).size(), 9u);  // three in each of three lines
}

TEST(Words, BlankPaperHasNone) { EXPECT_TRUE(words_in(image::GrayImage(300, 200, 1, 200), 1).empty()); }

TEST(Words, ShadowEdgeIsNoInk) {
  image::GrayImage photo(300, 300, 1, 220);
  for (int y = 0; y < 300; ++y)
    for (int x = 150; x < 300; ++x) photo.at(x, y) = 90;
  EXPECT_TRUE(words_in(photo, 1).empty());
}

TEST(Gaps, AreDistancesBetweenNearestPixels) {
  image::Image<std::uint32_t> labels(40, 10);
  for (int y = 2; y < 8; ++y) labels.at(5, y) = 1, labels.at(12, y) = 2, labels.at(30, y) = 3;
  const auto gaps = piece_gaps(labels);
  ASSERT_EQ(gaps.size(), 2u);
  EXPECT_EQ(gaps[0].a, 0u);
  EXPECT_EQ(gaps[0].b, 1u);
  EXPECT_NEAR(gaps[0].px, 7, 0.01);
  EXPECT_NEAR(gaps[1].px, 18, 0.01);
}

}  // namespace
}  // namespace barium::find
