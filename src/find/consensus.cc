#include "find/consensus.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "find/local_map.h"

namespace barium::find {
namespace {

using base::Vec2;

// How far a hit may lie from where another one's frame puts it: a share of the distance (frames of words are
// good to about a tenth, paper bends), and lines of text.
constexpr double kErrorByDistance = 0.15;
constexpr double kErrorInHeights = 3;
constexpr double kMostTurn = 0.45;  // radians between the maps of two hits on one page
constexpr double kMostLogScale = 0.45;
constexpr std::size_t kMostSeeds = 80;
constexpr double kHeightOfSigma = 3.46;  // sqrt(12)

Frame seen_frame(const Hit& hit, const PhotoFeatures& seen) {
  const Frame& frame = seen.words[hit.word].frame;
  return hit.reversed ? frame.reversed() : frame;
}

double height_px(const Frame& frame) { return kHeightOfSigma * norm(frame.across); }

// Which hits agree with one of them, at most one for each word and for each point; hits are in order of
// weight.
class Agreement {
 public:
  Agreement(std::span<const Hit> hits, std::span<const PagePoint> points, const PhotoFeatures& seen)
      : hits_(hits), points_(points), word_used_(seen.words.size(), 0), point_used_(points.size(), 0) {
    for (const Hit& hit : hits) {
      in_photo_.push_back(seen_frame(hit, seen));
      centres_.push_back({points[hit.point].frame.centre, in_photo_.back().centre});
    }
  }

  Affine map_of(std::size_t seed) const {
    return affine_between(points_[hits_[seed].point].frame, in_photo_[seed]);
  }

  double collect(std::size_t seed, const Affine& map, std::vector<std::uint32_t>& inliers) {
    ++stamp_;
    inliers.clear();
    double votes = 0;
    const double near_px = kErrorInHeights * height_px(in_photo_[seed]) / 2;
    const Vec2 centre = centres_[seed].in_photo;
    for (std::uint32_t i = 0; i < hits_.size(); ++i) {
      const Vec2 off = map * centres_[i].in_page - centres_[i].in_photo, away = centres_[i].in_photo - centre;
      // (a + b)^2 <= 2 (a^2 + b^2): most fail without a root.
      const double off2 = dot(off, off), away2 = dot(away, away);
      if (off2 > 2 * (kErrorByDistance * kErrorByDistance * away2 + near_px * near_px)) continue;
      const Hit& hit = hits_[i];
      if (word_used_[hit.word] == stamp_ || point_used_[hit.point] == stamp_) continue;
      if (std::sqrt(off2) > kErrorByDistance * std::sqrt(away2) + near_px) continue;
      if (!same_shape(map, points_[hit.point].frame, in_photo_[i])) continue;
      word_used_[hit.word] = point_used_[hit.point] = stamp_;
      votes += hit.weight;
      inliers.push_back(i);
    }
    return votes;
  }

 private:
  std::span<const Hit> hits_;
  std::span<const PagePoint> points_;
  std::vector<Frame> in_photo_;
  std::vector<Match> centres_;
  std::vector<std::uint32_t> word_used_, point_used_;
  std::uint32_t stamp_ = 0;
};

// The derivative of a homography, as an affine map around p.
Affine around(const image::Homography& map, Vec2 p) {
  const Vec2 q = map * p, dx = map * (p + Vec2{1, 0}) - q, dy = map * (p + Vec2{0, 1}) - q;
  const Vec2 at0 = q - dx * p.x - dy * p.y;
  return {dx.x, dy.x, at0.x, dx.y, dy.y, at0.y};
}

Match match_of(const PagePoint& point, const PhotoWord& word) {
  return {point.frame.centre, word.frame.centre};
}

}  // namespace

bool same_shape(const Affine& map, const Frame& in_page, const Frame& in_photo) {
  const Vec2 expected = map.turn(in_page.along), across = map.turn(in_page.across);
  const double turn = std::atan2(cross(expected, in_photo.along), dot(expected, in_photo.along));
  if (std::abs(turn) > kMostTurn) return false;
  const double heights = std::log(norm(in_photo.across) / norm(across));
  const double lengths = std::log(norm(in_photo.along) / norm(expected));
  return std::abs(heights) < kMostLogScale && std::abs(lengths) < kMostLogScale;
}

Affine affine_between(const Frame& source, const Frame& target) {
  const double determinant = cross(source.along, source.across);
  const Vec2 s = source.along * (1 / determinant), t = source.across * (1 / determinant);
  Affine map;
  map.a = target.along.x * t.y - target.across.x * s.y;
  map.b = target.across.x * s.x - target.along.x * t.x;
  map.d = target.along.y * t.y - target.across.y * s.y;
  map.e = target.across.y * s.x - target.along.y * t.x;
  const Vec2 moved = map.turn(source.centre);
  map.c = target.centre.x - moved.x;
  map.f = target.centre.y - moved.y;
  return map;
}

Candidate agree(std::span<const Hit> hits, std::span<const PagePoint> points, const PhotoFeatures& seen) {
  Agreement agreement(hits, points, seen);
  Candidate best;
  std::vector<std::uint32_t> inliers, best_inliers;
  for (std::size_t seed = 0; seed < std::min(hits.size(), kMostSeeds); ++seed) {
    const Affine map = agreement.map_of(seed);
    const double votes = agreement.collect(seed, map, inliers);
    if (votes > best.votes && inliers.size() >= 3) {
      best.votes = votes;
      best.photo_from_page = map.homography();
      best_inliers = inliers;
    }
  }
  for (const std::uint32_t i : best_inliers)
    best.matches.push_back(match_of(points[hits[i].point], seen.words[hits[i].word]));
  return best;
}

namespace {

// Words of the photo by place, to look up those near a point.
class WordGrid {
 public:
  WordGrid(const PhotoFeatures& seen, double cell_px) : cell_px_(cell_px) {
    for (const PhotoWord& w : seen.words) {
      columns_ = std::max(columns_, static_cast<int>(w.frame.centre.x / cell_px) + 1);
      rows_ = std::max(rows_, static_cast<int>(w.frame.centre.y / cell_px) + 1);
    }
    cells_.resize(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_));
    for (std::uint32_t i = 0; i < seen.words.size(); ++i) {
      const Vec2 c = seen.words[i].frame.centre;
      cells_[place(column(c.x, columns_), column(c.y, rows_))].push_back(i);
    }
  }
  template <class Body>
  void near(Vec2 p, double reach, Body body) const {
    if (!(std::abs(p.x) < 1e6 && std::abs(p.y) < 1e6)) return;
    for (int y = column(p.y - reach, rows_); y <= column(p.y + reach, rows_); ++y)
      for (int x = column(p.x - reach, columns_); x <= column(p.x + reach, columns_); ++x)
        for (const std::uint32_t i : cells_[place(x, y)]) body(i);
  }

