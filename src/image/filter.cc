#include "image/filter.h"

#include <algorithm>
#include <cmath>

#include "image/cpu_clones.h"

namespace barium::image {
namespace {

std::vector<float> gaussian_kernel(double sigma_px) {
  constexpr double kReach = 4;  // sigmas; what is cut off weighs 6e-5
  const int radius = std::max(1, static_cast<int>(std::ceil(kReach * sigma_px)));
  std::vector<double> exact;
  double total = 0;
  for (int k = -radius; k <= radius; ++k) {
    exact.push_back(std::exp(-0.5 * k * k / (sigma_px * sigma_px)));
    total += exact.back();
  }
  std::vector<float> kernel;
  for (const double weight : exact) kernel.push_back(static_cast<float>(weight / total));
  return kernel;
}

// out[i] = sum over k of kernel[k] * rows[k][i]: the kernel's size is 2 radius + 1 and it is symmetric, so
// that the rows are added in pairs.
BARIUM_CPU_CLONES void convolve_rows(const float* const* rows, const float* kernel, int radius, float* out,
                                     int size) {
  constexpr int kBlock = 256;  // floats: the sums of a block stay in the first cache
  for (int from = 0; from < size; from += kBlock) {
    const int to = from + kBlock < size ? from + kBlock : size;
    for (int i = from; i < to; ++i) out[i] = kernel[radius] * rows[radius][i];
    for (int k = 0; k < radius; ++k) {
      const float weight = kernel[k];
      const float* above = rows[k];
      const float* below = rows[2 * radius - k];
      for (int i = from; i < to; ++i) out[i] += weight * (above[i] + below[i]);
    }
  }
}

// A row with its edge pixels repeated `radius` times on both sides.
void pad_row(const float* row, int width, int channels, int radius, std::vector<float>& padded) {
  float* out = padded.data();
  for (int i = 0; i < radius; ++i) out = std::copy_n(row, channels, out);
  out = std::copy_n(row, width * channels, out);
  for (int i = 0; i < radius; ++i) out = std::copy_n(row + (width - 1) * channels, channels, out);
}

BARIUM_CPU_CLONES void add_row(const std::uint8_t* row, std::uint32_t* sums, int size) {
  for (int i = 0; i < size; ++i) sums[i] += row[i];
}
BARIUM_CPU_CLONES void subtract_row(const std::uint8_t* row, std::uint32_t* sums, int size) {
  for (int i = 0; i < size; ++i) sums[i] -= row[i];
}

void means_at_border(const std::vector<std::uint32_t>& left_of, int from, int to, int radius, int rows,
                     float* out) {
  const int width = static_cast<int>(left_of.size()) - 1;
  for (int x = from; x < to; ++x) {
    const int x0 = std::max(0, x - radius), x1 = std::min(width, x + radius + 1);
    out[x] = static_cast<float>(left_of[x1] - left_of[x0]) / static_cast<float>((x1 - x0) * rows);
  }
}
BARIUM_CPU_CLONES void means_inside(const std::uint32_t* left_of, int from, int to, int radius, int rows,
                                    float* out) {
  const auto area = static_cast<float>((2 * radius + 1) * rows);
  for (int x = from; x < to; ++x) {
    out[x] = static_cast<float>(left_of[x + radius + 1] - left_of[x - radius]) / area;
  }
}

}  // namespace

FloatImage gaussian_blur(FloatView image, double sigma_px) {
  const int width = image.width(), height = image.height(), channels = image.channels();
  FloatImage blurred(width, height, channels);
  if (image.empty()) return blurred;
  if (sigma_px <= 0) {
    for (int y = 0; y < height; ++y) std::copy_n(image.row(y), width * channels, blurred.row(y));
    return blurred;
  }
  const std::vector<float> kernel = gaussian_kernel(sigma_px);
  const int radius = static_cast<int>(kernel.size() / 2);
  std::vector<const float*> rows(kernel.size());
  std::vector<float> column_sums(static_cast<std::size_t>(width) * channels);
  std::vector<float> padded(static_cast<std::size_t>(width + 2 * radius) * channels);
  for (int y = 0; y < height; ++y) {
    for (int k = -radius; k <= radius; ++k) rows[k + radius] = image.row(std::clamp(y + k, 0, height - 1));
    convolve_rows(rows.data(), kernel.data(), radius, column_sums.data(), width * channels);
    pad_row(column_sums.data(), width, channels, radius, padded);
    for (int k = 0; k <= 2 * radius; ++k) rows[k] = padded.data() + k * channels;
    convolve_rows(rows.data(), kernel.data(), radius, blurred.row(y), width * channels);
  }
  return blurred;
}

IntegralImage::IntegralImage(GrayView image) : width_(image.width()), height_(image.height()) {
  const auto stride = static_cast<std::size_t>(width_) + 1;
  sums_.assign(stride * (static_cast<std::size_t>(height_) + 1), 0);
  for (int y = 0; y < height_; ++y) {
    const std::uint32_t* above = sums_.data() + stride * y;
    std::uint32_t* here = sums_.data() + stride * (y + 1);
    std::uint32_t row_sum = 0;
    for (int x = 0; x < width_; ++x) {
      row_sum += image.at(x, y);
      here[x + 1] = above[x + 1] + row_sum;
    }
  }
}

FloatImage box_mean(GrayView image, int radius_px) {
  base::require(radius_px >= 0 && radius_px <= 2000, "the radius of a box mean is from 0 to 2000 pixels");
  const int width = image.width(), height = image.height();
  FloatImage mean(width, height);
  if (image.empty()) return mean;
  std::vector<std::uint32_t> columns(width, 0);        // sums over the window's rows
  std::vector<std::uint32_t> left_of(width + 1, 0);    // of all columns left of a place
  const int inner_begin = std::min(radius_px, width);  // from here to inner_end the window is whole
  const int inner_end = std::max(inner_begin, width - radius_px);
  for (int y = 0; y < std::min(radius_px, height); ++y) add_row(image.row(y), columns.data(), width);
  for (int y = 0; y < height; ++y) {
    if (y + radius_px < height) add_row(image.row(y + radius_px), columns.data(), width);
    if (y - radius_px > 0) subtract_row(image.row(y - radius_px - 1), columns.data(), width);
    const int rows = std::min(height, y + radius_px + 1) - std::max(0, y - radius_px);
    for (int x = 0; x < width; ++x) left_of[x + 1] = left_of[x] + columns[x];
    means_at_border(left_of, 0, inner_begin, radius_px, rows, mean.row(y));
    means_inside(left_of.data(), inner_begin, inner_end, radius_px, rows, mean.row(y));
    means_at_border(left_of, inner_end, width, radius_px, rows, mean.row(y));
  }
  return mean;
}

}  // namespace barium::image
