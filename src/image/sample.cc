#include "image/sample.h"

#include <cstring>

#include "image/cpu_clones.h"

namespace barium::image {
namespace {

// How one axis of a resized image is made: output i is the sum of weights[k] * source[first + k].
struct Taps {
  int first = 0;
  std::vector<float> weights;
};

Taps area_taps(int i, double step, int source_size) {
  const double low = i * step, high = std::min((i + 1) * step, static_cast<double>(source_size));
  Taps taps{std::min(static_cast<int>(low), source_size - 1), {}};
  for (int s = taps.first; s < source_size && s < high; ++s) {
    const double covered = std::min(high, s + 1.0) - std::max(low, static_cast<double>(s));
    taps.weights.push_back(static_cast<float>(covered / (high - low)));
  }
  return taps;
}

double catmull_rom(double t) {
  t = std::abs(t);
  if (t < 1) return (1.5 * t - 2.5) * t * t + 1;
  return t < 2 ? ((-0.5 * t + 2.5) * t - 4) * t + 2 : 0;
}

Taps cubic_taps(int i, double step, int source_size) {
  const double centre = (i + 0.5) * step - 0.5;
  const int low = static_cast<int>(std::floor(centre)) - 1;
  Taps taps{std::clamp(low, 0, source_size - 1), {}};
  const int last = std::clamp(low + 3, 0, source_size - 1);
  taps.weights.assign(last - taps.first + 1, 0.0f);
  for (int s = low; s < low + 4; ++s) {  // beyond the edge its pixel goes on
    taps.weights[std::clamp(s, taps.first, last) - taps.first] += static_cast<float>(catmull_rom(centre - s));
  }
  return taps;
}

std::vector<Taps> axis_taps(int source_size, int size) {
  const double step = static_cast<double>(source_size) / size;
  std::vector<Taps> axis;
  for (int i = 0; i < size; ++i) {
    axis.push_back(step > 1 ? area_taps(i, step, source_size) : cubic_taps(i, step, source_size));
  }
  return axis;
}

BARIUM_CPU_CLONES void add_weighted(const std::uint8_t* row, float weight, float* sum, int size) {
  for (int i = 0; i < size; ++i) sum[i] += weight * static_cast<float>(row[i]);
}
BARIUM_CPU_CLONES void add_weighted(const float* row, float weight, float* sum, int size) {
  for (int i = 0; i < size; ++i) sum[i] += weight * row[i];
}

void put(float value, float* out) { *out = value; }
void put(float value, std::uint8_t* out) {
  *out = static_cast<std::uint8_t>(std::clamp(value + 0.5f, 0.0f, 255.0f));
}

template <int kChannels, class T>
void combine_columns(const float* row, const std::vector<Taps>& axis, T* out) {
  for (const Taps& taps : axis) {
    float sum[kChannels] = {};
    const float* source = row + taps.first * kChannels;
    for (const float weight : taps.weights) {
      for (int c = 0; c < kChannels; ++c) sum[c] += weight * *source++;
    }
    for (int c = 0; c < kChannels; ++c) put(sum[c], out++);
  }
}

template <class T>
void combine_columns(const float* row, const std::vector<Taps>& axis, int channels, T* out) {
  if (channels == 1) return combine_columns<1>(row, axis, out);
  if (channels == 3) return combine_columns<3>(row, axis, out);
  base::require(channels == 4, "an image has 1, 3 or 4 channels");
  combine_columns<4>(row, axis, out);
}

template <class T>
Image<T> resized(ImageView<const T> image, int width, int height) {
  base::require(!image.empty() && width > 0 && height > 0, "an image is resized from a size to a size");
  const std::vector<Taps> columns = axis_taps(image.width(), width);
  const std::vector<Taps> rows = axis_taps(image.height(), height);
  Image<T> result(width, height, image.channels());
  std::vector<float> sum(static_cast<std::size_t>(image.width()) * image.channels());
  for (int y = 0; y < height; ++y) {
    std::fill(sum.begin(), sum.end(), 0.0f);
    for (std::size_t k = 0; k < rows[y].weights.size(); ++k) {
      add_weighted(image.row(rows[y].first + static_cast<int>(k)), rows[y].weights[k], sum.data(),
                   static_cast<int>(sum.size()));
    }
    combine_columns(sum.data(), columns, image.channels(), result.row(y));
  }
  return result;
}

// 16-bit fixed point: 0.299 R + 0.587 G + 0.114 B, the weights add up to 65536.
BARIUM_CPU_CLONES void luma_row3(const std::uint8_t* rgb, int width, std::uint8_t* out) {
  for (int x = 0; x < width; ++x) {
    out[x] = static_cast<std::uint8_t>(
        (19595u * rgb[3 * x] + 38470u * rgb[3 * x + 1] + 7471u * rgb[3 * x + 2] + 32768u) >> 16);
  }
}
BARIUM_CPU_CLONES void luma_row4(const std::uint8_t* rgba, int width, std::uint8_t* out) {
  for (int x = 0; x < width; ++x) {
    out[x] = static_cast<std::uint8_t>(
        (19595u * rgba[4 * x] + 38470u * rgba[4 * x + 1] + 7471u * rgba[4 * x + 2] + 32768u) >> 16);
  }
}

BARIUM_CPU_CLONES void widen(const std::uint8_t* in, int size, float* out) {
  for (int i = 0; i < size; ++i) out[i] = static_cast<float>(in[i]);
}

BARIUM_CPU_CLONES void narrow(const float* in, int size, std::uint8_t* out) {
  for (int i = 0; i < size; ++i) {
    const float value = in[i] + 0.5f;
    out[i] = static_cast<std::uint8_t>(static_cast<int>(value < 0 ? 0.0f : value > 255 ? 255.0f : value));
  }
}

// How the pixels of a new image are met in an old one.
struct Walk {
  const std::uint8_t* first;
  std::ptrdiff_t per_column, per_row;
};

// In tiles, so that neither image is crossed column by column: 64 x 64 pixels of both fit the first cache.
template <int kChannels>
void copy_walk(const Walk& walk, GrayImage& result) {
  constexpr int kTile = 64;
  for (int y0 = 0; y0 < result.height(); y0 += kTile) {
    for (int x0 = 0; x0 < result.width(); x0 += kTile) {
      for (int y = y0; y < std::min(y0 + kTile, result.height()); ++y) {
        const std::uint8_t* in = walk.first + walk.per_row * y + walk.per_column * x0;
        std::uint8_t* out = result.row(y) + x0 * kChannels;
        for (int x = x0; x < std::min(x0 + kTile, result.width()); ++x, in += walk.per_column) {
          for (int c = 0; c < kChannels; ++c) *out++ = in[c];
        }
      }
    }
  }
}

}  // namespace

GrayImage resize(GrayView image, int width, int height) { return resized(image, width, height); }
FloatImage resize(FloatView image, int width, int height) { return resized(image, width, height); }

GrayImage to_gray(ImageView<const std::uint8_t> image) {
  const int channels = image.channels();
  base::require(channels == 1 || channels == 3 || channels == 4, "an image has 1, 3 or 4 channels");
  GrayImage gray(image.width(), image.height());
  for (int y = 0; y < image.height(); ++y) {
    if (channels == 1) {
      std::memcpy(gray.row(y), image.row(y), static_cast<std::size_t>(image.width()));
    } else if (channels == 3) {
      luma_row3(image.row(y), image.width(), gray.row(y));
    } else {
      luma_row4(image.row(y), image.width(), gray.row(y));
    }
  }
  return gray;
}

FloatImage to_float(GrayView image) {
  FloatImage result(image.width(), image.height(), image.channels());
  for (int y = 0; y < image.height(); ++y) {
    widen(image.row(y), image.width() * image.channels(), result.row(y));
  }
  return result;
}

GrayImage to_bytes(FloatView image) {
  GrayImage result(image.width(), image.height(), image.channels());
  for (int y = 0; y < image.height(); ++y) {
    narrow(image.row(y), image.width() * image.channels(), result.row(y));
  }
  return result;
}

GrayImage turned(GrayView image, int quarter_turns, Mirror mirror) {
  const int turns = quarter_turns & 3, channels = image.channels();
  const int w = image.width(), h = image.height();
  GrayImage result(turns % 2 ? h : w, turns % 2 ? w : h, channels);
  if (image.empty()) return result;
  // Where the first new pixel comes from, and what a step along a new row or column is in the old image.
  const bool right_first = mirror == Mirror::kYes;
  bool from_right = turns >= 2, from_bottom = turns == 1 || turns == 2;
  if (right_first) from_right = !from_right;
  const std::ptrdiff_t along_x = (from_right ? -1 : 1) * channels;
  const std::ptrdiff_t along_y = (from_bottom ? -1 : 1) * image.row_stride();
  const std::uint8_t* first = image.row(from_bottom ? h - 1 : 0) + (from_right ? w - 1 : 0) * channels;
  const Walk walk = turns % 2 ? Walk{first, along_y, along_x} : Walk{first, along_x, along_y};
  if (channels == 1) {
    copy_walk<1>(walk, result);
  } else {
    base::require(channels == 3, "an image that is turned has 1 or 3 channels");
    copy_walk<3>(walk, result);
  }
  return result;
}

}  // namespace barium::image
