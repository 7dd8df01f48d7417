#include "align/match.h"

#include <Eigen/Dense>
#include <cmath>
#include <numeric>

namespace barium::align {
namespace {

using Floats = Eigen::Map<const Eigen::VectorXf>;

// Column sums of squares and values over sliding windows would save little: windows are small.
struct Moments {
  double mean = 0, deviation = 0;  // deviation: root of the sum of squared differences from the mean
};

// Running sums over rows of `values` (stride wide), so that the moments of any window cost four look-ups.
class WindowMoments {
 public:
  WindowMoments(std::span<const float> values, int width, int height) : width_(width) {
    sums_.resize(static_cast<std::size_t>(width + 1) * static_cast<std::size_t>(height + 1));
    squares_.resize(sums_.size());
    for (int y = 0; y < height; ++y) {
      double sum = 0, square = 0;
      for (int x = 0; x < width; ++x) {
        const double v = values[static_cast<std::size_t>(y * width + x)];
        sum += v;
        square += v * v;
        sums_[index(x + 1, y + 1)] = sums_[index(x + 1, y)] + sum;
        squares_[index(x + 1, y + 1)] = squares_[index(x + 1, y)] + square;
      }
    }
  }
  Moments over(int x0, int y0, int width, int height) const {
    const double n = static_cast<double>(width) * height;
    const double mean = box(sums_, x0, y0, width, height) / n;
    return {mean, std::sqrt(std::max(box(squares_, x0, y0, width, height) - n * mean * mean, 0.0))};
  }

 private:
  std::size_t index(int x, int y) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(width_ + 1) + static_cast<std::size_t>(x);
  }
  double box(const std::vector<double>& s, int x0, int y0, int w, int h) const {
    return s[index(x0 + w, y0 + h)] - s[index(x0, y0 + h)] - s[index(x0 + w, y0)] + s[index(x0, y0)];
  }
  int width_;
  std::vector<double> sums_, squares_;
};

// The vertex of a parabola through three values whose middle one is the largest, in samples.
double vertex(double before, double here, double after) {
  const double curvature = before - 2 * here + after;
  return curvature < 0 ? 0.5 * (before - after) / curvature : 0;
}

std::vector<float> zero_mean(const std::vector<float>& values) {
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  std::vector<float> out;
  out.reserve(values.size());
  for (const float v : values) out.push_back(v - static_cast<float>(mean));
  return out;
}

// Parameters of a patch, in the order of its basis. Shift, stretch, turn and blur are multiplied by the gain.
enum Parameter {
  kGain,
  kShiftX,
  kShiftY,
  kBlurX,
  kBlurY,
  kStretch,
  kTurn,
  kTone,
  kSlopeX,
  kSlopeY,
  kParameters
};

// Spread of the nuisances before the photo is seen, relative to the gain; 0 is free. Blur in pt^2 of half its
// variance's change; stretch and turn as ratio and radians (a crumpled sheet is steeper than 0.05 in few
// places); shading in tone per pt.
constexpr std::array<double, kParameters> kPriorSpread{0, 0, 0, 0.15, 0.15, 0.02, 0.03, 0, 0.02, 0.02};

// Least share of white noise that a photo is taken to have, of full scale: rounding to 8 bits is 0.0011.
constexpr double kLeastNoise = 0.002;
constexpr int kMostIterations = 6;
constexpr double kConvergedPt = 0.002;
// A step of the linear model is believed up to a fraction of the narrowest strokes' width.
constexpr double kLongestStepPt = 0.5;

}  // namespace

