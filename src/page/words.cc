#include "page/words.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "page/glyph_runs.h"
#include "page/neighbours.h"
#include "page/scripts.h"
#include "page/shift.h"

namespace barium::page {
namespace {

using base::Box;
using base::Vec2;

// Left between the boxes of two words that moved towards each other.
constexpr double kClearancePt = 0.1;
// Type smaller than this is a pixel or two in a photo: nothing to measure.
constexpr double kMinSizePt = 3;
// A word shorter than this part of its size is a stroke or a dot.
constexpr double kMinLength = 0.2;
// Ink reaches beyond a word's box by this part of its size: italics, swashes, stacked vowel signs. Roots,
// tall brackets and glyphs drawn beside the pen reach further.
constexpr double kOverhang = 0.3;
// White at each side of a full-width cell, and of a Thai or Lao glyph, in units of the size: ink of Noto CJK
// and of Tlwg fills 0.92 and 0.90 of the advance.
constexpr double kCellWhite = 0.04;
// A page without text of which a picture covers more is a scan.
constexpr double kPictureShare = 0.5;
// Only pictures this large hide text; small ones are bullets and icons.
constexpr double kMinPictureAreaPt2 = 2500;

Word make_word(const PageContent& content, const GlyphRun& run) {
  Word word;
  word.text = run_text(content, run);
  word.box = hull(run);
  word.origin = run.along * run.t0 + across(run.along) * run.s;
  word.along = run.along;
  word.length_pt = run.t1 - run.t0;
  word.size_pt = run.size_pt;
  word.line = run.line;
  // What the vault keeps (docs/formats/page.md), so that a stored page equals the one just read.
  for (double* value : {&word.box.x0, &word.box.y0, &word.box.x1, &word.box.y1, &word.origin.x,
                        &word.origin.y, &word.length_pt, &word.size_pt}) {
    *value = static_cast<float>(*value);
  }
  for (const std::uint32_t i : run.glyphs) {
    const float pen = stored_pen(base::dot(content.glyphs[i].origin, run.along) - run.t0);
    word.pens.push_back(word.pens.empty() ? pen : std::max(pen, word.pens.back()));
  }
  return word;
}

std::vector<WordPiece> make_pieces(const PageContent& content, const GlyphRun& run) {
  std::vector<std::uint32_t> order = run.glyphs;
  std::sort(order.begin(), order.end());
  std::vector<WordPiece> pieces;
  for (const std::uint32_t i : order) {
    const Glyph& glyph = content.glyphs[i];
    if (pieces.empty() || pieces.back().glyph_end != i || pieces.back().show != glyph.show) {
      pieces.push_back(
          {.show = glyph.show, .glyph_begin = i, .first_element = glyph.element, .first_byte = glyph.byte});
    }
    pieces.back().glyph_end = i + 1;
    pieces.back().last_element = glyph.element;
    pieces.back().last_byte = glyph.byte + glyph.bytes;
  }
  return pieces;
}

// True where p lies in the picture's parallelogram.
bool covers(const PlacedImage& image, Vec2 p) {
  const auto& m = image.page_from_image;
  const double det = m[0] * m[3] - m[1] * m[2];
  const Vec2 q{p.x - m[4], p.y - m[5]};
  const double u = (q.x * m[3] - q.y * m[2]) / det, v = (q.y * m[0] - q.x * m[1]) / det;
  return u >= 0 && u <= 1 && v >= 0 && v <= 1;
}

class WordBuilder {
 public:
  WordBuilder(PageContent& content, PageModel& model, const std::vector<ContentStream>& streams,
              const WordsOptions& options)
      : content_(content), model_(model), streams_(streams), options_(options) {}

  void run() {
    runs_ = find_runs(content_);
    for (GlyphRun& run : runs_) {
      model_.words.push_back(make_word(content_, run));
      content_.words.push_back(make_pieces(content_, run));
    }
    find_hidden();
    find_edges();
    for (std::uint32_t i = 0; i < runs_.size(); ++i) {
      if (model_.words[i].obstacle == Obstacle::kNone) model_.words[i].obstacle = own_obstacle(i);
    }
    choose_carriers();
    explain();
  }

