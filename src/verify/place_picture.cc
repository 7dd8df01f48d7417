#include "verify/place_picture.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <vector>

#include "image/filter.h"
#include "image/sample.h"

namespace barium::verify {
namespace {

using image::FloatImage;

// Of the picture and all places within reach.
constexpr double kLeastInView = 0.9;
constexpr int kCoarse = 4;  // samples on a side of one of the coarse search
constexpr int kStarts = 3, kRounds = 15, kCoarseRounds = 5;
constexpr double kHopeless = 0.3;  // correlation
constexpr std::size_t kMostSamples = 5000;
constexpr double kLeastSamples = 200;
// Of how much the look changes along and across, the lesser of the greater.
constexpr double kLeastBothWays = 0.1;
// Of its samples so many are dark ink.
constexpr double kLeastDark = 0.05;
// Paper stretches and turns a picture by no more.
constexpr double kMostStretch = 0.15;

struct Sample {
  float u = 0, v = 0;  // of the picture's box, -1 to 1
  float x = 0, y = 0;  // on the laid grid
  float look = 0;
};

double share_of(const FloatImage& seen, const Patch& patch, int reach) {
  double all = 0, known = 0;
  for (int y = patch.y0 - reach; y < patch.y0 + patch.height + reach; y += kCoarse)
    for (int x = patch.x0 - reach; x < patch.x0 + patch.width + reach; x += kCoarse) {
      ++all;
      if (x >= 0 && y >= 0 && x < seen.width() && y < seen.height()) known += seen.at(x, y) > 0;
    }
  return all > 0 ? known / all : 0;
}

// Every few samples of the look, but for words.
std::vector<Sample> samples_of(const GraphicLook& with, const Patch& patch, const FloatImage& look,
                               int step) {
  std::vector<Sample> out;
  for (int y = 0; y < patch.height; y += step)
    for (int x = 0; x < patch.width; x += step)
      if (with.page.words.at(patch.x0 + x, patch.y0 + y) == 0)
        out.push_back({2.0f * static_cast<float>(x) / static_cast<float>(patch.width) - 1,
                       2.0f * static_cast<float>(y) / static_cast<float>(patch.height) - 1,
                       static_cast<float>(patch.x0 + x), static_cast<float>(patch.y0 + y), look.at(x, y)});
  return out;
}

// Displacement of a sample: t + A (u, v), samples.
struct Move {
  Eigen::Matrix<double, 6, 1> by = Eigen::Matrix<double, 6, 1>::Zero();
  base::Vec2 of(const Sample& s) const {
    const double u = static_cast<double>(s.u), v = static_cast<double>(s.v);
    return {by(0) + by(1) * u + by(2) * v, by(3) + by(4) * u + by(5) * v};
  }
};

// What the photo shows about a picture.
struct Surroundings {
  FloatImage photo;
  double x0 = 0, y0 = 0;  // its first sample, on the laid grid

