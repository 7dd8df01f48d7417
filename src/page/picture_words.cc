#include "page/picture_words.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "base/disjoint_sets.h"

namespace barium::page {
namespace {

using image::InkRun;

// Dust: nothing that is larger than this is left out. A full stop of 6 pt type is 0.6 pt.
constexpr double kDustPt = 0.4;
// Letters of a heading; what is larger is a picture.
constexpr double kTallestPt = 40, kWidestPt = 260;
// A piece lower than this and longer than that is a rule.
constexpr double kRuleHeightPt = 2.5, kRuleAspect = 8;
// More pieces are a halftone.
constexpr std::size_t kMostPieces = 60'000;

// In middle heights of the pieces around, about 0.48 em of mixed type. White between letters reaches 0.3
// (0.15 em), a blank of justified type begins at 0.5 (0.25 em).
constexpr double kSurelyOneWord = 0.25;
constexpr double kLeastBlank = 0.3, kMostBlank = 0.85;
// A dot or an accent stands no further from its letter.
constexpr double kAccentGap = 0.5;

struct Piece {
  PixelBox box{INT32_MAX, INT32_MAX, 0, 0};
  int pixels = 0;
  bool letter = false;
};

PixelBox hull(const PixelBox& a, const PixelBox& b) {
  return {std::min(a.x0, b.x0), std::min(a.y0, b.y0), std::max(a.x1, b.x1), std::max(a.y1, b.y1)};
}
int common(int a0, int a1, int b0, int b1) { return std::min(a1, b1) - std::max(a0, b0); }

std::vector<InkRun> runs_of_row(const std::uint8_t* row, int width) {
  std::vector<InkRun> runs;
  for (int x = 0; x < width;) {
    if (row[x] != kInk) {
      ++x;
      continue;
    }
    const int begin = x;
    while (x < width && row[x] == kInk) ++x;
    runs.push_back({begin, x, 0});
  }
  return runs;
}

// Boxes found by their rows.
class RowIndex {
 public:
  RowIndex(const std::vector<PixelBox>& boxes, int height, int cell) : cell_(std::max(1, cell)) {
    rows_.resize(static_cast<std::size_t>(height / cell_ + 1));
    std::vector<std::uint32_t> order(boxes.size());
    std::iota(order.begin(), order.end(), 0u);
    std::ranges::sort(order,
                      [&](auto a, auto b) { return std::pair(boxes[a].x0, a) < std::pair(boxes[b].x0, b); });
    for (const std::uint32_t i : order)
      for (int y = boxes[i].y0 / cell_; y <= (boxes[i].y1 - 1) / cell_; ++y)
        rows_[static_cast<std::size_t>(y)].push_back(i);
  }
  // Boxes that may have rows of [y0, y1), by x0 within each row of cells; some more than once.
  template <class Each>
  void visit(int y0, int y1, Each each) const {
    const int last = std::min(static_cast<int>(rows_.size()) - 1, (y1 - 1) / cell_);
    for (int y = std::max(0, y0 / cell_); y <= last; ++y)
      if (!each(rows_[static_cast<std::size_t>(y)])) return;
  }