std::optional<Peak> search(const Look& look, std::span<const float> seen, int radius) {
  const int w = look.grid.width, h = look.grid.height, wide = w + 2 * radius, side = 2 * radius + 1;
  const std::vector<float> tone = zero_mean(look.tone);
  const double look_deviation = Floats(tone.data(), static_cast<Eigen::Index>(tone.size())).norm();
  const WindowMoments moments(seen, wide, h + 2 * radius);
  if (look_deviation < 1e-3) return std::nullopt;
  std::vector<double> score(static_cast<std::size_t>(side * side));
  int best = -1;
  for (int dy = 0; dy < side; ++dy)
    for (int dx = 0; dx < side; ++dx) {
      const double deviation = moments.over(dx, dy, w, h).deviation;
      double sum = 0;
      for (int y = 0; y < h; ++y)
        sum += Floats(tone.data() + y * w, w).dot(Floats(seen.data() + (y + dy) * wide + dx, w));
      const int at = dy * side + dx;
      score[static_cast<std::size_t>(at)] = deviation > 1e-3 ? sum / (deviation * look_deviation) : 0;
      if (best < 0 || score[static_cast<std::size_t>(at)] > score[static_cast<std::size_t>(best)]) best = at;
    }
  const int bx = best % side, by = best / side;
  Peak peak;
  peak.correlation = score[static_cast<std::size_t>(best)];
  peak.at_border = bx == 0 || by == 0 || bx == side - 1 || by == side - 1;
  base::Vec2 offset{static_cast<double>(bx - radius), static_cast<double>(by - radius)};
  if (!peak.at_border) {
    const auto at = [&](int x, int y) { return score[static_cast<std::size_t>(y * side + x)]; };
    offset.x += vertex(at(bx - 1, by), at(bx, by), at(bx + 1, by));
    offset.y += vertex(at(bx, by - 1), at(bx, by), at(bx, by + 1));
  }
  peak.offset_pt = look.grid.step_pt * offset;
  return peak;
}

WordModel::WordModel(Look look, base::Vec2 along) : look_(std::move(look)) {
  const std::size_t n = look_.grid.size();
  const base::Vec2 across{-along.y, along.x};
  double weight = 1e-12, at_x = 0, at_y = 0;
  for (std::size_t k = 0; k < n; ++k) {
    const base::Vec2 p =
        look_.grid.at(static_cast<double>(k % look_.grid.width), static_cast<double>(k / look_.grid.width));
    const double slope = look_.dx[k] * along.x + look_.dy[k] * along.y;
    weight += slope * slope;
    at_x += slope * slope * p.x;
    at_y += slope * slope * p.y;
  }
  centre_ = {at_x / weight, at_y / weight};
  basis_.resize(kParameters * n);
  const auto row = [&](int parameter) { return basis_.data() + static_cast<std::size_t>(parameter) * n; };
  const std::vector<float> tone = zero_mean(look_.tone);
  for (std::size_t k = 0; k < n; ++k) {
    const base::Vec2 p =
        look_.grid.at(static_cast<double>(k % look_.grid.width), static_cast<double>(k / look_.grid.width)) -
        centre_;
    const float t = static_cast<float>(base::dot(p, along));
    const float ux = static_cast<float>(along.x), uy = static_cast<float>(along.y);
    row(kGain)[k] = tone[k];
    row(kShiftX)[k] = look_.dx[k];
    row(kShiftY)[k] = look_.dy[k];
    row(kBlurX)[k] = look_.dxx[k];
    row(kBlurY)[k] = look_.dyy[k];
    row(kStretch)[k] = t * (ux * look_.dx[k] + uy * look_.dy[k]);
    row(kTurn)[k] =
        t * (static_cast<float>(across.x) * look_.dx[k] + static_cast<float>(across.y) * look_.dy[k]);
    row(kTone)[k] = 1;
    row(kSlopeX)[k] = static_cast<float>(p.x);
    row(kSlopeY)[k] = static_cast<float>(p.y);
  }
  normal_.resize(kParameters * kParameters);
  for (int a = 0; a < kParameters; ++a)
    for (int b = a; b < kParameters; ++b)
      normal_[static_cast<std::size_t>(a * kParameters + b)] =
          normal_[static_cast<std::size_t>(b * kParameters + a)] =
              Floats(row(a), static_cast<Eigen::Index>(n)).dot(Floats(row(b), static_cast<Eigen::Index>(n)));
}

struct WordModel::Solution {
  Eigen::Matrix<double, kParameters, 1> value;
  Eigen::Matrix<double, kParameters, kParameters> inverse;  // times noise_variance: the covariance
  double noise_variance = 0;
};

