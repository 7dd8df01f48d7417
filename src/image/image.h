#pragma once

// Image owns its pixels, ImageView borrows them. Rows are contiguous; channels are interleaved. The centre of
// the first pixel is at (0.5, 0.5): see docs/conventions.md.

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "base/error.h"

namespace barium::image {

// Pixels of some owner: never outlives it. T may be const.
template <class T>
class ImageView {
 public:
  ImageView() = default;
  ImageView(T* data, int width, int height, std::ptrdiff_t row_stride, int channels = 1)
      : data_(data), width_(width), height_(height), channels_(channels), row_stride_(row_stride) {}
  // A view of mutable pixels is also a view of const ones.
  operator ImageView<const T>() const requires(!std::is_const_v<T>) {
    return {data_, width_, height_, row_stride_, channels_};
  }

  int width() const { return width_; }
  int height() const { return height_; }
  int channels() const { return channels_; }
  std::ptrdiff_t row_stride() const { return row_stride_; }  // in elements of T, not in bytes
  bool empty() const { return width_ == 0 || height_ == 0; }
  T* row(int y) const { return data_ + y * row_stride_; }
  T& at(int x, int y, int channel = 0) const { return row(y)[x * channels_ + channel]; }

  // The part [x0, x0 + width) x [y0, y0 + height), which must lie inside.
  ImageView crop(int x0, int y0, int width, int height) const {
    base::require(
        x0 >= 0 && y0 >= 0 && width >= 0 && height >= 0 && x0 + width <= width_ && y0 + height <= height_,
        "a crop lies inside its image");
    return {row(y0) + x0 * channels_, width, height, row_stride_, channels_};
  }

 private:
  T* data_ = nullptr;
  int width_ = 0;
  int height_ = 0;
  int channels_ = 1;
  std::ptrdiff_t row_stride_ = 0;
};

template <class T>
class Image {
 public:
  Image() = default;
  Image(int width, int height, int channels = 1, T value = T{})
      : width_(width), height_(height), channels_(channels) {
    base::require(width >= 0 && height >= 0 && channels > 0, "an image has a size");
    pixels_.assign(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) *
                       static_cast<std::size_t>(channels),
                   value);
  }

  int width() const { return width_; }
  int height() const { return height_; }
  int channels() const { return channels_; }
  bool empty() const { return pixels_.empty(); }
  T* row(int y) { return pixels_.data() + stride() * y; }
  const T* row(int y) const { return pixels_.data() + stride() * y; }
  T& at(int x, int y, int channel = 0) { return row(y)[x * channels_ + channel]; }
  const T& at(int x, int y, int channel = 0) const { return row(y)[x * channels_ + channel]; }
  std::vector<T>& pixels() { return pixels_; }
  const std::vector<T>& pixels() const { return pixels_; }

  ImageView<T> view() { return {pixels_.data(), width_, height_, stride(), channels_}; }
  ImageView<const T> view() const { return {pixels_.data(), width_, height_, stride(), channels_}; }
  operator ImageView<const T>() const { return view(); }
  bool operator==(const Image&) const = default;

 private:
  std::ptrdiff_t stride() const { return static_cast<std::ptrdiff_t>(width_) * channels_; }

  int width_ = 0;
  int height_ = 0;
  int channels_ = 1;
  std::vector<T> pixels_;
};

using GrayImage = Image<std::uint8_t>;   // 1 channel, 0 black, 255 white, as stored (sRGB curve)
using ColorImage = Image<std::uint8_t>;  // 3 channels, R G B, sRGB
using FloatImage = Image<float>;
using GrayView = ImageView<const std::uint8_t>;
using FloatView = ImageView<const float>;

}  // namespace barium::image