  Surroundings(const FloatImage& page, const Patch& patch) {
    const int margin = static_cast<int>(kPictureReachPt / kLaidStepPt) + 4 * kCoarse +
                       static_cast<int>(kMostStretch * std::max(patch.width, patch.height));
    const int left = std::max(0, patch.x0 - margin), top = std::max(0, patch.y0 - margin);
    const int w = std::min(page.width(), patch.x0 + patch.width + margin) - left,
              h = std::min(page.height(), patch.y0 + patch.height + margin) - top;
    photo = FloatImage(w, h);
    for (int y = 0; y < h; ++y) std::copy_n(page.row(top + y) + left, w, photo.row(y));
    x0 = left, y0 = top;
  }
  float at(const Sample& s, base::Vec2 off) const {
    return image::sample_bilinear(photo.view(), {static_cast<double>(s.x) + off.x + 0.5 - x0,
                                                 static_cast<double>(s.y) + off.y + 0.5 - y0});
  }
};

// Of look and what is seen, each less level and slopes; and the normal equations' solution: shading, gain.
struct Match {
  double correlation = -1;
  double shown = 0;  // contrast of what is seen over that of the look, in units of the brightness there
  Eigen::Vector4d fit = Eigen::Vector4d::Zero();
};
Match match(const Surroundings& photo, const std::vector<Sample>& samples, const Move& move) {
  Eigen::Matrix<double, 5, 5> all = Eigen::Matrix<double, 5, 5>::Zero();
  for (const Sample& s : samples) {
    Eigen::Matrix<double, 5, 1> row;
    row << 1, static_cast<double>(s.u), static_cast<double>(s.v), static_cast<double>(s.look),
        static_cast<double>(photo.at(s, move.of(s)));
    all.selfadjointView<Eigen::Lower>().rankUpdate(row);
  }
  all = Eigen::Matrix<double, 5, 5>(all.selfadjointView<Eigen::Lower>());
  Eigen::Matrix3d shade = all.topLeftCorner<3, 3>();
  shade.diagonal().array() += 1e-9;
  const Eigen::Matrix<double, 3, 2> solved = shade.ldlt().solve(all.block<3, 2>(0, 3));
  const Eigen::Matrix2d left = all.block<2, 2>(3, 3) - all.block<2, 3>(3, 0) * solved;
  Match out;
  if (!(left(0, 0) > 1e-9) || !(all(0, 4) > 0)) return out;
  out.shown = std::sqrt(std::max(0.0, left(1, 1)) / left(0, 0)) * all(0, 0) / all(0, 4);
  if (!(left(1, 1) > 1e-9)) return out;
  out.correlation = left(0, 1) / std::sqrt(left(0, 0) * left(1, 1));
  const double gain = left(0, 1) / left(0, 0);
  out.fit << solved.col(1) - gain * solved.col(0), gain;
  return out;
}

// One step of least squares: shading, gain and the displacement together.
void improve(const Surroundings& photo, const std::vector<Sample>& samples, const Match& now, Move& move) {
  Eigen::Matrix<double, 10, 10> normal = Eigen::Matrix<double, 10, 10>::Zero();
  Eigen::Matrix<double, 10, 1> right = Eigen::Matrix<double, 10, 1>::Zero();
  for (const Sample& s : samples) {
    const base::Vec2 d = move.of(s);
    const double u = static_cast<double>(s.u), v = static_cast<double>(s.v),
                 look = static_cast<double>(s.look);
    const double gx = static_cast<double>(photo.at(s, d + base::Vec2{0.5, 0}) -
                                          photo.at(s, d - base::Vec2{0.5, 0})),
                 gy = static_cast<double>(photo.at(s, d + base::Vec2{0, 0.5}) -
                                          photo.at(s, d - base::Vec2{0, 0.5}));
    const double off = now.fit(0) + now.fit(1) * u + now.fit(2) * v + now.fit(3) * look -
                       static_cast<double>(photo.at(s, d));
    Eigen::Matrix<double, 10, 1> row;
    row << gx, gx * u, gx * v, gy, gy * u, gy * v, -1, -u, -v, -look;
    normal.selfadjointView<Eigen::Lower>().rankUpdate(row);
    right += off * row;
  }
  normal = Eigen::Matrix<double, 10, 10>(normal.selfadjointView<Eigen::Lower>());
  normal.diagonal().array() += 1e-6 * static_cast<double>(samples.size());
  move.by += normal.ldlt().solve(right).head<6>();
}

bool is_plausible(const Move& move, const Patch& patch) {
  const double reach = kPictureReachPt / kLaidStepPt + kCoarse;
  return std::abs(move.by(0)) <= reach && std::abs(move.by(3)) <= reach &&
         std::max(std::abs(move.by(1)), std::abs(move.by(4))) <= kMostStretch * patch.width / 2 &&
         std::max(std::abs(move.by(2)), std::abs(move.by(5))) <= kMostStretch * patch.height / 2;
}

struct Start {
  Move move;
  double correlation = -1;
};

struct Search {
  std::vector<Start> best;  // places of a grid, each the best of its surroundings
  double shown = 0;         // at that of its places where the photo has most contrast
};
Search search(const Surroundings& photo, const std::vector<Sample>& samples) {
  const int reach = static_cast<int>(kPictureReachPt / kLaidStepPt) / kCoarse;
  const int side = 2 * reach + 1;
  Search out;
  std::vector<Start> grid(static_cast<std::size_t>(side * side));
  const auto at = [&](int x, int y) -> Start& { return grid[static_cast<std::size_t>(y * side + x)]; };
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x) {
      at(x, y).move.by(0) = (x - reach) * kCoarse, at(x, y).move.by(3) = (y - reach) * kCoarse;
      const Match there = match(photo, samples, at(x, y).move);
      at(x, y).correlation = there.correlation, out.shown = std::max(out.shown, there.shown);
    }
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x) {
      bool is_best = true;
      for (int j = std::max(0, y - 1); j <= std::min(side - 1, y + 1); ++j)
        for (int i = std::max(0, x - 1); i <= std::min(side - 1, x + 1); ++i)
          is_best = is_best && at(i, j).correlation <= at(x, y).correlation;
      if (is_best) out.best.push_back(at(x, y));
    }
  std::ranges::stable_sort(out.best, std::greater{}, &Start::correlation);
  if (out.best.size() > kStarts) out.best.resize(kStarts);
  return out;
}