// Ridge least squares. The prior's weight depends on gain and noise, so a first solution without it gives
// both.
WordModel::Solution WordModel::solve(std::span<const float> seen) const {
  using Matrix = Eigen::Matrix<double, kParameters, kParameters>;
  using Vector = Eigen::Matrix<double, kParameters, 1>;
  const Eigen::Index n = static_cast<Eigen::Index>(seen.size());
  const Matrix normal = Eigen::Map<const Matrix>(normal_.data());
  Vector right;
  for (int a = 0; a < kParameters; ++a)
    right[a] = Floats(basis_.data() + a * n, n).dot(Floats(seen.data(), n));
  const double power = Floats(seen.data(), n).squaredNorm();
  Solution s;
  s.noise_variance = kLeastNoise * kLeastNoise;
  double gain = 0.5;
  for (int pass = 0; pass < 2; ++pass) {
    Matrix ridged = normal;
    for (int a = 0; a < kParameters; ++a)
      if (kPriorSpread[static_cast<std::size_t>(a)] > 0)
        ridged(a, a) += s.noise_variance / std::pow(gain * kPriorSpread[static_cast<std::size_t>(a)], 2);
      else
        ridged(a, a) += 1e-9;
    s.inverse = ridged.inverse();
    s.value = s.inverse * right;
    const double left = power - 2 * s.value.dot(right) + s.value.dot(normal * s.value);
    s.noise_variance = std::max(left / static_cast<double>(std::max<Eigen::Index>(n - kParameters, 1)),
                                kLeastNoise * kLeastNoise);
    gain = std::max(s.value[kGain], 0.02);
  }
  return s;
}

std::optional<WordModel::Fix> WordModel::refine(const PhotoLevels& photo, int level,
                                                const image::Warp& photo_from_page, base::Vec2 start_pt,
                                                double reach_pt) const {
  if (look_.grid.size() < 2 * kParameters) return std::nullopt;
  base::Vec2 offset = start_pt;
  Solution s;
  std::vector<float> seen;
  for (int iteration = 0; iteration < kMostIterations; ++iteration) {
    const PatchGrid grid = look_.grid.moved(offset);
    const WarpLattice lattice(photo_from_page, grid);
    if (!lattice.inside(photo.width(), photo.height())) return std::nullopt;
    seen = zero_mean(sample_patch(photo, level, lattice, grid, Interpolation::kCubic));
    s = solve(seen);
    const double gain = s.value[kGain];
    if (gain <= 0) return std::nullopt;
    base::Vec2 step{-s.value[kShiftX] / gain, -s.value[kShiftY] / gain};
    const double length = base::norm(step);
    if (length < kConvergedPt) break;
    if (length > kLongestStepPt) step = (kLongestStepPt / length) * step;
    offset = offset + step;
    if (!(base::norm(offset - start_pt) <= reach_pt)) return std::nullopt;
  }
  const Eigen::Index n = static_cast<Eigen::Index>(seen.size());
  const double gain = s.value[kGain];
  Fix fix;
  fix.offset_pt = offset;
  fix.noise_variance = s.noise_variance;
  fix.variance = {s.noise_variance * s.inverse(kShiftX, kShiftX) / (gain * gain),
                  s.noise_variance * s.inverse(kShiftY, kShiftY) / (gain * gain)};
  fix.blur_change_pt2 = (s.value[kBlurX] + s.value[kBlurY]) / gain;
  using Basis = Eigen::Map<const Eigen::Matrix<float, Eigen::Dynamic, kParameters>>;
  const Basis basis(basis_.data(), n, kParameters);
  const Eigen::VectorXf left = Floats(seen.data(), n) - basis * s.value.cast<float>();
  fix.residual.assign(left.data(), left.data() + n);
  for (int axis = 0; axis < 2; ++axis) {
    const Eigen::VectorXf g = basis * (s.inverse.row(kShiftX + axis).transpose() / gain).cast<float>();
    fix.sensitivity[static_cast<std::size_t>(axis)].assign(g.data(), g.data() + n);
  }
  // Correlation after shading: what tone explains of what the slopes and the mean leave.
  const Eigen::VectorXf signal = left + basis.leftCols(kTone) * s.value.head(kTone).cast<float>();
  const double explained = (signal - left).squaredNorm(), unexplained = left.squaredNorm();
  fix.correlation = std::sqrt(explained / std::max(explained + unexplained, 1e-12));
  return fix;
}

NoiseCorrelation lag_products(std::span<const float> values, int width, int height) {
  NoiseCorrelation sums;
  for (int j = 0; j <= std::min(kNoiseLags, height - 1); ++j)
    for (int i = -kNoiseLags; i <= kNoiseLags; ++i) {
      const int length = width - std::abs(i);
      if (length <= 0) continue;
      double sum = 0;
      for (int y = 0; y + j < height; ++y)
        sum += Floats(values.data() + y * width + std::max(0, -i), length)
                   .dot(Floats(values.data() + (y + j) * width + std::max(0, i), length));
      sums.value[static_cast<std::size_t>(j)][static_cast<std::size_t>(i + kNoiseLags)] = sum;
    }
  return sums;
}

}  // namespace barium::align
