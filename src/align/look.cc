#include "align/look.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "image/cpu_clones.h"

namespace barium::align {
namespace {

// Splash integrates ink over each pixel: a box of one pixel, variance 1/12.
constexpr double kRasterVariancePx2 = 1.0 / 12.0;
// Below this the derivatives of the sampled Gaussian are no longer those of the blurred page.
constexpr double kLeastBlurPx = 0.5;

std::vector<float> gaussian_kernel(double sigma_px) {
  const int radius = static_cast<int>(std::ceil(3.2 * sigma_px));
  std::vector<float> kernel;
  double sum = 0;
  for (int i = -radius; i <= radius; ++i) sum += std::exp(-0.5 * i * i / (sigma_px * sigma_px));
  for (int i = -radius; i <= radius; ++i)
    kernel.push_back(static_cast<float>(std::exp(-0.5 * i * i / (sigma_px * sigma_px)) / sum));
  return kernel;
}

// Raster pixels [x0, x0 + width) x [y0, y0 + height) as 0 to 1; beyond the page there is white.
image::FloatImage cut(const image::GrayImage& raster, int x0, int y0, int width, int height) {
  image::FloatImage out(width, height, 1, 1.0f);
  const int first = std::max(0, -x0), last = std::min(width, raster.width() - x0);
  for (int y = std::max(0, -y0); y < std::min(height, raster.height() - y0); ++y) {
    const std::uint8_t* from = raster.row(y0 + y) + x0;
    float* to = out.row(y);
    for (int x = first; x < last; ++x) to[x] = static_cast<float>(from[x]) / 255.0f;
  }
  return out;
}

// to[i] = sum over k of kernel[k] * from[k * apart + i], in blocks that stay in registers.
BARIUM_CPU_CLONES void weigh(const float* from, std::ptrdiff_t apart, const float* kernel, int taps,
                             float* to, int size) {
  constexpr int kBlock = 16;
  int x = 0;
  for (; x + kBlock <= size; x += kBlock) {
    image::Eight low{}, high{};
    for (int k = 0; k < taps; ++k) {
      const float* block = from + k * apart + x;
      low += kernel[k] * image::eight_at(block);
      high += kernel[k] * image::eight_at(block + 8);
    }
    std::memcpy(to + x, &low, sizeof low);
    std::memcpy(to + x + 8, &high, sizeof high);
  }
  for (; x < size; ++x) {
    float sum = 0;
    for (int k = 0; k < taps; ++k) sum += kernel[k] * from[k * apart + x];
    to[x] = sum;
  }
}

// Convolved, and smaller by the kernel's radius on each side.
image::FloatImage blurred(const image::FloatImage& image, const std::vector<float>& kernel) {
  const int taps = static_cast<int>(kernel.size());
  image::FloatImage wide(image.width(), image.height() - taps + 1);
  for (int y = 0; y < wide.height(); ++y)
    weigh(image.row(y), image.width(), kernel.data(), taps, wide.row(y), wide.width());
  image::FloatImage out(image.width() - taps + 1, wide.height());
  for (int y = 0; y < out.height(); ++y) weigh(wide.row(y), 1, kernel.data(), taps, out.row(y), out.width());
  return out;
}

void fill(Look& look, const image::FloatImage& smooth, int step, float px_per_pt) {
  const std::size_t n = look.grid.size();
  for (std::vector<float>* values : {&look.tone, &look.dx, &look.dy, &look.dxx, &look.dyy}) values->resize(n);
  std::size_t at = 0;
  for (int j = 0; j < look.grid.height; ++j) {
    const float* up = smooth.row(j * step);
    const float* row = smooth.row(j * step + 1);
    const float* down = smooth.row(j * step + 2);
    for (int i = 0; i < look.grid.width; ++i, ++at) {
      const int x = i * step + 1;
      look.tone[at] = row[x];
      look.dx[at] = 0.5f * px_per_pt * (row[x + 1] - row[x - 1]);
      look.dy[at] = 0.5f * px_per_pt * (down[x] - up[x]);
      look.dxx[at] = px_per_pt * px_per_pt * (row[x + 1] - 2 * row[x] + row[x - 1]);
      look.dyy[at] = px_per_pt * px_per_pt * (down[x] - 2 * row[x] + up[x]);
    }
  }
}

}  // namespace

Look render_look(const page::PageRaster& raster, const base::Box& area, double blur_pt, int step) {
  base::require(step >= 1 && raster.px_per_pt > 0, "a look has a step and a raster");
  const double px_per_pt = raster.px_per_pt;
  const int x0 = static_cast<int>(std::floor(area.x0 * px_per_pt));
  const int y0 = static_cast<int>(std::floor(area.y0 * px_per_pt));
  Look look;
  look.grid.step_pt = step / px_per_pt;
  look.grid.first_in_page = {(x0 + 0.5) / px_per_pt, (y0 + 0.5) / px_per_pt};
  look.grid.width = static_cast<int>(std::ceil((area.x1 * px_per_pt - x0) / step));
  look.grid.height = static_cast<int>(std::ceil((area.y1 * px_per_pt - y0) / step));
  if (look.grid.width < 3 || look.grid.height < 3) return {};
  const double wanted = blur_pt * px_per_pt;
  const double sigma = std::sqrt(std::max(wanted * wanted - kRasterVariancePx2, kLeastBlurPx * kLeastBlurPx));
  const std::vector<float> kernel = gaussian_kernel(sigma);
  const int margin = static_cast<int>(kernel.size()) / 2 + 1;
  const int across = (look.grid.width - 1) * step + 1, down = (look.grid.height - 1) * step + 1;
  const image::FloatImage page =
      cut(raster.picture, x0 - margin, y0 - margin, across + 2 * margin, down + 2 * margin);
  fill(look, blurred(page, kernel), step, static_cast<float>(px_per_pt));
  return look;
}

Look part_of(const Look& look, const base::Box& area) {
  const PatchGrid& grid = look.grid;
  // Samples that reach into the area: each stands for a step about it.
  const auto first = [&](double at, double from) {
    return std::max(0, static_cast<int>(std::floor((at - from) / grid.step_pt + 0.5)));
  };
  const auto end = [&](double at, double from, int size) {
    return std::min(size, static_cast<int>(std::ceil((at - from) / grid.step_pt + 0.5)));
  };
  const int x0 = first(area.x0, grid.first_in_page.x), x1 = end(area.x1, grid.first_in_page.x, grid.width);
  const int y0 = first(area.y0, grid.first_in_page.y), y1 = end(area.y1, grid.first_in_page.y, grid.height);
  if (x1 - x0 < 3 || y1 - y0 < 3) return {};
  Look part;
  part.grid = {grid.at(x0, y0), grid.step_pt, x1 - x0, y1 - y0};
  for (const auto values : {&Look::tone, &Look::dx, &Look::dy, &Look::dxx, &Look::dyy})
    for (int y = y0; y < y1; ++y) {
      const auto row = (look.*values).begin() + static_cast<std::ptrdiff_t>(y) * grid.width;
      (part.*values).insert((part.*values).end(), row + x0, row + x1);
    }
  return part;
}

}  // namespace barium::align
