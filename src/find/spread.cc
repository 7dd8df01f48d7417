#include "find/spread.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "find/consensus.h"
#include "find/local_map.h"

namespace barium::find {
namespace {

using base::Vec2;

// A point of the page is known where the placement has a match this near it.
constexpr double kKnownPt = 30, kKnownReachPt = 45;
// The nearest known points that say where one stands; each is believed less the further it is.
constexpr std::size_t kGuides = 4;
constexpr double kFurthestGuidePt = 300;
// How far off their say may be: frames of words are good to about a tenth, and paper goes on bending.
constexpr double kErrorByDistance = 0.2, kErrorInHeights = 1.0;
// Of 32 signs of a look; few words come in question.
constexpr double kFarPt = 60;
constexpr int kMostSigns = 8, kMostSignsFar = 6;
constexpr int kMostRounds = 12;

struct Known {
  std::uint32_t point;
  Affine photo_from_page;  // by the frames of point and word
};

struct Expected {
  Affine photo_from_page;
  double reach_px = 0;
  int most_signs = kMostSigns;
};

class Spread {
 public:
  Spread(const PhotoFeatures& seen, std::span<const PagePoint> points)
      : seen_(seen), points_(points), is_known_(points.size(), false), is_taken_(seen.words.size(), false) {
    for (const PhotoWord& word : seen.words) {
      bits_.push_back(sign_bits(word.look));
      reversed_bits_.push_back(sign_bits(reversed(word.look)));
    }
  }

  void start(const Placement& placement) {
    const LocalMap map(placement.photo_from_page, placement.matches, kKnownReachPt);
    for (std::uint32_t i = 0; i < points_.size(); ++i) {
      const Vec2 p = points_[i].frame.centre;
      if (std::ranges::none_of(placement.matches,
                               [&](const Match& m) { return norm(m.in_page - p) < kKnownPt; }))
        continue;
      const Vec2 at = map * p, dx = map * (p + Vec2{1, 0}) - at, dy = map * (p + Vec2{0, 1}) - at;
      const Vec2 origin = at - dx * p.x - dy * p.y;
      find(i,
           {{dx.x, dy.x, origin.x, dx.y, dy.y, origin.y}, heights_px(dx, dy, points_[i].frame), kMostSigns});
    }
  }

  void go_on() {
    for (int round = 0; round < kMostRounds; ++round) {
      const std::vector<Known> guides = known_;
      for (std::uint32_t i = 0; i < points_.size(); ++i)
        if (!is_known_[i])
          if (const auto expected = by_guides(guides, points_[i].frame.centre)) find(i, *expected);
      if (known_.size() == guides.size()) return;
    }
  }

  std::vector<Match> matches() const {
    std::vector<Match> out;
    for (const Known& known : known_) {
      const Vec2 in_page = points_[known.point].frame.centre;
      out.push_back({in_page, known.photo_from_page * in_page});
    }
    return out;
  }

 private:
  static double heights_px(Vec2 dx, Vec2 dy, const Frame& frame) {
    constexpr double kHeightOfSigma = 3.46;  // sqrt(12)
    return kErrorInHeights * kHeightOfSigma * norm(dx * frame.across.x + dy * frame.across.y);
  }

  std::optional<Expected> by_guides(const std::vector<Known>& guides, Vec2 p) const {
    std::vector<std::pair<double, std::uint32_t>> near;
    for (std::uint32_t g = 0; g < guides.size(); ++g) {
      const double away = norm(points_[guides[g].point].frame.centre - p);
      if (away < kFurthestGuidePt) near.emplace_back(away, g);
    }
    if (near.size() < kGuides) return std::nullopt;
    std::partial_sort(near.begin(), near.begin() + kGuides, near.end());
    Affine sum{0, 0, 0, 0, 0, 0};
    double weight = 0;
    for (std::size_t k = 0; k < kGuides; ++k) {
      const Affine& one = guides[near[k].second].photo_from_page;
      const double w = 1 / (near[k].first * near[k].first + 1);
      sum = {sum.a + w * one.a, sum.b + w * one.b, sum.c + w * one.c,
             sum.d + w * one.d, sum.e + w * one.e, sum.f + w * one.f};
      weight += w;
    }
    const Affine map{sum.a / weight, sum.b / weight, sum.c / weight,
                     sum.d / weight, sum.e / weight, sum.f / weight};
    const double px_per_pt = std::sqrt(std::abs(map.a * map.e - map.b * map.d));
    const double height =
        heights_px({map.a, map.d}, {map.b, map.e}, points_[guides[near[0].second].point].frame);
    return Expected{map, kErrorByDistance * near[0].first * px_per_pt + height,
                    near[0].first < kFarPt ? kMostSigns : kMostSignsFar};
  }

  void find(std::uint32_t point, const Expected& expected) {
    const Frame& in_page = points_[point].frame;
    const Vec2 centre = expected.photo_from_page * in_page.centre;
    const Vec2 along = expected.photo_from_page.turn(in_page.along);
    double least = std::numeric_limits<double>::infinity();
    std::size_t best = 0;
    for (std::size_t w = 0; w < seen_.words.size(); ++w) {
      const Frame& frame = seen_.words[w].frame;
      const double away = norm(frame.centre - centre) / expected.reach_px;
      if (away > 1 || is_taken_[w]) continue;
      const bool turned = dot(along, frame.along) < 0;
      const int signs = std::popcount((turned ? reversed_bits_[w] : bits_[w]) ^ points_[point].look);
      if (signs > expected.most_signs) continue;
      if (!same_shape(expected.photo_from_page, in_page, turned ? frame.reversed() : frame)) continue;
      const double cost = static_cast<double>(signs) / kMostSigns + away;
      if (cost >= least) continue;
      least = cost;
      best = w;
    }
    if (!std::isfinite(least)) return;
    const Frame& frame = seen_.words[best].frame;
    is_known_[point] = is_taken_[best] = true;
    known_.push_back(
        {point, affine_between(in_page, dot(along, frame.along) < 0 ? frame.reversed() : frame)});
  }

  const PhotoFeatures& seen_;
  std::span<const PagePoint> points_;
  std::vector<std::uint32_t> bits_, reversed_bits_;
  std::vector<bool> is_known_, is_taken_;
  std::vector<Known> known_;
};

}  // namespace

std::vector<Match> spread(const PhotoFeatures& seen, std::span<const PagePoint> points,
                          const Placement& placement) {
  Spread spread(seen, points);
  spread.start(placement);
  spread.go_on();
  std::vector<Match> matches = placement.matches;
  for (const Match& match : spread.matches()) matches.push_back(match);
  return matches;
}

}  // namespace barium::find
