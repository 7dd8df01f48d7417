#include "find/words.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "base/disjoint_sets.h"
#include "find/gaps.h"
#include "find/local_field.h"

namespace barium::find {
namespace {

using base::Vec2;

// A uniform bar of width w has the standard deviation w / sqrt(12).
const double kWidthOfSigma = std::sqrt(12.0);

// Mass and moments of several pieces together.
struct Moments {
  double mass = 0;
  Vec2 centre;
  double xx = 0, xy = 0, yy = 0;

  static Moments of(const Piece& p) { return {p.mass, p.centre, p.xx, p.xy, p.yy}; }
  Moments operator+(const Moments& other) const {
    Moments sum;
    sum.mass = mass + other.mass;
    const double f = mass / sum.mass, g = other.mass / sum.mass;
    const Vec2 d = other.centre - centre;
    sum.centre = centre + d * g;
    sum.xx = f * xx + g * other.xx + f * g * d.x * d.x;
    sum.xy = f * xy + g * other.xy + f * g * d.x * d.y;
    sum.yy = f * yy + g * other.yy + f * g * d.y * d.y;
    return sum;
  }
  double variance(Vec2 unit) const {
    return unit.x * unit.x * xx + 2 * unit.x * unit.y * xy + unit.y * unit.y * yy;
  }
  // Twice the angle of the long axis, as a vector of length 0 (round) to 1 (a line).
  Vec2 elongation() const { return Vec2{xx - yy, 2 * xy} * (1 / (xx + yy)); }
  double long_sigma() const { return std::sqrt((xx + yy) / 2 * (1 + norm(elongation()))); }
  double short_sigma() const { return std::sqrt(std::max(0.0, (xx + yy) / 2 * (1 - norm(elongation())))); }
};

Vec2 half_angle(Vec2 doubled) {
  const double angle = std::atan2(doubled.y, doubled.x) / 2;
  return {std::cos(angle), std::sin(angle)};
}
Vec2 perpendicular(Vec2 d) { return {-d.y, d.x}; }

// Moments of each cluster, in order of its first piece.
std::vector<Moments> cluster_moments(const std::vector<Moments>& pieces, base::DisjointSets& clusters) {
  std::vector<Moments> sums;
  std::vector<std::uint32_t> place(pieces.size(), UINT32_MAX);
  for (std::uint32_t i = 0; i < pieces.size(); ++i) {
    auto& at = place[clusters.root(i)];
    if (at == UINT32_MAX) {
      at = static_cast<std::uint32_t>(sums.size());
      sums.push_back(pieces[i]);
    } else {
      sums[at] = sums[at] + pieces[i];
    }
  }
  return sums;
}

// Height of the text before its direction is known. A letter is about as high as wide; where blur has run a
// word together, its short axis is its height.
double rough_height(const Moments& m) {
  return kWidthOfSigma * std::min(m.long_sigma(), 1.3 * m.short_sigma());
}

// Rules, frames and pictures are no text.
constexpr double kTallestTextPx = 120;
constexpr double kLongestWordPx = 700;
bool may_be_text(const Moments& m) {
  return kWidthOfSigma * m.short_sigma() < kTallestTextPx &&
         kWidthOfSigma * m.long_sigma() < kLongestWordPx && m.long_sigma() < 25 * m.short_sigma();
}

// In heights of the text: letters of a word are closer than kLetterGap, words of a sentence farther apart
// (a space is a quarter of an em or more, and the height as measured here about half an em).
constexpr double kTightGap = 0.25;
constexpr double kLetterGap = 0.38;

// A neighbour with less than this share of a piece's ink is a dot, an accent or dust.
constexpr double kDust = 0.15;

class WordFinder {
 public:
  WordFinder(const Pieces& pieces, Print print, int width, int height)
      : print_(print), gaps_(piece_gaps(pieces.labels)), height_(width, height), direction_(width, height) {
    for (const Piece& p : pieces.pieces) pieces_.push_back(Moments::of(p));
    print == Print::kSolid ? measure_solid() : measure_broken();
  }

  std::vector<Moments> words() {
    base::DisjointSets clusters(pieces_.size());
    for (const Gap& gap : gaps_)
      if (on_one_line(gap)) clusters.join(gap.a, gap.b);
    return cluster_moments(pieces_, clusters);
  }

  double text_height(Vec2 p) const { return height_.at(p); }

  // The word's own long axis where it is long, the text around it where it is not.
  Frame frame_of(const Moments& m) const {
    const double aspect = m.long_sigma() / std::max(m.short_sigma(), 0.3);
    const Vec2 around = direction_.at(m.centre);
    const Vec2 doubled = m.elongation() * std::max(0.0, aspect * aspect - 2) + around * 6.0;
    const Vec2 d = half_angle(doubled);
    // along: the spread on the line through the centre (a conditional deviation), across: what is left of
    // the covariance, a rank one matrix.
    const double determinant = m.xx * m.yy - m.xy * m.xy;
    const double inverse = (d.x * d.x * m.yy - 2 * d.x * d.y * m.xy + d.y * d.y * m.xx) / determinant;
    const Vec2 along = d * (1 / std::sqrt(inverse));
    const double vxx = m.xx - along.x * along.x, vyy = m.yy - along.y * along.y;
    Vec2 across{std::sqrt(std::max(0.0, vxx)), std::sqrt(std::max(0.0, vyy))};
    if (m.xy - along.x * along.y < 0) across.x = -across.x;
    if (cross(along, across) < 0) across = across * -1;
    return {m.centre, along, across};
  }

