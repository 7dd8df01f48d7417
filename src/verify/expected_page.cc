#include "verify/expected_page.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

namespace barium::verify {
namespace {

constexpr int kAll = kTaps * kTaps, kHalf = kTaps / 2;
// What taps are held to a plain copy by, in samples; paper's grain must not become a filter.
constexpr double kPrior = 1e-3;

}  // namespace

Filter gaussian_filter(double sigma_samples) {
  Filter filter;
  double sum = 0;
  for (int j = -kHalf; j <= kHalf; ++j)
    for (int i = -kHalf; i <= kHalf; ++i) {
      filter.push_back(std::exp(-0.5 * (i * i + j * j) / (sigma_samples * sigma_samples)));
      sum += filter.back();
    }
  for (double& tap : filter) tap /= sum;
  return filter;
}

image::FloatImage reduced(const page::PageRaster& raster, int step) {
  const image::GrayImage& full = raster.picture;
  image::FloatImage out(full.width() / step, full.height() / step);
  const float scale = 1.0f / (255.0f * static_cast<float>(step * step));
  for (int y = 0; y < out.height(); ++y) {
    float* row = out.row(y);
    std::fill(row, row + out.width(), 0.0f);
    for (int j = 0; j < step; ++j) {
      const std::uint8_t* from = full.row(y * step + j);
      for (int x = 0; x < out.width(); ++x)
        for (int i = 0; i < step; ++i) row[x] += static_cast<float>(from[x * step + i]);
    }
    for (int x = 0; x < out.width(); ++x) row[x] *= scale;
  }
  return out;
}

image::FloatImage filtered(const image::FloatImage& picture, const Filter& filter) {
  const int w = picture.width(), h = picture.height();
  image::FloatImage out(w, h, 1, 1.0f);
  for (int y = kHalf; y < h - kHalf; ++y) {
    float* row = out.row(y) + kHalf;
    const int n = w - 2 * kHalf;
    std::fill(row, row + std::max(0, n), 0.0f);
    for (int j = 0; j < kTaps; ++j)
      for (int i = 0; i < kTaps; ++i) {
        const float tap = static_cast<float>(filter[static_cast<std::size_t>(j * kTaps + i)]);
        const float* from = picture.row(y + j - kHalf) + i;
        for (int x = 0; x < n; ++x) row[x] += tap * from[x];
      }
  }
  return out;
}

FilterFit::FilterFit() : normal_(kAll * kAll, 0.0), right_(kAll, 0.0) {}

void FilterFit::add(const image::FloatImage& picture, int x0, int y0, const std::vector<float>& photo,
                    int width, int height) {
  Eigen::MatrixXf rows(kAll, width);
  Eigen::MatrixXf normal = Eigen::MatrixXf::Zero(kAll, kAll);
  Eigen::VectorXf right = Eigen::VectorXf::Zero(kAll);
  for (int y = 0; y < height; ++y) {
    if (y0 + y < kHalf || y0 + y + kHalf >= picture.height()) continue;
    if (x0 < kHalf || x0 + width + kHalf > picture.width()) continue;
    for (int j = 0; j < kTaps; ++j) {
      const float* from = picture.row(y0 + y + j - kHalf) + x0 - kHalf;
      for (int i = 0; i < kTaps; ++i)
        for (int x = 0; x < width; ++x) rows(j * kTaps + i, x) = 1.0f - from[x + i];
    }
    Eigen::VectorXf seen(width);
    for (int x = 0; x < width; ++x) seen(x) = 1.0f - photo[static_cast<std::size_t>(y * width + x)];
    normal.noalias() += rows * rows.transpose();
    right.noalias() += rows * seen;
    samples_ += width;
  }
  for (int a = 0; a < kAll; ++a) {
    right_[static_cast<std::size_t>(a)] += right(a);
    for (int b = 0; b < kAll; ++b) normal_[static_cast<std::size_t>(a * kAll + b)] += normal(a, b);
  }
}

Filter FilterFit::solve() const {
  Eigen::MatrixXd normal(kAll, kAll);
  Eigen::VectorXd right(kAll);
  for (int a = 0; a < kAll; ++a) {
    right(a) = right_[static_cast<std::size_t>(a)];
    for (int b = 0; b < kAll; ++b) normal(a, b) = normal_[static_cast<std::size_t>(a * kAll + b)];
  }
  const double prior = kPrior * (samples_ + 1);
  normal.diagonal().array() += prior;
  const Eigen::VectorXd taps = normal.ldlt().solve(right);
  Filter filter(taps.data(), taps.data() + kAll);
  const double sum = taps.sum();
  if (!(sum > 0.2)) {
    std::ranges::fill(filter, 0.0);
    filter[kAll / 2] = 1;
    return filter;
  }
  for (double& tap : filter) tap /= sum;
  return filter;
}

}  // namespace barium::verify
