#include "sim/sensor.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

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

image::FloatImage convolved(const image::FloatImage& source, const std::vector<Tap>& taps) {
  image::FloatImage result(source.width(), source.height(), source.channels());
  const int last_x = source.width() - 1, last_y = source.height() - 1, channels = source.channels();
  for (int y = 0; y <= last_y; ++y) {
    for (const Tap& tap : taps) {
      const float* from = source.row(std::clamp(y + tap.dy, 0, last_y));
      float* to = result.row(y);
      for (int x = 0; x <= last_x; ++x) {
        const float* pixel = from + std::clamp(x + tap.dx, 0, last_x) * channels;
        for (int c = 0; c < channels; ++c) to[x * channels + c] += tap.weight * pixel[c];
      }
    }
  }
  return result;
}

image::FloatImage blurred(image::FloatImage light, const Lens& lens, base::Rng& rng) {
  light = image::gaussian_blur(light, lens.blur_px);
  if (lens.defocus_px > 0.3) light = convolved(light, disk(lens.defocus_px));
  const double length = rng.uniform(0, lens.motion_px), angle = rng.uniform(0, std::numbers::pi);
  return length > 0.2 ? convolved(light, smear(length, angle)) : light;
}

int filter_colour(int x, int y) { return (y & 1) == 0 ? (x & 1) : 1 + (x & 1); }  // R G / G B

// One channel: electrons counted behind the colour filters, as a part of paper white.
image::FloatImage expose(const image::FloatImage& light, const Sensor& sensor, base::Rng& rng) {
  image::FloatImage raw(light.width(), light.height(), sensor.bayer ? 1 : 3);
  for (int y = 0; y < raw.height(); ++y) {
    for (int x = 0; x < raw.width(); ++x) {
      for (int c = 0; c < raw.channels(); ++c) {
        const double seen = light.at(x, y, sensor.bayer ? filter_colour(x, y) : c);
        double value = seen;
        if (sensor.full_well > 0) {  // shot noise of many electrons is normal
          const double electrons = seen * sensor.full_well;
          value += rng.normal() *
                   std::sqrt(std::max(0.0, electrons) + sensor.read_noise * sensor.read_noise) /
                   sensor.full_well;
        }
        raw.at(x, y, c) = static_cast<float>(value);
      }
    }
  }
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

float filtered(const image::FloatImage& raw, int x, int y, const std::array<float, 25>& kernel) {
  float sum = 0;
  for (int j = 0; j < 5; ++j) {
    // Reflected at the edge, which keeps the colours of the pattern in place.
    int yy = std::abs(y + j - 2);
    if (yy >= raw.height()) yy = 2 * (raw.height() - 1) - yy;
    for (int i = 0; i < 5; ++i) {
      int xx = std::abs(x + i - 2);
      if (xx >= raw.width()) xx = 2 * (raw.width() - 1) - xx;
      sum += kernel[static_cast<std::size_t>(j * 5 + i)] * raw.at(xx, yy);
    }
  }
  return sum / 8;
}

image::FloatImage demosaiced(const image::FloatImage& raw) {
  image::FloatImage colour(raw.width(), raw.height(), 3);
  for (int y = 0; y < raw.height(); ++y) {
    for (int x = 0; x < raw.width(); ++x) {
      const int own = filter_colour(x, y);
      colour.at(x, y, own) = raw.at(x, y);
      if (own == 1) {
        const bool red_in_row = (y & 1) == 0;
        colour.at(x, y, 0) = filtered(raw, x, y, red_in_row ? kInRow : kInColumn);
        colour.at(x, y, 2) = filtered(raw, x, y, red_in_row ? kInColumn : kInRow);
      } else {
        colour.at(x, y, 1) = filtered(raw, x, y, kGreenAtOther);
        colour.at(x, y, 2 - own) = filtered(raw, x, y, kDiagonal);
      }
    }
  }
  return colour;
}

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
  for (float& value : tones.pixels()) value = srgb_from_linear(value * static_cast<float>(sensor.white));
  sharpen(tones, sensor);
  image::ColorImage picture(tones.width(), tones.height(), 3);
  for (std::size_t i = 0; i < tones.pixels().size(); ++i) {
    picture.pixels()[i] = static_cast<std::uint8_t>(std::clamp(tones.pixels()[i] + 0.5f, 0.0f, 255.0f));
  }
  return picture;
}

}  // namespace barium::sim