 private:
  template <class Height>
  void measure_height(Height height, const std::vector<Moments>& of) {
    height_.clear();
    for (const Moments& m : of)
      if (may_be_text(m)) height_.add(m.centre, height(m), std::sqrt(m.mass));
    height_.finish();
  }
  void measure_height_across(const std::vector<Moments>& of) {
    measure_height([&](const Moments& m) { return height_across(m); }, of);
  }

  void measure_solid() {
    measure_height([](const Moments& m) { return rough_height(m); }, pieces_);
    base::DisjointSets tight(pieces_.size());
    for (const Gap& gap : gaps_)
      if (gap.px < kTightGap * pair_height(gap) && may_be_text(pieces_[gap.a]) && may_be_text(pieces_[gap.b]))
        tight.join(gap.a, gap.b);
    const auto parts = cluster_moments(pieces_, tight);
    for (const Moments& m : parts)
      if (may_be_text(m)) direction_.add(m.centre, m.elongation() * (m.mass * norm(m.elongation())));
    direction_.finish();
    measure_height_across(parts);
  }

  // A stroke's own axis is upright as often as not: the direction comes first from where pieces have their
  // neighbours, then, more exactly, from the long axes of what joins along that.
  void measure_broken() {
    for (const Moments& m : pieces_)
      if (may_be_text(m)) direction_.add(m.centre, m.elongation() * (m.mass * norm(m.elongation())));
    const auto neighbours = nearest();
    for (std::size_t i = 0; i < pieces_.size(); ++i)
      if (neighbours[i] != nullptr)
        direction_.add(pieces_[i].centre, doubled_direction(*neighbours[i]) * (2 * pieces_[i].mass));
    direction_.finish();
    measure_height_across(pieces_);
    base::DisjointSets words(pieces_.size());
    for (const Gap& gap : gaps_)
      if (on_one_line(gap)) words.join(gap.a, gap.b);
    const auto parts = cluster_moments(pieces_, words);
    LocalMean refined = direction_;
    refined.clear();
    for (const Moments& m : parts)
      if (may_be_text(m)) refined.add(m.centre, own_or_around(m));
    refined.finish();
    direction_ = std::move(refined);
    measure_height_across(parts);
  }

  // The long axis where it lies within 30 degrees of the text around, else that, with less weight.
  Vec2 own_or_around(const Moments& m) const {
    const Vec2 around = direction_.at(m.centre), own = m.elongation();
    return dot(around, own) > 0.5 * norm(own) ? own * (m.mass * norm(own)) : around * (0.3 * m.mass);
  }

  // The gap to the piece nearest to each one, dust and dots aside; null where there is none.
  std::vector<const Gap*> nearest() const {
    std::vector<const Gap*> result(pieces_.size(), nullptr);
    for (const Gap& gap : gaps_) {
      const Moments &a = pieces_[gap.a], &b = pieces_[gap.b];
      if (!may_be_text(a) || !may_be_text(b)) continue;
      const auto offer = [&](std::uint32_t to, double mass, double others) {
        if (others > kDust * mass && (result[to] == nullptr || gap.px < result[to]->px)) result[to] = &gap;
      };
      offer(gap.a, a.mass, b.mass);
      offer(gap.b, b.mass, a.mass);
    }
    return result;
  }

  Vec2 doubled_direction(const Gap& gap) const {
    const Vec2 apart = pieces_[gap.b].centre - pieces_[gap.a].centre;
    const double length2 = std::max(dot(apart, apart), 1e-9);
    return Vec2{apart.x * apart.x - apart.y * apart.y, 2 * apart.x * apart.y} * (1 / length2);
  }

  double height_across(const Moments& m) const {
    return kWidthOfSigma * std::sqrt(m.variance(perpendicular(half_angle(direction_.at(m.centre)))));
  }
  double own_height(const Moments& m) const {
    return print_ == Print::kSolid ? rough_height(m) : height_across(m);
  }

  // A heading among small print keeps its own scale.
  double pair_height(const Gap& gap) const {
    const Moments &a = pieces_[gap.a], &b = pieces_[gap.b];
    const double around = height_.at((a.centre + b.centre) * 0.5);
    const double own = std::min(own_height(a), own_height(b));
    return own > 1.8 * around ? own : around;
  }

