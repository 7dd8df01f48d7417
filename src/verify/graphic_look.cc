#include "verify/graphic_look.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "base/median.h"
#include "image/filter.h"

namespace barium::verify {

using image::FloatImage;

Patch patch_of(const base::Box& box, const FloatImage& within) {
  Patch out;
  out.x0 = std::max(0, static_cast<int>(std::lround(box.x0 / kLaidStepPt)));
  out.y0 = std::max(0, static_cast<int>(std::lround(box.y0 / kLaidStepPt)));
  out.width = std::min(within.width(), static_cast<int>(std::lround(box.x1 / kLaidStepPt))) - out.x0;
  out.height = std::min(within.height(), static_cast<int>(std::lround(box.y1 / kLaidStepPt))) - out.y0;
  return out;
}

FloatImage blurred(const FloatImage& original, const Patch& patch, double sigma) {
  const int margin = static_cast<int>(std::ceil(3 * sigma));
  const int x0 = std::max(0, patch.x0 - margin), y0 = std::max(0, patch.y0 - margin);
  const int x1 = std::min(original.width(), patch.x0 + patch.width + margin),
            y1 = std::min(original.height(), patch.y0 + patch.height + margin);
  const FloatImage wide = image::gaussian_blur(original.view().crop(x0, y0, x1 - x0, y1 - y0), sigma);
  FloatImage out(patch.width, patch.height);
  for (int y = 0; y < patch.height; ++y)
    std::copy_n(wide.row(patch.y0 - y0 + y) + patch.x0 - x0, patch.width, out.row(y));
  return out;
}

Fit Gathered::solve(int slopes) const {
  const int k = 1 + slopes;
  const Eigen::Map<const Eigen::Matrix<double, 5, Eigen::Dynamic>> rows(
      rows_.front().data(), 5, static_cast<Eigen::Index>(rows_.size()));
  const Eigen::Matrix<double, 5, 5> all = rows * rows.transpose();
  // Shading taken out of look and photo.
  Eigen::MatrixXd shade = all.topLeftCorner(k, k);
  shade.diagonal().array() += 1e-9;
  const Eigen::MatrixXd solved = shade.ldlt().solve(all.block(0, 3, k, 2));
  const Eigen::Matrix2d left = all.block<2, 2>(3, 3) - all.block(3, 0, 2, k) * solved;
  const double ee = left(0, 0), ep = left(0, 1), pp = left(1, 1);
  const double n = static_cast<double>(rows_.size());
  Fit fit;
  if (!(ee > 1e-9) || n < k + 3) return fit;
  fit.gain = ep / ee;
  const double residual = std::max(1e-9, pp - ep * ep / ee);
  fit.gain_sigma = std::sqrt(residual / (n - k - 1) / ee);
  fit.correlation = pp > 1e-12 ? ep / std::sqrt(ee * pp) : 0;
  fit.contrast = std::sqrt(ee / n);
  fit.shown = std::sqrt(std::max(0.0, pp) / n);
  fit.paper = (all(0, 4) + std::max(0.0, fit.gain) * (n - all(0, 3))) / n;
  return fit;
}

PartEvidence evidence_of(const Fit& fit, const Optics& optics, const base::Box& part, base::Vec2 shift_pt) {
  const double scale = 1 / (optics.gain * std::max(0.05, fit.paper));
  return {.where = part,
          .contrast = fit.contrast,
          .gain = scale * fit.gain,
          .gain_sigma = scale * fit.gain_sigma,
          .correlation = fit.correlation,
          .shown = scale * fit.shown / std::max(1e-6, fit.contrast),
          .shift_pt = shift_pt};
}

namespace {

constexpr std::size_t kMostWords = 30, kLeastWords = 3;
constexpr int kSigmas = 6;
constexpr std::array<double, kSigmas> kBlurPt{0.25, 0.4, 0.6, 0.9, 1.3, 1.9};
constexpr int kLeastWordSide = 6;  // samples
constexpr std::size_t kLeastWordSamples = 50;
constexpr double kLeastGain = 0.02;

}  // namespace

std::optional<Optics> optics_of(const LaidPage& laid, const page::PageModel& page,
                                const align::Alignment& alignment) {
  std::vector<Patch> words;
  for (const page::WordMeasurement& m : alignment.words)
    if (m.placed) words.push_back(patch_of(page.words[m.word].box, laid.original));
  const std::size_t step = words.size() / kMostWords + 1;
  std::array<std::vector<double>, kSigmas> correlations, gains;
  for (std::size_t i = 0; i < words.size(); i += step) {
    const Patch& p = words[i];
    if (p.width < kLeastWordSide || p.height < kLeastWordSide) continue;
    for (std::size_t s = 0; s < kSigmas; ++s) {
      const FloatImage look = blurred(laid.original, p, kBlurPt[s] / kLaidStepPt);
      Gathered all;
      for (int y = 0; y < p.height; ++y)
        for (int x = 0; x < p.width; ++x)
          if (laid.known.at(p.x0 + x, p.y0 + y) > 0)
            all.add(x, y, static_cast<double>(look.at(x, y)),
                    static_cast<double>(laid.photo.at(p.x0 + x, p.y0 + y)));
      if (all.size() < kLeastWordSamples) continue;
      const Fit fit = all.solve(2);
      correlations[s].push_back(fit.correlation), gains[s].push_back(fit.gain / std::max(0.05, fit.paper));
    }
  }
  if (correlations[0].size() < kLeastWords) return std::nullopt;
  std::size_t best = 0;
  double most = -1;
  for (std::size_t s = 0; s < kSigmas; ++s)
    if (const double m = base::median(correlations[s]); m > most) most = m, best = s;
  const double gain = base::median(gains[best]);
  if (!(gain > kLeastGain)) return std::nullopt;
  return Optics{kBlurPt[best] / kLaidStepPt, gain};
}

}  // namespace barium::verify