// From a start, coarsely first; nullopt where nothing like the picture is there, or it would have to bend too
// far.
std::optional<Move> settled(const Surroundings& soft, const std::vector<Sample>& coarse,
                            const Surroundings& sharp, const std::vector<Sample>& fine, Move move,
                            const Patch& patch) {
  for (int round = 0; round < kRounds; ++round) {
    const bool is_coarse = round < kCoarseRounds;
    const Surroundings& photo = is_coarse ? soft : sharp;
    const std::vector<Sample>& samples = is_coarse ? coarse : fine;
    const Match now = match(photo, samples, move);
    if (now.correlation <= -1 || (round == kCoarseRounds && now.correlation < kHopeless)) return std::nullopt;
    improve(photo, samples, now, move);
    if (!is_plausible(move, patch)) return std::nullopt;
  }
  return move;
}

bool has_dark_ink(const std::vector<Sample>& look) {
  const auto dark = std::ranges::count_if(look, [](const Sample& s) { return s.look < kDarkInk; });
  return static_cast<double>(dark) >= kLeastDark * static_cast<double>(look.size());
}

// Whether its look tells of a move along the page as well as across: a band does not.
bool tells_place(const FloatImage& look, const GraphicLook& with, const Patch& patch) {
  double xx = 0, xy = 0, yy = 0;
  for (int y = 1; y + 1 < look.height(); ++y)
    for (int x = 1; x + 1 < look.width(); ++x) {
      if (with.page.words.at(patch.x0 + x, patch.y0 + y) != 0) continue;
      const double gx = static_cast<double>(look.at(x + 1, y) - look.at(x - 1, y)),
                   gy = static_cast<double>(look.at(x, y + 1) - look.at(x, y - 1));
      xx += gx * gx, xy += gx * gy, yy += gy * gy;
    }
  const double mean = (xx + yy) / 2, off = std::hypot((xx - yy) / 2, xy);
  return mean + off > 0 && mean - off >= kLeastBothWays * (mean + off);
}

}  // namespace

std::optional<PlacedPicture> place_picture(const GraphicLook& with, const base::Box& where) {
  const Patch patch = patch_of(where, with.laid.original);
  constexpr int kReach = static_cast<int>(kPictureReachPt / kLaidStepPt);
  if (share_of(with.laid.in_view, patch, kReach) < kLeastInView) return std::nullopt;
  const double coarse_sigma = std::hypot(with.optics.blur, kCoarse / 2.0);
  const FloatImage look = blurred(with.laid.original, patch, with.optics.blur);
  if (!tells_place(look, with, patch)) return std::nullopt;
  const int step =
      1 + static_cast<int>(std::sqrt(static_cast<double>(patch.width) * patch.height / kMostSamples));
  const std::vector<Sample> fine = samples_of(with, patch, look, step);
  if (static_cast<double>(fine.size()) < kLeastSamples) return std::nullopt;
  const std::vector<Sample> coarse =
      samples_of(with, patch, blurred(with.laid.original, patch, coarse_sigma), std::max(kCoarse / 2, step));
  const Surroundings sharp(with.laid.anywhere, patch);
  Surroundings soft = sharp;
  soft.photo = image::gaussian_blur(sharp.photo.view(), kCoarse / 2.0);
  const Search found = search(soft, coarse);
  PlacedPicture best;
  if (share_of(with.laid.laid, patch, kReach) >= kLeastInView && has_dark_ink(fine))
    best.shown = found.shown / with.optics.gain;
  for (const Start& start : found.best) {
    const std::optional<Move> move = settled(soft, coarse, sharp, fine, start.move, patch);
    if (!move) continue;
    const Match now = match(sharp, fine, *move);
    if (now.correlation <= best.correlation) continue;
    best.correlation = now.correlation;
    best.displacement = {where.centre(), kLaidStepPt * base::Vec2{move->by(0), move->by(3)},
                         (2 / static_cast<double>(patch.width)) * base::Vec2{move->by(1), move->by(4)},
                         (2 / static_cast<double>(patch.height)) * base::Vec2{move->by(2), move->by(5)}};
  }
  return best;
}

}  // namespace barium::verify