 private:
  int cell_;
  std::vector<std::vector<std::uint32_t>> rows_;
};

double median(std::vector<int>& values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

class WordFinder {
 public:
  WordFinder(const image::GrayImage& levels, double px_per_pt, double longest_gap_pt)
      : levels_(levels), px_per_pt_(px_per_pt), longest_gap_px_(longest_gap_pt * px_per_pt) {}

  PictureWords run() {
    find_pieces();
    judge_pieces();
    if (letters_.empty() || letters_.size() > kMostPieces) return finish();
    measure_heights();
    join_letters();
    gather_words();
    find_lines();
    return finish();
  }

 private:
  void find_pieces() {
    out_.runs.resize(static_cast<std::size_t>(levels_.height()));
    for (int y = 0; y < levels_.height(); ++y)
      out_.runs[static_cast<std::size_t>(y)] = runs_of_row(levels_.row(y), levels_.width());
    pieces_.resize(image::number_pieces(out_.runs));
    for (int y = 0; y < levels_.height(); ++y)
      for (const InkRun& run : out_.runs[static_cast<std::size_t>(y)]) {
        Piece& piece = pieces_[run.piece];
        piece.box = hull(piece.box, {run.x0, y, run.x1, y + 1});
        piece.pixels += run.x1 - run.x0;
      }
  }

  void judge_pieces() {
    const double dust = kDustPt * px_per_pt_;
    const auto is_dust = [&](const Piece& p) { return p.box.width() <= dust && p.box.height() <= dust; };
    for (auto& row : out_.runs)
      std::erase_if(row, [&](const InkRun& run) { return is_dust(pieces_[run.piece]); });
    for (std::uint32_t i = 0; i < pieces_.size(); ++i) {
      Piece& p = pieces_[i];
      const bool rule = p.box.height() < kRuleHeightPt * px_per_pt_ &&
                        p.box.width() > kRuleAspect * p.box.height() && p.box.width() > 12 * px_per_pt_;
      const bool upright_rule =
          p.box.width() < kRuleHeightPt * px_per_pt_ && p.box.height() > 16 * px_per_pt_;
      p.letter = !is_dust(p) && !rule && !upright_rule && p.box.height() < kTallestPt * px_per_pt_ &&
                 p.box.width() < kWidestPt * px_per_pt_;
      if (p.letter) letters_.push_back(i);
    }
    out_.word_of.assign(pieces_.size(), UINT32_MAX);
  }

  // The middle height of the letters in each part of the page and the eight around it: headings and footnotes
  // keep their own scale.
  void measure_heights() {
    const auto size = static_cast<int>(kHeightCellPt * px_per_pt_) + 1;
    cells_wide_ = levels_.width() / size + 1;
    const int cells_high = levels_.height() / size + 1;
    std::vector<std::vector<int>> heights(static_cast<std::size_t>(cells_wide_ * cells_high));
    std::vector<int> all;
    for (const std::uint32_t i : letters_) all.push_back(box(i).height());
    const double middle = median(all);
    for (const std::uint32_t i : letters_)
      if (box(i).height() > 0.4 * middle)
        heights[static_cast<std::size_t>(box(i).y0 / size * cells_wide_ + box(i).x0 / size)].push_back(
            box(i).height());
    heights_.resize(heights.size());
    for (int y = 0; y < cells_high; ++y)
      for (int x = 0; x < cells_wide_; ++x) {
        std::vector<int> around;
        for (int dx = -1; dx <= 1; ++dx) {
          if (x + dx < 0 || x + dx >= cells_wide_) continue;
          const auto& cell = heights[static_cast<std::size_t>(y * cells_wide_ + x + dx)];
          around.insert(around.end(), cell.begin(), cell.end());
        }
        heights_[static_cast<std::size_t>(y * cells_wide_ + x)] = around.size() < 3 ? middle : median(around);
      }
    height_cell_ = size;
  }
  double height_around(const PixelBox& b) const {
    return heights_[static_cast<std::size_t>(b.y0 / height_cell_ * cells_wide_ + b.x0 / height_cell_)];
  }
  // A heading's letters are larger than those around.
  double scale_of(const PixelBox& a, const PixelBox& b) const {
    const double around = std::min(height_around(a), height_around(b));
    const double own = std::min(a.height(), b.height());
    return own > 1.7 * around ? 0.75 * own : around;
  }
  const PixelBox& box(std::uint32_t piece) const { return pieces_[piece].box; }

  // The band that a piece stands in: a dash or a comma has that of the letters next to it.
  void band(const PixelBox& b, double scale, double& low, double& high) const {
    const double grow = std::max(0.0, 0.8 * scale - b.height()) / 2;
    low = b.y0 - grow;
    high = b.y1 + grow;
  }
  bool on_one_line(const PixelBox& a, const PixelBox& b, double scale) const {
    double a0, a1, b0, b1;
    band(a, scale, a0, a1);
    band(b, scale, b0, b1);
    return std::min(a1, b1) - std::max(a0, b0) >= 0.4 * std::min(a1 - a0, b1 - b0);
  }

  // First what surely belongs together; then, with the width of blanks known, the rest.
  void join_letters() {
    for (std::uint32_t i = 0; i < letters_.size(); ++i) sets_.add();
    std::vector<PixelBox> boxes;
    for (const std::uint32_t i : letters_) boxes.push_back(box(i));
    std::vector<int> all;
    for (const PixelBox& b : boxes) all.push_back(b.height());
    const RowIndex index(boxes, levels_.height(), static_cast<int>(median(all)) + 1);
    join_accents(boxes, index);
    std::vector<Follow> follows = following(boxes, index);
    for (const Follow& f : follows)
      if (f.gap <= kSurelyOneWord) sets_.join(f.a, f.b);
    const double blank = width_of_blank(follows);
    for (const Follow& f : follows)
      if (f.gap <= blank) sets_.join(f.a, f.b);
  }

  void join_accents(const std::vector<PixelBox>& boxes, const RowIndex& index) {
    for (std::uint32_t i = 0; i < boxes.size(); ++i) {
      const PixelBox& a = boxes[i];
      const double scale = height_around(a);
      if (a.height() > 0.6 * scale) continue;
      const auto reach = static_cast<int>(kAccentGap * scale) + 1;
      double nearest = reach;
      std::uint32_t to = i;
      index.visit(std::max(0, a.y0 - reach), a.y1 + reach, [&](const std::vector<std::uint32_t>& row) {
        for (const std::uint32_t k : row) {
          const PixelBox& b = boxes[k];
          if (b.x0 > a.x1) break;
          if (k == i || 2 * common(a.x0, a.x1, b.x0, b.x1) < std::min(a.width(), b.width())) continue;
          const double gap = std::max(a.y0 - b.y1, b.y0 - a.y1);
          if (gap < nearest && b.height() <= 4 * scale) nearest = gap, to = k;
        }
        return true;
      });
      if (to != i) sets_.join(i, to);
    }
  }

  struct Follow {
    std::uint32_t a = 0, b = 0;
    double gap = 0;  // in middle heights
  };

  // The next piece to the right of each, up to a wide blank.
  std::vector<Follow> following(const std::vector<PixelBox>& boxes, const RowIndex& index) {
    std::vector<Follow> follows;
    for (std::uint32_t i = 0; i < boxes.size(); ++i) {
      const PixelBox& a = boxes[i];
      Follow nearest{i, i, 1.5};
      index.visit(a.y0, a.y1, [&](const std::vector<std::uint32_t>& row) {
        const auto first =
            std::ranges::lower_bound(row, a.x0, {}, [&](std::uint32_t k) { return boxes[k].x0; });
        for (auto k = first; k != row.end(); ++k) {
          const PixelBox& b = boxes[*k];
          const double scale = scale_of(a, b), gap = (b.x0 - a.x1) / scale;
          if (gap >= nearest.gap) {
            if (b.x0 > a.x1 + 3 * height_around(a)) break;
            continue;
          }
          if (*k == i || !on_one_line(a, b, scale)) continue;
          nearest.b = *k;
          nearest.gap = gap;
        }
        return true;
      });
      if (nearest.b != i) follows.push_back(nearest);
    }
    return follows;
  }

  // Letters' gaps and blanks are two heaps with a valley between; its lowest point over the whole page.
  double width_of_blank(const std::vector<Follow>& follows) {
    Histogram counts{};
    for (const Follow& f : follows)
      if (f.gap > 0 && f.gap < kBin * kBins) counts[static_cast<std::size_t>(f.gap / kBin) + 2] += 1;
    const auto smoothed = [&](std::size_t i) {
      return counts[i - 2] + 2 * counts[i - 1] + 3 * counts[i] + 2 * counts[i + 1] + counts[i + 2];
    };
    // Between the means of the two heaps (N. Otsu, A threshold selection method from gray-level histograms,
    // 1979), the middle of the lowest stretch.
    const auto [low, high] = means_of_heaps(counts);
    const auto bin_of = [](double gap) { return static_cast<std::size_t>(gap / kBin) + 2; };
    double least = INFINITY, first = 0, last = 0;
    for (std::size_t i = bin_of(std::max(low, kLeastBlank)); i <= bin_of(std::min(high, kMostBlank)); ++i) {
      const double at = (static_cast<double>(i) - 1.5) * kBin;
      if (smoothed(i) < least) least = smoothed(i), first = last = at;
      if (smoothed(i) == least && at - last < 1.5 * kBin) last = at;
    }
    return std::max((first + last) / 2, kLeastBlank);
  }

  static constexpr int kBins = 40;
  static constexpr double kBin = 0.03;
  using Histogram = std::array<double, kBins + 4>;  // of gaps, with two empty bins at each end

  static std::pair<double, double> means_of_heaps(const Histogram& counts) {
    double all = 0, sum = 0;
    for (std::size_t i = 0; i < counts.size(); ++i)
      all += counts[i], sum += counts[i] * (static_cast<double>(i) - 1.5);
    double below = 0, sum_below = 0, most = 0;
    std::pair<double, double> means{0, kMostBlank};
    for (std::size_t i = 0; i < counts.size(); ++i) {
      below += counts[i];
      sum_below += counts[i] * (static_cast<double>(i) - 1.5);
      if (below == 0 || below == all) continue;
      const double low = sum_below / below, high = (sum - sum_below) / (all - below);
      const double between = below * (all - below) * (high - low) * (high - low);
      if (between > most) most = between, means = {low * kBin, high * kBin};
    }
    return means;
  }

  void gather_words() {
    std::vector<std::uint32_t> number(letters_.size(), UINT32_MAX);
    for (std::uint32_t i = 0; i < letters_.size(); ++i) {
      std::uint32_t& word = number[sets_.root(i)];
      if (word == UINT32_MAX) {
        word = static_cast<std::uint32_t>(out_.words.size());
        out_.words.push_back({.ink = box(letters_[i])});
      }
      out_.words[word].ink = hull(out_.words[word].ink, box(letters_[i]));
      out_.words[word].pieces.push_back(letters_[i]);
    }
    for (PictureWord& word : out_.words) measure(word);
  }

  void measure(PictureWord& word) const {
    word.letter_height = height_around(word.ink);
    std::vector<int> feet, heights;
    for (const std::uint32_t piece : word.pieces) {
      if (box(piece).height() < 0.5 * word.letter_height) continue;
      feet.push_back(box(piece).y1);
      heights.push_back(box(piece).height());
    }
    if (heights.size() > 1 && median(heights) > 1.7 * word.letter_height)
      word.letter_height = 0.75 * median(heights);
    word.baseline_y = feet.empty() ? word.ink.y1 : static_cast<int>(median(feet));
  }

  void find_lines() {
    std::vector<PixelBox> boxes;
    for (const PictureWord& word : out_.words) boxes.push_back(word.ink);
    const RowIndex index(boxes, levels_.height(), height_cell_ / 4 + 1);
    base::DisjointSets lines(boxes.size());
    for (std::uint32_t i = 0; i < boxes.size(); ++i) {
      const std::uint32_t next = next_on_line(i, boxes, index);
      if (next != i) lines.join(i, next);
    }
    order_by_line(lines);
  }

  std::uint32_t next_on_line(std::uint32_t i, const std::vector<PixelBox>& boxes,
                             const RowIndex& index) const {
    const PixelBox& a = boxes[i];
    double nearest = longest_gap_px_;
    std::uint32_t next = i;
    index.visit(a.y0, a.y1, [&](const std::vector<std::uint32_t>& row) {
      for (const std::uint32_t k : row) {
        const PixelBox& b = boxes[k];
        if (b.x0 >= a.x1 + longest_gap_px_) break;
        if (k == i || b.x0 < a.x0 || b.x0 - a.x1 >= nearest) continue;
        if (!on_one_line(a, b, scale_of(a, b))) continue;
        nearest = b.x0 - a.x1;
        next = k;
      }
      return true;
    });
    return next;
  }

  void order_by_line(base::DisjointSets& lines) {
    struct Line {
      int top = INT32_MAX;
      std::vector<std::uint32_t> words;
    };
    std::vector<Line> all(out_.words.size());
    for (std::uint32_t i = 0; i < out_.words.size(); ++i) {
      Line& line = all[lines.root(i)];
      line.top = std::min(line.top, out_.words[i].ink.y0);
      line.words.push_back(i);
    }
    std::erase_if(all, [](const Line& line) { return line.words.empty(); });
    std::ranges::stable_sort(all, {}, &Line::top);
    std::vector<PictureWord> sorted;
    for (std::size_t number = 0; number < all.size(); ++number) {
      std::ranges::stable_sort(all[number].words, {}, [&](std::uint32_t i) { return out_.words[i].ink.x0; });
      for (const std::uint32_t i : all[number].words) {
        sorted.push_back(std::move(out_.words[i]));
        sorted.back().line = static_cast<int>(number);
      }
    }
    out_.words = std::move(sorted);
  }

  PictureWords finish() {
    for (std::uint32_t i = 0; i < out_.words.size(); ++i)
      for (const std::uint32_t piece : out_.words[i].pieces) out_.word_of[piece] = i;
    return std::move(out_);
  }

  // Wide enough for a line's letters, low enough for one line of headings.
  static constexpr double kHeightCellPt = 36;

  const image::GrayImage& levels_;
  double px_per_pt_, longest_gap_px_;
  std::vector<Piece> pieces_;
  std::vector<std::uint32_t> letters_;
  base::DisjointSets sets_;  // of letters_: words
  std::vector<double> heights_;
  int cells_wide_ = 1, height_cell_ = 1;
  PictureWords out_;
};

}  // namespace

PictureWords find_picture_words(const image::GrayImage& levels, double px_per_pt, double longest_gap_pt) {
  return WordFinder(levels, px_per_pt, longest_gap_pt).run();
}

}  // namespace barium::page
