#include "verify/page_looks.h"

#include <gtest/gtest.h>

#include "align/synthetic_page_test.h"

namespace barium::verify {
namespace {

namespace synthetic = align::synthetic;

// A word of three bars 6 pt apart, on a line that may be turned; every bar is a glyph.
struct Bars {
  synthetic::Page page;

  Bars() { page.model.width_pt = 120, page.model.height_pt = 90; }
  void add_word(base::Vec2 origin, base::Vec2 along, double size_pt, const std::string& text) {
    page::Word word{.text = text, .origin = origin, .along = along, .size_pt = size_pt};
    const double advance = 0.6 * size_pt;
    word.length_pt = advance * static_cast<double>(text.size());
    const base::Vec2 end = origin + word.length_pt * along, up{along.y, -along.x};
    word.box = {1e9, 1e9, -1e9, -1e9};
    for (const base::Vec2 p : {origin - 0.2 * size_pt * up, end - 0.2 * size_pt * up,
                               origin + 0.8 * size_pt * up, end + 0.8 * size_pt * up})
      word.box = base::united(word.box, {p.x, p.y, p.x, p.y});
    for (std::size_t i = 0; i < text.size(); ++i) {
      word.pens.push_back(static_cast<float>(advance) * static_cast<float>(i));
      // Dots along the stem, so that a turned one is a stem, too.
      for (double s = 0; s < 0.7 * size_pt; s += 0.5) {
        const base::Vec2 p =
            origin + (advance * static_cast<double>(i) + stem(text[i], size_pt)) * along + s * up;
        page.ink.push_back({{p.x - 0.6, p.y - 0.6, p.x + 0.6, p.y + 0.6}, page.model.words.size()});
      }
    }
    page.model.words.push_back(word);
  }
  static double stem(char c, double size_pt) { return (c == 'l' ? 0.15 : 0.4) * size_pt; }
  PageLooks looks(const page::RegisteredPage& registered) const {
    PageLooks looks(registered, 1);
    looks.filter(gaussian_filter(1.5));
    return looks;
  }
};

std::vector<base::Vec2> points_about(const base::Box& box) {
  std::vector<base::Vec2> points;
  for (double y = box.y0; y < box.y1; y += 0.7)
    for (double x = box.x0; x < box.x1; x += 0.7) points.push_back({x, y});
  return points;
}

const GlyphCell& cell(const PageLooks& looks, std::uint32_t word, std::size_t number) {
  return looks.cells().cells[looks.cells().first[word] + number];
}

// The slow way: a page that shows nothing else, through the same filter.
TEST(PageLooks, AGlyphsInkIsThatOfAPageThatShowsItAlone) {
  for (const base::Vec2 along : {base::Vec2{1, 0}, base::Vec2{0.8, 0.6}, base::Vec2{0, -1}}) {
    Bars bars, alone;
    const base::Vec2 origin{40, 45};
    bars.add_word(origin, along, 12, "lil");
    alone.add_word(origin, along, 12, "lil");
    const std::size_t stems = bars.page.ink.size() / 3;
    alone.page.ink.assign(bars.page.ink.begin() + static_cast<std::ptrdiff_t>(stems),
                          bars.page.ink.begin() + static_cast<std::ptrdiff_t>(2 * stems));
    const page::RegisteredPage page = synthetic::registered(bars.page),
                               only = synthetic::registered(alone.page);
    const PageLooks looks = bars.looks(page), expected = alone.looks(only);
    const GlyphCell& middle = cell(looks, 0, 1);
    const std::vector<base::Vec2> points = points_about(page.model.words[0].box);
    std::vector<float> inks(points.size());
    looks.inks_at(middle, middle, points, inks.data());
    for (std::size_t i = 0; i < points.size(); ++i)
      EXPECT_NEAR(inks[i], 1 - expected.tone_at(points[i]), 0.03) << along.x << " at " << i;
  }
}

// What a page with that glyph shows, whatever stands beside the glyph that it was taken from.
TEST(PageLooks, ARivalLooksAsItWouldHaveStoodThere) {
  Bars bars, forged;
  bars.add_word({20, 30}, {1, 0}, 12, "lll"), bars.add_word({20, 60}, {1, 0}, 12, "iii");
  forged.add_word({20, 30}, {1, 0}, 12, "lil"), forged.add_word({20, 60}, {1, 0}, 12, "iii");
  const page::RegisteredPage page = synthetic::registered(bars.page),
                             other = synthetic::registered(forged.page);
  const PageLooks looks = bars.looks(page), expected = forged.looks(other);
  for (const base::Vec2 p : points_about(page.model.words[0].box))
    EXPECT_NEAR(looks.tone_with(cell(looks, 0, 1), &cell(looks, 1, 1), p), expected.tone_at(p), 0.06);
}

TEST(PageLooks, OfAnotherSizeAGlyphIsScaled) {
  Bars bars, forged;
  bars.add_word({20, 30}, {1, 0}, 12, "lll"), bars.add_word({20, 70}, {1, 0}, 24, "iii");
  forged.add_word({20, 30}, {1, 0}, 12, "lil");
  const page::RegisteredPage page = synthetic::registered(bars.page),
                             other = synthetic::registered(forged.page);
  const PageLooks looks = bars.looks(page), expected = forged.looks(other);
  const double middle_pt = 20 + 7.2 + Bars::stem('i', 12);
  const auto darkest = [&](const auto& tone) {
    double best = 0, least = 2;
    for (double x = 27; x < 35; x += 0.1)
      if (tone(base::Vec2{x, 26}) < least) least = tone(base::Vec2{x, 26}), best = x;
    return best;
  };
  EXPECT_NEAR(
      darkest([&](base::Vec2 p) { return looks.tone_with(cell(looks, 0, 1), &cell(looks, 1, 1), p); }),
      middle_pt, 0.3);
  EXPECT_NEAR(darkest([&](base::Vec2 p) { return expected.tone_at(p); }), middle_pt, 0.3);
}

TEST(PageLooks, WithoutItsGlyphAPlaceIsPaper) {
  Bars bars;
  bars.add_word({20, 30}, {1, 0}, 12, "lll");
  const page::RegisteredPage page = synthetic::registered(bars.page);
  const PageLooks looks = bars.looks(page);
  const base::Vec2 stem{20 + 7.2 + Bars::stem('l', 12), 26};
  EXPECT_LT(looks.tone_at(stem), 0.6);
  EXPECT_GT(looks.tone_with(cell(looks, 0, 1), nullptr, stem), 0.95);
}

// A word that runs off the page.
TEST(PageLooks, InkBeyondThePageIsNone) {
  Bars bars;
  bars.add_word({112, 30}, {1, 0}, 12, "lll");
  const page::RegisteredPage page = synthetic::registered(bars.page);
  const PageLooks looks = bars.looks(page);
  const GlyphCell& beyond = cell(looks, 0, 2);
  const base::Vec2 p{127, 26};
  float ink = 1;
  looks.inks_at(beyond, beyond, {&p, 1}, &ink);
  EXPECT_EQ(ink, 0);
}

}  // namespace
}  // namespace barium::verify