 private:
  int column(double x, int count) const { return std::clamp(static_cast<int>(x / cell_px_), 0, count - 1); }
  std::size_t place(int x, int y) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(columns_) + static_cast<std::size_t>(x);
  }
  double cell_px_;
  int columns_ = 1, rows_ = 1;
  std::vector<std::vector<std::uint32_t>> cells_;
};

// A look may differ in this many of its 32 signs where only a few words come in question.
constexpr int kGuidedDistance = 8;

struct Pick {
  std::uint32_t word = UINT32_MAX;
  double cost = 1;
};

Pick best_word(const PagePoint& point, const LocalMap& map, const Affine& derivative, double reach_px,
               const PhotoFeatures& seen, std::span<const std::uint32_t> bits,
               std::span<const std::uint32_t> reversed_bits, const WordGrid& grid) {
  Pick pick;
  const Vec2 expected = map * point.frame.centre;
  const Vec2 along = derivative.turn(point.frame.along);
  grid.near(expected, reach_px, [&](std::uint32_t i) {
    const Frame& frame = seen.words[i].frame;
    const double away = norm(frame.centre - expected) / reach_px;
    if (away > 1) return;
    const bool turned = dot(along, frame.along) < 0;
    const int distance = std::popcount((turned ? reversed_bits[i] : bits[i]) ^ point.look);
    if (distance > kGuidedDistance) return;
    if (!same_shape(derivative, point.frame, turned ? frame.reversed() : frame)) return;
    const double cost = 0.5 * distance / kGuidedDistance + 0.5 * away;
    if (cost < pick.cost) pick = {i, cost};
  });
  return pick;
}

// Rounds of looking, in points on the page: the reach of the search, and of a match's say on its
// surroundings.
struct Round {
  double search_pt, say_pt;
};
constexpr std::array<Round, 3> kRounds{{{36, 120}, {24, 80}, {16, 60}}};

}  // namespace

void grow(Candidate& candidate, std::span<const PagePoint> points, const PhotoFeatures& seen) {
  std::vector<std::uint32_t> bits, reversed_bits;
  for (const PhotoWord& w : seen.words) {
    bits.push_back(sign_bits(w.look));
    reversed_bits.push_back(sign_bits(reversed(w.look)));
  }
  const WordGrid grid(seen, 64 / seen.px_per_photo_px);
  for (const Round& round : kRounds) {
    Vec2 middle;
    for (const Match& m : candidate.matches)
      middle = middle + m.in_page * (1.0 / static_cast<double>(candidate.matches.size()));
    const double px_per_pt = std::sqrt(std::abs(candidate.photo_from_page.area_scale(middle)));
    const LocalMap map(candidate.photo_from_page, candidate.matches, round.say_pt);
    std::vector<Match> matches;
    std::vector<std::pair<double, std::uint32_t>> taken(seen.words.size(), {2.0, 0});
    for (std::uint32_t i = 0; i < points.size(); ++i) {
      const Affine derivative = around(candidate.photo_from_page, points[i].frame.centre);
      const Pick pick =
          best_word(points[i], map, derivative, round.search_pt * px_per_pt, seen, bits, reversed_bits, grid);
      if (pick.word != UINT32_MAX && pick.cost < taken[pick.word].first) taken[pick.word] = {pick.cost, i};
    }
    for (std::size_t w = 0; w < taken.size(); ++w)
      if (taken[w].first < 2) matches.push_back(match_of(points[taken[w].second], seen.words[w]));
    if (matches.size() < 3) return;
    const auto better = robust_homography(matches, 8 * px_per_pt);
    if (!better) return;
    candidate.photo_from_page = *better;
    candidate.matches = std::move(matches);
  }
}

}  // namespace barium::find
