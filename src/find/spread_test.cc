#include "find/spread.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/rng.h"

namespace barium::find {
namespace {

using base::Vec2;

constexpr double kFlatPt = 200, kRadiusPt = 260, kPxPerPt = 2.5;

// A page of lines of words, of which the right part rolls away from the camera.
Vec2 rolled(Vec2 p) {
  const double past = std::max(0.0, p.x - kFlatPt);
  return kPxPerPt * Vec2{p.x - past + kRadiusPt * std::sin(past / kRadiusPt), p.y};
}

Look random_look(base::Rng& rng) {
  Look look;
  for (float& v : look) v = static_cast<float>(rng.normal());
  return look;
}

struct Sheet {
  std::vector<PagePoint> points;
  PhotoFeatures seen;
  Placement placement{.photo_from_page = {{kPxPerPt, 0, 0, 0, kPxPerPt, 0, 0, 0, 1}}};

  explicit Sheet(std::uint64_t seed) {
    base::Rng rng(seed, "spread");
    for (double y = 40; y < 500; y += 24)
      for (double x = 30; x < 470; x += rng.uniform(35, 60)) {
        const Look look = random_look(rng);
        const Frame in_page{{x, y}, {rng.uniform(6, 12), 0}, {0, 3}};
        points.push_back({in_page, sign_bits(look)});
        const Vec2 at = rolled(in_page.centre);
        const double slope = (rolled({x + 0.5, y}) - rolled({x - 0.5, y})).x;
        seen.words.push_back({{at, {in_page.along.x * slope, 0}, {0, 3 * kPxPerPt}}, look});
        if (x < kFlatPt) placement.matches.push_back({in_page.centre, at});
      }
    for (int i = 0; i < 200; ++i)  // what is no word of the page
      seen.words.push_back(
          {{{rng.uniform(0, 1200), rng.uniform(0, 1250)}, {20, 0}, {0, 8}}, random_look(rng)});
  }
};

TEST(Spread, FollowsPaperThatRollsAway) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    const Sheet sheet(seed);
    const std::vector<Match> found = spread(sheet.seen, sheet.points, sheet.placement);
    std::size_t past_the_bend = 0, wrong = 0, of = 0;
    for (const PagePoint& p : sheet.points) of += p.frame.centre.x > kFlatPt;
    for (const Match& match : found) {
      past_the_bend += match.in_page.x > kFlatPt;
      wrong += norm(match.in_photo - rolled(match.in_page)) > 1;
    }
    EXPECT_GT(static_cast<double>(past_the_bend), 0.9 * static_cast<double>(of));
    EXPECT_EQ(wrong, 0u);
  }
}

TEST(Spread, KeepsWhatTheCheckFoundAndAddsNothingOfAnotherPage) {
  Sheet sheet(4);
  for (std::size_t i = 0; i < sheet.points.size(); ++i) {
    base::Rng rng(i, "another page");
    sheet.points[i].look = sign_bits(random_look(rng));
  }
  const std::vector<Match> found = spread(sheet.seen, sheet.points, sheet.placement);
  ASSERT_GE(found.size(), sheet.placement.matches.size());
  for (std::size_t i = 0; i < sheet.placement.matches.size(); ++i)
    EXPECT_EQ(found[i].in_photo, sheet.placement.matches[i].in_photo);
  EXPECT_LT(found.size() - sheet.placement.matches.size(), sheet.points.size() / 20);
}

TEST(Spread, OfNothingIsNothing) { EXPECT_TRUE(spread({}, {}, {}).empty()); }

}  // namespace
}  // namespace barium::find