 private:
  // Invisible text, and text that a picture drawn later covers.
  void find_hidden() {
    std::vector<const PlacedImage*> pictures;
    for (const PlacedImage& image : content_.images) {
      const auto& m = image.page_from_image;
      if (std::abs(m[0] * m[3] - m[1] * m[2]) >= kMinPictureAreaPt2) pictures.push_back(&image);
    }
    if (pictures.size() > 64) pictures.resize(64);
    std::size_t hidden = 0;
    for (std::uint32_t i = 0; i < runs_.size(); ++i) {
      const Vec2 centre = model_.words[i].box.centre();
      const std::uint32_t show = content_.words[i].front().show;
      bool over_picture = false, covered = false;
      for (const PlacedImage* picture : pictures) {
        if (!covers(*picture, centre)) continue;
        over_picture = true;
        covered = covered || (picture->opaque && picture->shows_before > show);
      }
      if (!covered && !runs_[i].invisible) continue;
      model_.words[i].obstacle = Obstacle::kInvisible;
      hidden += over_picture;
    }
    content_.text_under_picture = hidden > 0 && 2 * hidden >= runs_.size();
  }

  // The first and last visible word of each line.
  void find_edges() {
    struct Ends {
      std::int64_t first = -1, last = -1;
    };
    std::vector<Ends> lines;
    for (std::uint32_t i = 0; i < runs_.size(); ++i) {
      if (model_.words[i].obstacle != Obstacle::kNone) continue;
      const auto line = static_cast<std::size_t>(runs_[i].line);
      if (lines.size() <= line) lines.resize(line + 1);
      Ends& ends = lines[line];
      if (ends.first < 0 || runs_[i].t0 < runs_[static_cast<std::size_t>(ends.first)].t0) ends.first = i;
      if (ends.last < 0 || runs_[i].t1 > runs_[static_cast<std::size_t>(ends.last)].t1) ends.last = i;
    }
    for (const Ends& ends : lines) {
      for (const std::int64_t i : {ends.first, ends.last}) {
        if (i >= 0) model_.words[static_cast<std::size_t>(i)].obstacle = Obstacle::kEdgeOfLine;
      }
    }
  }

  Obstacle own_obstacle(std::uint32_t i) const {
    const GlyphRun& run = runs_[i];
    for (const WordPiece& piece : content_.words[i]) {
      const ShowOperator& show = content_.shows[piece.show];
      const bool shared = streams_[show.stream].draws > 1 && options_.clone_shared == CloneShared::kNo;
      if (!show.rewritable || shared) return Obstacle::kNotRewritable;
    }
    if (run.overdrawn) return Obstacle::kOverlapped;
    if (sprawls(i)) return Obstacle::kSprawling;
    const bool slight = std::all_of(run.glyphs.begin(), run.glyphs.end(), [&](std::uint32_t g) {
      const Glyph& glyph = content_.glyphs[g];
      return glyph.text_size > 0 && is_slight(content_.text[glyph.text_begin]);
    });
    if (slight || run.size_pt < kMinSizePt || run.t1 - run.t0 < kMinLength * run.size_pt) {
      return Obstacle::kTooShort;
    }
    return Obstacle::kNone;
  }

  // What lies beyond a word's box is not looked at where the word is measured, and moves all the same.
  bool sprawls(std::uint32_t i) const {
    const Box own = model_.words[i].box.grown(kOverhang * runs_[i].size_pt);
    return std::ranges::any_of(runs_[i].glyphs, [&](std::uint32_t g) {
      const Box& ink = content_.glyphs[g].ink;
      return ink.x0 < ink.x1 && !(own.contains({ink.x0, ink.y0}) && own.contains({ink.x1, ink.y1}));
    });
  }

  // The white that a word's box holds at its ends beyond what is counted as its gap.
  double cell_white(std::uint32_t i) const {
    const auto spaceless = [&](std::uint32_t g) {
      const Glyph& glyph = content_.glyphs[g];
      return glyph.text_size > 0 && is_spaceless(content_.text[glyph.text_begin]);
    };
    const bool both = spaceless(runs_[i].glyphs.front()) && spaceless(runs_[i].glyphs.back());
    return both ? kCellWhite * runs_[i].size_pt : 0;
  }

  // In reading order, each word that still has room beside those chosen before it.
  void choose_carriers() {
    std::vector<Box> boxes;
    for (std::uint32_t i = 0; i < runs_.size(); ++i) {
      const bool seen = model_.words[i].obstacle != Obstacle::kInvisible;
      boxes.push_back(seen ? model_.words[i].box : Box{});
    }
    const Neighbours neighbours(boxes, model_.width_pt, model_.height_pt);
    std::vector<double> shift(runs_.size(), 0);
    for (std::uint32_t i = 0; i < runs_.size(); ++i) {
      Word& word = model_.words[i];
      if (word.obstacle != Obstacle::kNone) continue;
      const double wanted = shift_of(i);
      word.obstacle = wanted > 0 ? crowding(i, wanted, neighbours, shift) : Obstacle::kNotRewritable;
      if (word.obstacle != Obstacle::kNone) continue;
      shift[i] = wanted;
      model_.carriers.push_back({i, wanted});
    }
  }

