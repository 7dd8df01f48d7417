#include "image/extremes.h"

#include <algorithm>
#include <cstdint>

#include "image/cpu_clones.h"

namespace barium::image {
namespace {

// Plain loops: a template has no clones.
BARIUM_CPU_CLONES void lighter(std::uint8_t* to, const std::uint8_t* from, int count) {
  for (int i = 0; i < count; ++i) to[i] = to[i] < from[i] ? from[i] : to[i];
}
BARIUM_CPU_CLONES void darker(std::uint8_t* to, const std::uint8_t* from, int count) {
  for (int i = 0; i < count; ++i) to[i] = from[i] < to[i] ? from[i] : to[i];
}
BARIUM_CPU_CLONES void lighter(float* to, const float* from, int count) {
  for (int i = 0; i < count; ++i) to[i] = to[i] < from[i] ? from[i] : to[i];
}
BARIUM_CPU_CLONES void darker(float* to, const float* from, int count) {
  for (int i = 0; i < count; ++i) to[i] = from[i] < to[i] ? from[i] : to[i];
}

template <class T>
void take(T* to, const T* from, int count, Extreme extreme) {
  if (extreme == Extreme::kLightest)
    lighter(to, from, count);
  else
    darker(to, from, count);
}

// By doubling what each has seen; through a second row, as loops that read what they write are not
// vectorised.
template <class T>
void along_rows(Image<T>& image, int radius, Extreme extreme) {
  const int width = image.width(), window = 2 * radius + 1;
  std::vector<T> seen(static_cast<std::size_t>(width + 2 * radius)), ahead(seen.size());
  for (int y = 0; y < image.height(); ++y) {
    T* row = image.row(y);
    std::fill_n(seen.begin(), radius, row[0]);
    std::copy_n(row, width, seen.begin() + radius);
    std::fill_n(seen.begin() + radius + width, radius, row[width - 1]);
    int reach = 1;
    for (int length = width + 2 * radius; reach * 2 <= window; reach *= 2) {
      length -= reach;
      std::copy_n(seen.begin() + reach, length, ahead.begin());
      take(seen.data(), ahead.data(), length, extreme);
    }
    std::copy_n(seen.begin(), width, row);
    take(row, seen.data() + window - reach, width, extreme);
  }
}

template <class T>
void along_columns(Image<T>& image, int radius, Extreme extreme) {
  const int width = image.width(), height = image.height(), window = 2 * radius + 1;
  Image<T> padded(width, height + 2 * radius);
  for (int y = 0; y < padded.height(); ++y)
    std::copy_n(image.row(std::clamp(y - radius, 0, height - 1)), width, padded.row(y));
  int reach = 1;
  for (int length = padded.height(); reach * 2 <= window; reach *= 2) {
    length -= reach;
    for (int y = 0; y < length; ++y) take(padded.row(y), padded.row(y + reach), width, extreme);
  }
  for (int y = 0; y < height; ++y) {
    std::copy_n(padded.row(y), width, image.row(y));
    take(image.row(y), padded.row(y + window - reach), width, extreme);
  }
}

}  // namespace

template <class T>
Image<T> extremes(Image<T> image, int radius, Extreme extreme) {
  base::require(image.channels() == 1 && radius >= 0, "extremes are of one channel");
  if (radius == 0 || image.empty()) return image;
  along_rows(image, radius, extreme);
  along_columns(image, radius, extreme);
  return image;
}

template Image<std::uint8_t> extremes(Image<std::uint8_t>, int, Extreme);
template Image<float> extremes(Image<float>, int, Extreme);

}  // namespace barium::image
