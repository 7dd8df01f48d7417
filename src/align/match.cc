#include "align/match.h"

#include <Eigen/Dense>
#include <cmath>
#include <numeric>

#include "image/cpu_clones.h"

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

// Sums in 16 lanes, so that every machine adds in the same order.
BARIUM_CPU_CLONES double dot(const float* a, const float* b, std::size_t n) {
  image::Eight low{}, high{};
  std::size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    low += image::eight_at(a + i) * image::eight_at(b + i);
    high += image::eight_at(a + i + 8) * image::eight_at(b + i + 8);
  }
  double sum = 0;
  for (; i < n; ++i) sum += static_cast<double>(a[i]) * b[i];
  for (int k = 0; k < 8; ++k) sum += low[k] + high[k];
  return sum;
}

// Shifts that are tried at once, in registers.
constexpr int kShifts = 32;

// sum[i] += tone[0] seen[i] + tone[1] seen[i + 1] + ..., for kShifts shifts i.
BARIUM_CPU_CLONES void correlate(const float* tone, int width, const float* seen, double* sum) {
  image::Eight a{}, b{}, c{}, d{};
  for (int x = 0; x < width; ++x) {
    a += tone[x] * image::eight_at(seen + x);
    b += tone[x] * image::eight_at(seen + x + 8);
    c += tone[x] * image::eight_at(seen + x + 16);
    d += tone[x] * image::eight_at(seen + x + 24);
  }
  for (int i = 0; i < 8; ++i) {
    sum[i] += a[i];
    sum[i + 8] += b[i];
    sum[i + 16] += c[i];
    sum[i + 24] += d[i];
  }
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
  const int shifts = (side + kShifts - 1) / kShifts * kShifts;
  // The last rows' last shifts, which are of no use, look past the end.
  std::vector<float> padded(seen.begin(), seen.end());
  padded.resize(seen.size() + static_cast<std::size_t>(shifts));
  std::vector<double> score(static_cast<std::size_t>(side * side)), sums;
  int best = -1;
  for (int dy = 0; dy < side; ++dy) {
    sums.assign(static_cast<std::size_t>(shifts), 0.0);
    for (int y = 0; y < h; ++y)
      for (int dx = 0; dx < side; dx += kShifts)
        correlate(tone.data() + y * w, w, padded.data() + (y + dy) * wide + dx, sums.data() + dx);
    for (int dx = 0; dx < side; ++dx) {
      const double deviation = moments.over(dx, dy, w, h).deviation;
      const auto at = static_cast<std::size_t>(dy * side + dx);
      score[at] = deviation > 1e-3 ? sums[static_cast<std::size_t>(dx)] / (deviation * look_deviation) : 0;
      if (best < 0 || score[at] > score[static_cast<std::size_t>(best)]) best = static_cast<int>(at);
    }
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
          normal_[static_cast<std::size_t>(b * kParameters + a)] = dot(row(a), row(b), n);
}

struct WordModel::Solution {
  using Matrix = Eigen::Matrix<double, kParameters, kParameters>;
  Eigen::Matrix<double, kParameters, 1> value;
  Eigen::LLT<Matrix> factor;  // of the inverse covariance, times noise_variance
  double unexplained = 0;     // sum of squares that the model leaves
  double noise_variance = kLeastNoise * kLeastNoise;
};

// Ridge least squares. The prior's weight depends on gain and noise, so a first solution almost without it
// gives both.
WordModel::Solution WordModel::solve(std::span<const float> seen) const {
  const std::size_t n = seen.size();
  const Solution::Matrix normal = Eigen::Map<const Solution::Matrix>(normal_.data());
  Eigen::Matrix<double, kParameters, 1> right;
  for (std::size_t a = 0; a < kParameters; ++a)
    right[static_cast<Eigen::Index>(a)] = dot(basis_.data() + a * n, seen.data(), n);
  const double power = dot(seen.data(), seen.data(), n);
  const double freedom = std::max(static_cast<double>(n) - static_cast<double>(kParameters), 1.0);
  Solution s;
  double gain = 0.5;
  for (int pass = 0; pass < 2; ++pass) {
    Solution::Matrix ridged = normal;
    for (int a = 0; a < kParameters; ++a) {
      const double spread = gain * kPriorSpread[static_cast<std::size_t>(a)];
      ridged(a, a) += spread > 0 ? s.noise_variance / (spread * spread) : 1e-9;
    }
    s.factor.compute(ridged);
    s.value = s.factor.solve(right);
    s.unexplained = std::max(power - 2 * s.value.dot(right) + s.value.dot(normal * s.value), 0.0);
    s.noise_variance = std::max(s.unexplained / freedom, kLeastNoise * kLeastNoise);
    gain = std::max(s.value[kGain], 0.02);
  }
  return s;
}

std::optional<WordModel::Fix> WordModel::refine(const PhotoLevels& photo, int level,
                                                const image::Warp& photo_from_page, base::Vec2 start_pt,
                                                double reach_pt, Ask ask) const {
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
  const Solution::Matrix inverse = s.factor.solve(Solution::Matrix::Identity());
  fix.noise_variance = s.noise_variance;
  fix.variance = {s.noise_variance * inverse(kShiftX, kShiftX) / (gain * gain),
                  s.noise_variance * inverse(kShiftY, kShiftY) / (gain * gain)};
  fix.blur_change_pt2 = (s.value[kBlurX] + s.value[kBlurY]) / gain;
  // Correlation after shading: what ink explains of what the slopes and the mean leave.
  const auto ink = s.value.head(kTone);
  const double explained =
      ink.dot(Eigen::Map<const Solution::Matrix>(normal_.data()).topLeftCorner<kTone, kTone>() * ink);
  fix.correlation = std::sqrt(explained / std::max(explained + s.unexplained, 1e-12));
  if (ask == Ask::kPlace) return fix;
  using Basis = Eigen::Map<const Eigen::Matrix<float, Eigen::Dynamic, kParameters>>;
  const Basis basis(basis_.data(), n, kParameters);
  const Eigen::VectorXf residual = Floats(seen.data(), n) - basis * s.value.cast<float>();
  fix.residual.assign(residual.data(), residual.data() + n);
  for (int axis = 0; axis < 2; ++axis) {
    const Eigen::VectorXf g = basis * (inverse.row(kShiftX + axis).transpose() / gain).cast<float>();
    fix.sensitivity[static_cast<std::size_t>(axis)].assign(g.data(), g.data() + n);
  }
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