  double shift_of(std::uint32_t i) const {
    return exact_shift(content_.shows[content_.words[i].front().show], runs_[i].along, options_.strength_pt)
        .shift_pt;
  }

  Obstacle crowding(std::uint32_t i, double own_shift, const Neighbours& neighbours,
                    const std::vector<double>& shift) const {
    Obstacle found = Obstacle::kNone;
    const double reach = 2 * own_shift + kClearancePt + 1;
    neighbours.visit(model_.words[i].box.grown(reach), [&](std::uint32_t k) {
      if (k == i || found == Obstacle::kOverlapped) return;
      const Obstacle verdict = crowding_by(i, k, own_shift + shift[k]);
      if (verdict != Obstacle::kNone) found = verdict;
    });
    return found;
  }

  // Across the baseline of word i, the band that word k's ink fills. Boxes from ascent to descent of two
  // lines set tight overlap; their ink does not.
  InkBand band_of(std::uint32_t i, std::uint32_t k) const {
    if (norm(runs_[k].along - runs_[i].along) < 1e-3) return ink_band(runs_[k]);
    const auto s = extent(model_.words[k].box, across(runs_[i].along));
    return {s[0], s[1]};
  }

  static std::array<double, 2> extent(const Box& box, Vec2 axis) {
    const double centre = dot(box.centre(), axis);
    const double half = 0.5 * (std::abs(axis.x) * box.width() + std::abs(axis.y) * box.height());
    return {centre - half, centre + half};
  }

  Obstacle crowding_by(std::uint32_t i, std::uint32_t k, double moves) const {
    const GlyphRun& a = runs_[i];
    const auto t = extent(model_.words[k].box, a.along);
    const InkBand s = band_of(i, k), own = ink_band(a);
    const double common = std::min(s.high, own.high) - std::max(s.low, own.low);
    const double height = std::min(own.high - own.low, s.high - s.low);
    if (common < 0.15 * height) return Obstacle::kNone;
    const double gap = std::max(t[0] - a.t1, a.t0 - t[1]) + cell_white(i) + cell_white(k);
    if (gap < -0.3 * std::min(a.t1 - a.t0, t[1] - t[0]) && common > 0.5 * height)
      return Obstacle::kOverlapped;
    return gap < moves + kClearancePt ? Obstacle::kTight : Obstacle::kNone;
  }

  bool is_picture() const {
    return std::ranges::any_of(content_.images, [&](const PlacedImage& image) {
      const auto& m = image.page_from_image;
      return std::abs(m[0] * m[3] - m[1] * m[2]) > kPictureShare * model_.width_pt * model_.height_pt;
    });
  }

  void explain() {
    if (!model_.carriers.empty()) return;
    if (content_.text_under_picture || (model_.words.empty() && is_picture())) {
      model_.unmarked_reason = "the page is a picture, and no words that could be moved were found in it";
      return;
    }
    if (model_.words.empty()) return;
    std::array<std::size_t, 8> counts{};
    for (const Word& word : model_.words) ++counts[static_cast<std::size_t>(word.obstacle) & 7];
    constexpr std::array<const char*, 8> kReasons = {"no word can be displaced",
                                                     "no line has a word between two others",
                                                     "the words stand too close to each other",
                                                     "the words are too small to be measured",
                                                     "the text is drawn in a way that cannot be rewritten",
                                                     "the text is invisible",
                                                     "text lies on text",
                                                     "the letters reach far beyond their places"};
    const auto most = std::max_element(counts.begin(), counts.end()) - counts.begin();
    model_.unmarked_reason = kReasons[static_cast<std::size_t>(most)];
  }

  PageContent& content_;
  PageModel& model_;
  const std::vector<ContentStream>& streams_;
  const WordsOptions& options_;
  std::vector<GlyphRun> runs_;
};

}  // namespace

void build_words(PageContent& content, PageModel& model, const std::vector<ContentStream>& streams,
                 const WordsOptions& options) {
  WordBuilder(content, model, streams, options).run();
}

}  // namespace barium::page