  bool on_one_line(const Gap& gap) const {
    const Moments &a = pieces_[gap.a], &b = pieces_[gap.b];
    if (!may_be_text(a) || !may_be_text(b)) return false;
    const double height = pair_height(gap);
    if (gap.px > kLetterGap * height) return false;
    const Vec2 d = half_angle(direction_.at((a.centre + b.centre) * 0.5));
    const Vec2 apart = b.centre - a.centre;
    const double across = std::abs(cross(d, apart)), along = std::abs(dot(d, apart));
    return across < 0.7 * height && across < 2 * along;
  }

  Print print_;
  std::vector<Moments> pieces_;
  std::vector<Gap> gaps_;
  LocalMedian height_;
  LocalMean direction_;
};

// Ink of a word: not dust, not a lone letter (nothing to tell it by), not a rule.
constexpr double kLeastHeightPx = 3.5;
constexpr double kLeastAspect = 1.6;
constexpr double kMostAspect = 25;

bool is_word(const Frame& f) {
  const double across = norm(f.across), along = norm(f.along);
  return kWidthOfSigma * across >= kLeastHeightPx && kWidthOfSigma * across < kTallestTextPx &&
         along >= kLeastAspect * across && along < kMostAspect * across;
}

// In heights of the text, between the ends of two words that count as neighbours.
constexpr double kWidestNeighbourGap = 2.5;
constexpr double kHalfLengthOfSigma = 1.732;

struct Ends {
  Vec2 centre, along;  // unit
  double half = 0, height = 0;
};

Ends ends_of(const Frame& f) {
  const double length = norm(f.along);
  return {f.centre, f.along * (1 / length), kHalfLengthOfSigma * length, kWidthOfSigma * norm(f.across)};
}

// Gap from a's far end to b's near end in text heights, if b follows a on its line.
double gap_after(const Ends& a, const Ends& b) {
  const Vec2 apart = b.centre - a.centre;
  const double height = (a.height + b.height) / 2;
  const double forward = dot(a.along, apart);
  if (forward <= 0 || std::abs(cross(a.along, apart)) > 0.5 * height + 0.1 * forward) return 9;
  if (std::max(a.height, b.height) > 2.2 * std::min(a.height, b.height)) return 9;
  return std::max(0.0, forward - a.half - b.half) / height;
}

struct Neighbour {
  std::uint32_t word;
  double gap;
};

// The next word on each word's line, in the direction in which its `along` runs.
std::vector<Neighbour> next_on_line(const std::vector<Ends>& ends, double sign) {
  std::vector<std::uint32_t> by_x(ends.size());
  std::iota(by_x.begin(), by_x.end(), 0u);
  std::sort(by_x.begin(), by_x.end(), [&](auto a, auto b) {
    return ends[a].centre.x != ends[b].centre.x ? ends[a].centre.x < ends[b].centre.x : a < b;
  });
  std::vector<Neighbour> next(ends.size(), {UINT32_MAX, 9});
  const double longest = std::accumulate(ends.begin(), ends.end(), 0.0,
                                         [](double m, const Ends& e) { return std::max(m, e.half); });
  for (std::uint32_t i = 0; i < ends.size(); ++i) {
    Ends from = ends[i];
    from.along = from.along * sign;
    const double reach = from.half + longest + kWidestNeighbourGap * 1.6 * from.height;
    const auto first = std::lower_bound(by_x.begin(), by_x.end(), from.centre.x - reach,
                                        [&](auto w, double x) { return ends[w].centre.x < x; });
    for (auto it = first; it != by_x.end() && ends[*it].centre.x < from.centre.x + reach; ++it) {
      if (*it == i) continue;
      const double gap = gap_after(from, ends[*it]);
      if (gap < std::min(next[i].gap, kWidestNeighbourGap)) next[i] = {*it, gap};
    }
  }
  return next;
}

}  // namespace

std::vector<InkWord> ink_words(const Pieces& pieces, Print print) {
  WordFinder finder(pieces, print, pieces.labels.width(), pieces.labels.height());
  std::vector<Moments> moments;
  std::vector<InkWord> words;
  std::vector<Ends> ends;
  for (const Moments& m : finder.words()) {
    if (!may_be_text(m)) continue;
    const Frame frame = finder.frame_of(m);
    if (kWidthOfSigma * norm(frame.across) < kLeastHeightPx) continue;
    moments.push_back(m);
    words.push_back({frame, m.mass, 9, 1});
    ends.push_back(ends_of(frame));
  }
  const auto after = next_on_line(ends, 1), before = next_on_line(ends, -1);
  std::vector<InkWord> pairs;
  for (std::uint32_t i = 0; i < words.size(); ++i) {
    words[i].gap = std::min(after[i].gap, before[i].gap);
    for (const Neighbour& next : {after[i], before[i]}) {
      if (next.word == UINT32_MAX || next.word < i) continue;
      const Moments both = moments[i] + moments[next.word];
      const Frame frame = finder.frame_of(both);
      if (is_word(frame)) pairs.push_back({frame, both.mass, next.gap, 2});
    }
  }
  std::erase_if(words, [](const InkWord& w) { return !is_word(w.frame); });
  words.insert(words.end(), pairs.begin(), pairs.end());
  return words;
}

}  // namespace barium::find
