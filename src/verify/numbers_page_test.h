#pragma once

// A page of numbers whose glyphs are known, the photograph of a forged copy of it, and what verify says: for
// the tests of verify.

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "align/align.h"
#include "align/synthetic_page_test.h"
#include "verify/added_ink.h"
#include "verify/graphics.h"
#include "verify/laid_page.h"
#include "verify/verify.h"

namespace barium::verify::numbers {

namespace synthetic = align::synthetic;

inline constexpr double kGlyphPt = 6, kSizePt = 10;

// Ten glyphs of four strokes each, the same wherever they stand.
inline std::vector<base::Box> strokes_of(char digit) {
  base::Rng rng(static_cast<std::uint64_t>(digit), "verify_test");
  std::vector<base::Box> strokes;
  for (int k = 0; k < 4; ++k) {
    const bool upright = rng.below(2) == 0;
    const double left = rng.uniform(0.3, upright ? 4.4 : 1.2), top = rng.uniform(-7, -1.2);
    strokes.push_back(upright ? base::Box{left, top, left + 0.9, std::min(0.0, top + 4)}
                              : base::Box{left, top, left + 3.6, top + 0.9});
  }
  return strokes;
}

inline void draw_word(synthetic::Page& page, std::size_t index, const std::string& text) {
  const page::Word& word = page.model.words[index];
  for (std::size_t i = 0; i < text.size(); ++i)
    for (const base::Box& s : strokes_of(text[i])) {
      const base::Vec2 at = word.origin + base::Vec2{static_cast<double>(i) * kGlyphPt, 0};
      page.ink.push_back({{at.x + s.x0, at.y + s.y0, at.x + s.x1, at.y + s.y1}, index});
    }
}

// Numbers of three to six digits, in lines.
inline synthetic::Page page_of_numbers() {
  synthetic::Page page;
  page.model.width_pt = 420, page.model.height_pt = 300;
  base::Rng rng(8, "numbers");
  for (int line = 0; line < 14; ++line)
    for (double x = 40; x < 330;) {
      page::Word word;
      for (std::size_t n = 3 + rng.below(4); word.text.size() < n;)
        word.text += static_cast<char>('0' + rng.below(10));
      word.length_pt = kGlyphPt * static_cast<double>(word.text.size());
      word.origin = {x, 50 + line * 16.0};
      word.along = {1, 0};
      word.box = {x, word.origin.y - 8, x + word.length_pt, word.origin.y + 2};
      word.size_pt = kSizePt;
      word.line = line;
      for (std::size_t i = 0; i < word.text.size(); ++i)
        word.pens.push_back(static_cast<float>(kGlyphPt) * static_cast<float>(i));
      const std::size_t index = page.model.words.size();
      page.model.words.push_back(word);
      if (x > 40) page.model.carriers.push_back({static_cast<std::uint32_t>(index), 0.25});
      draw_word(page, index, word.text);
      x += word.length_pt + 8;
    }
  return page;
}

struct Trial {
  synthetic::Page original = page_of_numbers();
  synthetic::Page shown = original;
  synthetic::Camera camera{.width = 1000, .height = 760};
  double px_per_pt = 2.2;
  bool negative = false;
  double bend_pt = 0;  // of the paper, steepest at its sides

  // The word now shows another text of as many glyphs.
  void change(std::size_t index, const std::string& text) {
    std::erase_if(shown.ink, [&](const synthetic::Ink& ink) { return ink.word == index; });
    draw_word(shown, index, text);
  }
  template <class Look>
  auto look(Look&& look) const {
    image::Warp warp;
    warp.homography.m = {px_per_pt, 0.03, 20, -0.02, px_per_pt, 25, 1e-5, 0, 1};
    const image::Homography flat = warp.homography;
    constexpr int kDegree = 6;
    warp.displacement = {{0, 0, shown.model.width_pt, shown.model.height_pt}, kDegree, {}, {}};
    warp.displacement.x.resize(image::SmoothField::coefficients(kDegree));
    warp.displacement.y = warp.displacement.x;
    warp.displacement.x[image::SmoothField::coefficients(kDegree - 1)] = bend_pt;
    image::GrayImage photo =
        synthetic::photograph(shown, synthetic::random_marks(shown.model, 5), warp, camera);
    const page::RegisteredPage page = synthetic::registered(original);
    const align::Alignment aligned = align::align_page(photo, page, flat);
    if (negative)
      for (std::uint8_t& level : photo.pixels()) level = static_cast<std::uint8_t>(std::max(0, 240 - level));
    return look(photo, page, aligned);
  }
  std::vector<WordFinding> findings() const {
    return look([](const auto& photo, const auto& page, const auto& aligned) {
      return verify_words(photo, page, aligned);
    });
  }
  BlankPaper blank_paper() const {
    return look([](const auto& photo, const auto& page, const auto& aligned) {
      const LaidPage laid = lay_page(photo, page, aligned);
      return look_at_blank_paper(laid, page, aligned, verify_words(photo, page, aligned),
                                 look_at_graphics(laid, page, aligned));
    });
  }
  // Strokes of digits where the page is blank.
  void write(base::Vec2 pen, const std::string& text) {
    for (std::size_t i = 0; i < text.size(); ++i)
      for (const base::Box& s : strokes_of(text[i])) {
        const double x = pen.x + static_cast<double>(i) * kGlyphPt;
        shown.ink.push_back({{x + s.x0, pen.y + s.y0, x + s.x1, pen.y + s.y1}, 0});
      }
  }
};

// As a program draws a page on a screen: sharp, each glyph where its pen rounds to a whole pixel.
struct Screen {
  image::GrayImage picture;
  page::RegisteredPage page;
  align::Alignment aligned;
};
inline Screen on_screen(const synthetic::Page& original, synthetic::Page shown, double px_per_pt) {
  const std::vector<double> marks = synthetic::random_marks(shown.model, 5);
  const auto rounded = [&](double pt) { return std::round(pt * px_per_pt) / px_per_pt; };
  for (synthetic::Ink& ink : shown.ink) {
    const page::Word& word = shown.model.words[ink.word];
    const double glyph = std::floor((ink.box.x0 - word.origin.x) / kGlyphPt);
    const double pen = word.origin.x + glyph * kGlyphPt + marks[ink.word];
    const double right = rounded(pen) - pen + marks[ink.word], down = rounded(word.origin.y) - word.origin.y;
    ink.box = {ink.box.x0 + right, ink.box.y0 + down, ink.box.x1 + right, ink.box.y1 + down};
  }
  Screen screen{
      image::to_bytes(synthetic::draw(shown, px_per_pt, {}).view()), synthetic::registered(original), {}};
  image::Homography photo_from_page;
  photo_from_page.m = {px_per_pt, 0, 0, 0, px_per_pt, 0, 0, 0, 1};
  screen.aligned = align::align_page(screen.picture, screen.page, photo_from_page);
  return screen;
}

inline std::size_t count(const std::vector<WordFinding>& findings, WordState state) {
  return static_cast<std::size_t>(std::ranges::count(findings, state, &WordFinding::state));
}

}  // namespace barium::verify::numbers
