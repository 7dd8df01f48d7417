#include "verify/word_fit.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "align/coarse.h"

namespace barium::verify {
namespace {

using Rows = Eigen::Map<const Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>;

constexpr int kRounds = 4;
constexpr double kSettledPt = 0.005, kSettledStretch = 0.0005;
constexpr double kMostDeviations = 3;  // of stretch and turn, from what the prior expects
// Photo pixels a sample from which on the samples are means: below, at 115 dpi, nothing is gained.
constexpr double kFine = 1.2;
constexpr std::int64_t kMostSamples =
    1 << 17;  // of letters 500 pt high; each has fourteen derivatives, and all are kept
constexpr double kHeld = 1e9;
constexpr double kFree = 1e6;    // a deviation above is no prior
constexpr double kNoise = 0.03;  // of a sample, where priors are weighed against

// The derivatives of the look at integer places of the page's picture.
void fill_basis(WordFit& fit, const image::FloatImage& expected, double step_pt) {
  const int w = fit.grid.width, h = fit.grid.height;
  const std::size_t n = fit.grid.size();
  fit.basis.assign(kParameters * n, 0.0f);
  const auto row_of = [&](int parameter) {
    return fit.basis.data() + static_cast<std::size_t>(parameter) * n;
  };
  const float d = static_cast<float>(0.5 / step_pt), dd = static_cast<float>(1 / (step_pt * step_pt));
  const float half_w = 0.5f * static_cast<float>(w - 1), half_h = 0.5f * static_cast<float>(h - 1);
  const float step = static_cast<float>(step_pt);
  for (int j = 0; j < h; ++j) {
    const float *up = expected.row(fit.y0 + j - 1) + fit.x0, *row = expected.row(fit.y0 + j) + fit.x0,
                *down = expected.row(fit.y0 + j + 1) + fit.x0;
    const std::size_t at = static_cast<std::size_t>(j) * static_cast<std::size_t>(w);
    const float y = step * (static_cast<float>(j) - half_h);
    for (int i = 0; i < w; ++i) {
      const std::size_t k = at + static_cast<std::size_t>(i);
      const float x = step * (static_cast<float>(i) - half_w);
      const float ex = d * (row[i + 1] - row[i - 1]), ey = d * (down[i] - up[i]);
      row_of(kGain)[k] = row[i] - 1;
      row_of(kCurve)[k] = row[i] * (row[i] - 1);
      row_of(kX)[k] = ex;
      row_of(kY)[k] = ey;
      row_of(kXX)[k] = dd * (row[i + 1] - 2 * row[i] + row[i - 1]);
      row_of(kYY)[k] = dd * (down[i] - 2 * row[i] + up[i]);
      row_of(kXY)[k] = 0.25f * dd * (down[i + 1] - down[i - 1] - up[i + 1] + up[i - 1]);
      row_of(kXEx)[k] = x * ex;
      row_of(kYEx)[k] = y * ex;
      row_of(kXEy)[k] = x * ey;
      row_of(kYEy)[k] = y * ey;
      row_of(kTone)[k] = 1;
      row_of(kShadeX)[k] = x;
      row_of(kShadeY)[k] = y;
    }
  }
}

using Normal = Eigen::Matrix<double, kParameters, kParameters>;

// Place, stretch and turn: those that the warp is moved by, so that what is left of them is small and linear.
constexpr int kMoving[] = {kX, kY, kXEx, kYEx, kXEy, kYEy};
// So far, in units of the gain; the look is seen at p less this.
using Moved = std::array<double, kParameters>;

// The warp followed by the paper's own stretch around a point.
image::Warp moved_warp(image::Warp warp, base::Vec2 about, const Moved& by) {
  image::SmoothField& field = warp.displacement;
  const base::Vec2 right = 0.5 * (field.at(about + base::Vec2{1, 0}) - field.at(about - base::Vec2{1, 0})),
                   down = 0.5 * (field.at(about + base::Vec2{0, 1}) - field.at(about - base::Vec2{0, 1}));
  const auto on_paper = [&](int x, int y) {
    const base::Vec2 d{-by[static_cast<std::size_t>(x)], -by[static_cast<std::size_t>(y)]};
    return d + d.x * right + d.y * down;
  };
  const base::Vec2 offset = on_paper(kX, kY), per_x = on_paper(kXEx, kXEy), per_y = on_paper(kYEx, kYEy);
  const base::Vec2 apart = field.domain.centre() - about, middle = offset + apart.x * per_x + apart.y * per_y;
  const base::Vec2 half{field.domain.width() / 2, field.domain.height() / 2};
  field.degree = std::max(field.degree, 1);
  const auto count = static_cast<std::size_t>(image::SmoothField::coefficients(field.degree));
  field.x.resize(count), field.y.resize(count);
  field.x[0] += middle.x, field.x[1] += per_x.x * half.x, field.x[2] += per_y.x * half.y;
  field.y[0] += middle.y, field.y[1] += per_x.y * half.x, field.y[2] += per_y.y * half.y;
  return warp;
}

// In units of a sample's noise. Of what moves the warp the prior is about all of it, not the step from here.
void add_prior(const FitPrior& prior, double gain, const Moved& moved, Normal& normal,
               Eigen::Matrix<double, kParameters, 1>* right) {
  for (int p = 0; p < kParameters; ++p) {
    const auto at = static_cast<std::size_t>(p);
    const double unit = p == kGain || p >= kTone ? 1 : gain, deviation = prior.deviation[at] * unit;
    if (std::abs(deviation) > kFree) continue;
    const double precision = kNoise * kNoise / std::max(1e-12, deviation * deviation);
    normal(p, p) += precision;
    const double mean = prior.mean[at] - moved[at];
    if (right != nullptr) (*right)(p) += precision * unit * mean;
  }
}

bool is_settled(const Eigen::VectorXd& theta, double gain) {
  return std::ranges::all_of(kMoving, [&](int p) {
    return std::abs(theta(p) / gain) < (p == kX || p == kY ? kSettledPt : kSettledStretch);
  });
}

// Stretch and turn stay near what the prior expects: another word would be stretched to fit as far as it
// goes.
void move_on(const Eigen::VectorXd& theta, double gain, const FitPrior& prior, Moved& moved) {
  for (const int p : kMoving) {
    const auto at = static_cast<std::size_t>(p);
    moved[at] += theta(p) / gain;
    const double most = kMostDeviations * prior.deviation[at];
    if (p != kX && p != kY) moved[at] = std::clamp(moved[at], prior.mean[at] - most, prior.mean[at] + most);
  }
}

double correlation_of(const Eigen::VectorXf& seen, const Eigen::VectorXf& residual,
                      const Eigen::VectorXf& shade) {
  const double all = (seen - shade).squaredNorm(), left = residual.squaredNorm();
  return all > 0 ? std::sqrt(std::max(0.0, 1 - left / all)) : 0;
}

// Of a level finer than the grid: the mean of four places a sample, so that strokes between samples are not
// missed.
std::vector<float> mean_of_four(const align::PhotoLevels& photo, int level,
                                const image::Warp& photo_from_page, const align::PatchGrid& grid) {
  const align::PatchGrid fine{grid.at(-0.25, -0.25), grid.step_pt / 2, 2 * grid.width, 2 * grid.height};
  const std::vector<float> seen = align::sample_patch(photo, level, align::WarpLattice(photo_from_page, fine),
                                                      fine, align::Interpolation::kCubic);
  std::vector<float> out(grid.size());
  const auto w = static_cast<std::size_t>(grid.width);
  for (std::size_t k = 0; k < out.size(); ++k) {
    const std::size_t at = 4 * w * (k / w) + 2 * (k % w);
    out[k] = 0.25f * (seen[at] + seen[at + 1] + seen[at + 2 * w] + seen[at + 2 * w + 1]);
  }
  return out;
}

}  // namespace

FitPrior wide_prior() {
  FitPrior prior;
  prior.mean[kGain] = 0.6;
  prior.deviation.fill(2 * kFree);
  for (const int p : {kXX, kYY, kXY}) prior.deviation[static_cast<std::size_t>(p)] = 0.15;
  for (const int p : {kXEx, kYEx, kXEy, kYEy}) prior.deviation[static_cast<std::size_t>(p)] = 0.04;
  prior.deviation[kCurve] = 0.5;
  prior.deviation[kShadeX] = prior.deviation[kShadeY] = 0.01;
  return prior;
}

std::optional<WordFit> fit_word(const align::PhotoLevels& photo, const image::FloatImage& expected,
                                double step_pt, const base::Box& area, const image::Warp& photo_from_page,
                                double reach_pt, const FitPrior& prior) {
  WordFit fit;
  const int margin = 1;
  fit.x0 = std::max(margin, static_cast<int>(std::floor(area.x0 / step_pt)));
  fit.y0 = std::max(margin, static_cast<int>(std::floor(area.y0 / step_pt)));
  const int x1 = std::min(expected.width() - margin, static_cast<int>(std::ceil(area.x1 / step_pt)));
  const int y1 = std::min(expected.height() - margin, static_cast<int>(std::ceil(area.y1 / step_pt)));
  if (x1 - fit.x0 < 4 || y1 - fit.y0 < 4) return std::nullopt;
  if (static_cast<std::int64_t>(x1 - fit.x0) * (y1 - fit.y0) > kMostSamples) return std::nullopt;
  fit.grid = {{step_pt * (fit.x0 + 0.5), step_pt * (fit.y0 + 0.5)}, step_pt, x1 - fit.x0, y1 - fit.y0};
  const double px_per_pt = align::px_per_pt_at(photo_from_page.homography, area.centre());
  if (!(px_per_pt > 0.1 && px_per_pt < 100)) return std::nullopt;
  const int level = photo.level_for(px_per_pt * step_pt);
  const bool is_fine = px_per_pt * step_pt > kFine * std::exp2(level);
  fill_basis(fit, expected, step_pt);
  const auto n = static_cast<Eigen::Index>(fit.grid.size());
  const Rows basis(fit.basis.data(), kParameters, n);
  const Normal gram = (basis * basis.transpose()).cast<double>();
  Eigen::VectorXd theta;
  Eigen::VectorXf seen;
  double gain_before = prior.mean[kGain];
  Moved moved{};
  const base::Vec2 centre = fit.grid.at((fit.grid.width - 1) / 2.0, (fit.grid.height - 1) / 2.0);
  for (int round = 0; round < kRounds; ++round) {
    fit.photo_from_page = moved_warp(photo_from_page, centre, moved);
    const align::WarpLattice lattice(fit.photo_from_page, fit.grid);
    if (!lattice.inside(photo.width(), photo.height())) return std::nullopt;
    fit.seen = is_fine ? mean_of_four(photo, level, fit.photo_from_page, fit.grid)
                       : align::sample_patch(photo, level, lattice, fit.grid, align::Interpolation::kCubic);
    seen = Eigen::Map<const Eigen::VectorXf>(fit.seen.data(), n);
    Normal normal = gram;
    Eigen::Matrix<double, kParameters, 1> right = (basis * seen).cast<double>();
    add_prior(prior, gain_before, moved, normal, &right);
    normal.diagonal().array() += 1e-9;
    theta = normal.ldlt().solve(right);
    gain_before = theta(kGain);
    if (std::abs(gain_before) < 0.02 || round + 1 == kRounds) break;
    if (is_settled(theta, gain_before)) break;
    move_on(theta, gain_before, prior, moved);
    if (std::hypot(moved[kX], moved[kY]) > reach_pt) return std::nullopt;
  }
  for (int p = 0; p < kParameters; ++p) {
    const auto at = static_cast<std::size_t>(p);
    fit.theta[at] = theta(p) + theta(kGain) * moved[at];
  }
  const Eigen::VectorXf model = basis.transpose() * theta.cast<float>();
  Eigen::VectorXd shade = theta;
  shade.head(kTone).setZero();
  const Eigen::VectorXf residual = seen - model, ground = basis.transpose() * shade.cast<float>();
  fit.correlation = correlation_of(seen, residual, ground);
  fit.residual.assign(residual.data(), residual.data() + n);
  return fit;
}

image::Warp stretched(const image::Warp& warp, base::Vec2 about, base::Vec2 along, base::Vec2 by) {
  Moved moved{};
  moved[kXEx] = -along.x * by.x, moved[kXEy] = -along.x * by.y;
  moved[kYEx] = -along.y * by.x, moved[kYEy] = -along.y * by.y;
  return moved_warp(warp, about, moved);
}

double energy_of(const std::vector<float>& residual) {
  double sum = 0;
  for (const float r : residual) sum += static_cast<double>(r) * r;
  return sum;
}

Eigen::VectorXf residual_at(const WordFit& fit, const std::vector<std::size_t>& samples) {
  Eigen::VectorXf residual(samples.size());
  for (std::size_t s = 0; s < samples.size(); ++s)
    residual(static_cast<Eigen::Index>(s)) = fit.residual[samples[s]];
  return residual;
}

Eigen::MatrixX2f shift_of(const WordFit& fit, const std::vector<std::size_t>& samples) {
  Eigen::MatrixX2f shift(samples.size(), 2);
  for (std::size_t s = 0; s < samples.size(); ++s)
    for (const int axis : {0, 1})
      shift(static_cast<Eigen::Index>(s), axis) =
          static_cast<float>(fit.gain()) *
          fit.basis[static_cast<std::size_t>(kX + axis) * fit.grid.size() + samples[s]];
  return shift;
}

double ink_share(const WordFit& fit, const image::FloatImage& expected, double gain) {
  const auto n = static_cast<Eigen::Index>(fit.seen.size());
  Eigen::MatrixXf plane(n, 3);
  Eigen::VectorXf seen(n), look(n);
  for (int y = 0; y < fit.grid.height; ++y)
    for (int x = 0; x < fit.grid.width; ++x) {
      const Eigen::Index s = y * fit.grid.width + x;
      plane.row(s) << 1.0f, static_cast<float>(x), static_cast<float>(y);
      seen(s) = fit.seen[static_cast<std::size_t>(s)];
      look(s) = static_cast<float>(gain) * expected.at(fit.x0 + x, fit.y0 + y);
    }
  const auto deviation = [&](const Eigen::VectorXf& values) {
    const Eigen::Vector3f fitted = (plane.transpose() * plane).ldlt().solve(plane.transpose() * values);
    return static_cast<double>((values - plane * fitted).norm());
  };
  return deviation(seen) / std::max(1e-6, deviation(look));
}

FitCovariance::FitCovariance(const WordFit& fit, const FitPrior& prior, Gain gain) : fit_(fit) {
  const Rows basis(fit.basis.data(), kParameters, static_cast<Eigen::Index>(fit.grid.size()));
  Normal normal = (basis * basis.transpose()).cast<double>();
  add_prior(prior, fit.gain(), {}, normal, nullptr);
  normal.diagonal().array() += 1e-9;
  if (gain == Gain::kHeld) normal(kGain, kGain) += kHeld;
  normal_.compute(normal);
}

CellProducts FitCovariance::products(const std::vector<std::size_t>& samples, const Eigen::VectorXf& residual,
                                     const Eigen::MatrixXf& change, const Eigen::MatrixX2f& shift) const {
  Eigen::MatrixXf basis(kParameters, change.rows());
  for (Eigen::Index s = 0; s < change.rows(); ++s)
    for (int p = 0; p < kParameters; ++p)
      basis(p, s) =
          fit_.basis[static_cast<std::size_t>(p) * fit_.grid.size() + samples[static_cast<std::size_t>(s)]];
  const Eigen::MatrixXd absorbed = (basis * change).cast<double>();
  const Eigen::MatrixXd taken = normal_.solve(absorbed);
  const Eigen::MatrixX2d shift_absorbed = (basis * shift).cast<double>();
  const Eigen::MatrixX2d shift_taken = normal_.solve(shift_absorbed);
  CellProducts out;
  out.change.resize(change.cols());
  for (Eigen::Index c = 0; c < change.cols(); ++c)
    out.change(c) = static_cast<double>(change.col(c).squaredNorm()) - absorbed.col(c).dot(taken.col(c));
  out.change_residual = (change.transpose() * residual).cast<double>();
  out.change_shift = (change.transpose() * shift).cast<double>() - absorbed.transpose() * shift_taken;
  out.shift = (shift.transpose() * shift).cast<double>() - shift_absorbed.transpose() * shift_taken;
  out.shift_residual = (shift.transpose() * residual).cast<double>();
  return out;
}

}  // namespace barium::verify
