#include "sim/sensor.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "base/parallel.h"
#include "image/filter.h"
#include "sim/sheet_look.h"

namespace barium::sim {

namespace {

struct Tap {
  int dx, dy;
  float weight;
};

std::vector<Tap> normalized(std::vector<Tap> taps) {
  float sum = 0;
  for (const Tap& tap : taps) sum += tap.weight;
  for (Tap& tap : taps) tap.weight /= sum;
  return taps;
}

// The circle of confusion: pixels by how far inside its edge they lie, one pixel of transition.
std::vector<Tap> disk(double radius_px) {
  std::vector<Tap> taps;
  const int reach = static_cast<int>(std::ceil(radius_px));
  for (int dy = -reach; dy <= reach; ++dy) {
    for (int dx = -reach; dx <= reach; ++dx) {
      const double inside = std::clamp(radius_px + 0.5 - std::hypot(dx, dy), 0.0, 1.0);
      if (inside > 0) taps.push_back({dx, dy, static_cast<float>(inside)});
    }
  }
  return normalized(std::move(taps));
}

// A straight smear: samples along it, spread over the four pixels around each.
std::vector<Tap> smear(double length_px, double angle_rad) {
  std::vector<Tap> taps;
  const int samples = static_cast<int>(std::ceil(length_px * 2)) + 1;
  for (int i = 0; i < samples; ++i) {
    const double s = samples == 1 ? 0 : length_px * (static_cast<double>(i) / (samples - 1) - 0.5);
    const double x = s * std::cos(angle_rad), y = s * std::sin(angle_rad);
    const int x0 = static_cast<int>(std::floor(x)), y0 = static_cast<int>(std::floor(y));
    const float u = static_cast<float>(x - x0), v = static_cast<float>(y - y0);
    taps.push_back({x0, y0, (1 - u) * (1 - v)});
    taps.push_back({x0 + 1, y0, u * (1 - v)});
    taps.push_back({x0, y0 + 1, (1 - u) * v});
    taps.push_back({x0 + 1, y0 + 1, u * v});
  }
  return normalized(std::move(taps));
}

// One tap of a convolution over a row: plain shifted sums inside, the edge pixel repeated outside.
void add_shifted(const float* from, float* to, int width, int channels, const Tap& tap) {
  const int first = std::clamp(-tap.dx, 0, width), last = std::clamp(width - tap.dx, first, width);
  const int shift = tap.dx * channels;
  for (int i = first * channels; i < last * channels; ++i) to[i] += tap.weight * from[i + shift];
  for (int c = 0; c < channels; ++c) {
    for (int x = 0; x < first; ++x) to[x * channels + c] += tap.weight * from[c];
    for (int x = last; x < width; ++x) to[x * channels + c] += tap.weight * from[(width - 1) * channels + c];
  }
}

image::FloatImage convolved(const image::FloatImage& source, const std::vector<Tap>& taps) {
  image::FloatImage result(source.width(), source.height(), source.channels());
  base::parallel_for(static_cast<std::size_t>(source.height()), 0, [&](std::size_t row) {
    const int y = static_cast<int>(row);
    for (const Tap& tap : taps) {
      const float* from = source.row(std::clamp(y + tap.dy, 0, source.height() - 1));
      add_shifted(from, result.row(y), source.width(), source.channels(), tap);
    }
  });
  return result;
}

image::FloatImage blurred(image::FloatImage light, const Lens& lens, base::Rng& rng) {
  light = image::gaussian_blur(light, lens.blur_px);
  if (lens.defocus_px > 0.3) light = convolved(light, disk(lens.defocus_px));
  const double length = rng.uniform(0, lens.motion_px), angle = rng.uniform(0, std::numbers::pi);
  return length > 0.2 ? convolved(light, smear(length, angle)) : light;
}

int filter_colour(int x, int y) { return (y & 1) == 0 ? (x & 1) : 1 + (x & 1); }  // R G / G B

// Shot noise of many electrons is normal; light 1 is paper white.
float counted(float light, const Sensor& sensor, base::Rng& rng) {
  if (sensor.full_well <= 0) return light;
  const double electrons = std::max(0.0, light * sensor.full_well);
  const double sigma = std::sqrt(electrons + sensor.read_noise * sensor.read_noise);
  return light + static_cast<float>(rng.normal() * sigma / sensor.full_well);
}

// One channel: electrons counted behind the colour filters, as a part of paper white. Each row has its own
// generator, so that threads do not matter.
image::FloatImage expose(const image::FloatImage& light, const Sensor& sensor, base::Rng& rng) {
  image::FloatImage raw(light.width(), light.height(), sensor.bayer ? 1 : 3);
  const std::uint64_t seed = rng.bits();
  base::parallel_for(static_cast<std::size_t>(raw.height()), 0, [&](std::size_t row) {
    const int y = static_cast<int>(row);
    base::Rng row_rng(seed, "sensor row", row);
    for (int x = 0; x < raw.width(); ++x) {
      for (int c = 0; c < raw.channels(); ++c) {
        raw.at(x, y, c) = counted(light.at(x, y, sensor.bayer ? filter_colour(x, y) : c), sensor, row_rng);
      }
    }
  });
  return raw;
}

// H. S. Malvar, L. He, R. Cutler, "High-quality linear interpolation for demosaicing of Bayer-patterned color
// images", ICASSP 2004, figure 2. Kernels of 5 x 5, times 8.
constexpr std::array<float, 25> kGreenAtOther = {0, 0,  -1, 0, 0, 0, 0, 2, 0, 0,  -1, 2, 4,
                                                 2, -1, 0,  0, 2, 0, 0, 0, 0, -1, 0,  0};
constexpr std::array<float, 25> kInRow = {0, 0,  0.5f, 0,  0, 0,  -1, 0, -1, 0,    -1, 4, 5,
                                          4, -1, 0,    -1, 0, -1, 0,  0, 0,  0.5f, 0,  0};
constexpr std::array<float, 25> kInColumn = {0, 0,    -1, 0,  0, 0,  -1, 4, -1, 0,  0.5f, 0, 5,
                                             0, 0.5f, 0,  -1, 4, -1, 0,  0, 0,  -1, 0,    0};
constexpr std::array<float, 25> kDiagonal = {0, 0,     -1.5f, 0, 0, 0, 2, 0, 2, 0,     -1.5f, 0, 6,
                                             0, -1.5f, 0,     2, 0, 2, 0, 0, 0, -1.5f, 0,     0};

// Two pixels more on every side, reflected, which keeps the colours of the pattern in place.
constexpr int kMargin = 2;
image::FloatImage with_margin(const image::FloatImage& raw) {
  const auto reflected = [](int at, int size) {
    at = std::abs(at - kMargin);
    return std::clamp(at >= size ? 2 * (size - 1) - at : at, 0, size - 1);
  };
  image::FloatImage wider(raw.width() + 2 * kMargin, raw.height() + 2 * kMargin);
  for (int y = 0; y < wider.height(); ++y) {
    const float* from = raw.row(reflected(y, raw.height()));
    std::copy_n(from, raw.width(), wider.row(y) + kMargin);
    for (const int x : {0, 1, wider.width() - 2, wider.width() - 1}) {
      wider.at(x, y) = from[reflected(x, raw.width())];
    }
  }
  return wider;
}

// At (x, y) of the image without its margin.
float filtered(const image::FloatImage& wider, int x, int y, const std::array<float, 25>& kernel) {
  float sum = 0;
  for (int j = 0; j < 5; ++j) {
    const float* from = wider.row(y + j) + x;
    for (int i = 0; i < 5; ++i) sum += kernel[static_cast<std::size_t>(j * 5 + i)] * from[i];
  }
  return sum / 8;
}

image::FloatImage demosaiced(const image::FloatImage& raw) {
  image::FloatImage colour(raw.width(), raw.height(), 3);
  const image::FloatImage wider = with_margin(raw);
  base::parallel_for(static_cast<std::size_t>(raw.height()), 0, [&](std::size_t row) {
    const int y = static_cast<int>(row);
    for (int x = 0; x < raw.width(); ++x) {
      const int own = filter_colour(x, y);
      colour.at(x, y, own) = raw.at(x, y);
      if (own == 1) {
        const bool red_in_row = (y & 1) == 0;
        colour.at(x, y, 0) = filtered(wider, x, y, red_in_row ? kInRow : kInColumn);
        colour.at(x, y, 2) = filtered(wider, x, y, red_in_row ? kInColumn : kInRow);
      } else {
        colour.at(x, y, 1) = filtered(wider, x, y, kGreenAtOther);
        colour.at(x, y, 2 - own) = filtered(wider, x, y, kDiagonal);
      }
    }
  });
  return colour;
}

// srgb_from_linear from a table over the square root, where the curve is nearly straight: exact to 0.01 of
// 255.
class ToneCurve {
 public:
  ToneCurve() {
    for (std::size_t i = 0; i < table_.size(); ++i) {
      const float root = static_cast<float>(i) / kSteps;
      table_[i] = srgb_from_linear(root * root);
    }
  }
  float operator()(float linear) const {
    const float at = std::sqrt(std::clamp(linear, 0.0f, 1.0f)) * kSteps;
    const auto i = std::min(static_cast<std::size_t>(at), table_.size() - 2);
    const float u = at - static_cast<float>(i);
    return table_[i] + u * (table_[i + 1] - table_[i]);
  }

 private:
  static constexpr int kSteps = 1024;
  std::array<float, kSteps + 1> table_{};
};

void sharpen(image::FloatImage& tones, const Sensor& sensor) {
  if (sensor.sharpen <= 0) return;
  const image::FloatImage soft = image::gaussian_blur(tones, sensor.sharpen_px);
  for (std::size_t i = 0; i < tones.pixels().size(); ++i) {
    tones.pixels()[i] += static_cast<float>(sensor.sharpen) * (tones.pixels()[i] - soft.pixels()[i]);
  }
}

}  // namespace

image::ColorImage develop(image::FloatImage light, const Lens& lens, const Sensor& sensor, base::Rng& rng) {
  light = blurred(std::move(light), lens, rng);
  image::FloatImage tones = expose(light, sensor, rng);
  if (sensor.bayer) tones = demosaiced(tones);
  const ToneCurve curve;
  for (float& value : tones.pixels()) value = curve(value * static_cast<float>(sensor.white));
  sharpen(tones, sensor);
  image::ColorImage picture(tones.width(), tones.height(), 3);
  for (std::size_t i = 0; i < tones.pixels().size(); ++i) {
    picture.pixels()[i] = static_cast<std::uint8_t>(std::clamp(tones.pixels()[i] + 0.5f, 0.0f, 255.0f));
  }
  return picture;
}

}  // namespace barium::sim
