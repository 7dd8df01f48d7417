// The loops over pixels, in bytes of input a second, next to what memcpy reaches on the same machine in the
// same run.

#include <benchmark/benchmark.h>

#include <cstring>

#include "base/rng.h"
#include "image/decode.h"
#include "image/encode.h"
#include "image/filter.h"
#include "image/homography.h"
#include "image/sample.h"

namespace {

using namespace barium::image;

constexpr int kWidth = 4032, kHeight = 3024;  // a 12-Mpx phone

// Blocks of 8 x 8 with a little noise: neither as easy for JPEG as a ramp nor as hard as noise.
Image<std::uint8_t> blocks(int channels) {
  barium::base::Rng rng(1, "bench");
  Image<std::uint8_t> image(kWidth, kHeight, channels);
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth * channels; ++x) {
      const auto block = static_cast<unsigned>((x / (8 * channels)) * 31 + (y / 8) * 17) % 200;
      image.row(y)[x] = static_cast<std::uint8_t>(block + rng.bits() % 16);
    }
  }
  return image;
}
const Image<std::uint8_t>& gray() {
  static const Image<std::uint8_t> image = blocks(1);
  return image;
}
const Image<std::uint8_t>& color() {
  static const Image<std::uint8_t> image = blocks(3);
  return image;
}

void count_bytes(benchmark::State& state, std::size_t bytes) {
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes) * state.iterations());
}

void memory_copy(benchmark::State& state) {
  std::vector<std::uint8_t> out(color().pixels().size());
  for (auto _ : state) {
    std::memcpy(out.data(), color().pixels().data(), out.size());
    benchmark::ClobberMemory();
  }
  count_bytes(state, out.size());
}
BENCHMARK(memory_copy)->Unit(benchmark::kMillisecond);

void to_gray_of_rgb(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(to_gray(color()));
  count_bytes(state, color().pixels().size());
}
BENCHMARK(to_gray_of_rgb)->Unit(benchmark::kMillisecond);

void to_float_of_gray(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(to_float(gray()));
  count_bytes(state, gray().pixels().size());
}
BENCHMARK(to_float_of_gray)->Unit(benchmark::kMillisecond);

// Argument: the new width.
void resize_gray(benchmark::State& state) {
  const int width = static_cast<int>(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(resize(gray(), width, width * 3 / 4));
  count_bytes(state, gray().pixels().size());
}
BENCHMARK(resize_gray)->Arg(2016)->Arg(1600)->Arg(6000)->Unit(benchmark::kMillisecond);

void resize_color(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(resize(color(), 1600, 1200));
  count_bytes(state, color().pixels().size());
}
BENCHMARK(resize_color)->Unit(benchmark::kMillisecond);

// Argument: tenths of sigma.
void gaussian_of_gray(benchmark::State& state) {
  const FloatImage image = to_float(gray());
  for (auto _ : state) {
    benchmark::DoNotOptimize(gaussian_blur(image, static_cast<double>(state.range(0)) / 10));
  }
  count_bytes(state, image.pixels().size() * sizeof(float));
}
BENCHMARK(gaussian_of_gray)->Arg(10)->Arg(30)->Arg(100)->Unit(benchmark::kMillisecond);

void box_mean_of_gray(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(box_mean(gray(), 20));
  count_bytes(state, gray().pixels().size());
}
BENCHMARK(box_mean_of_gray)->Unit(benchmark::kMillisecond);

void turned_a_quarter(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(turned(color(), 1));
  count_bytes(state, color().pixels().size());
}
BENCHMARK(turned_a_quarter)->Unit(benchmark::kMillisecond);

// Bytes are those of the pixels in the file. Arguments: gray, longest side.
void decode_jpeg(benchmark::State& state) {
  static const barium::base::Bytes bytes = encode_jpeg(color(), 80);
  DecodeOptions options;
  options.color = state.range(0) ? DecodedColor::kGray : DecodedColor::kAsStored;
  options.max_long_side_px = static_cast<int>(state.range(1));
  for (auto _ : state) benchmark::DoNotOptimize(decode_photo(bytes, options));
  count_bytes(state, color().pixels().size());
}
BENCHMARK(decode_jpeg)
    ->Args({0, 0})
    ->Args({1, 0})
    ->Args({1, kWidth / 2})
    ->Args({1, 1600})
    ->Unit(benchmark::kMillisecond);

void fit_four_points(benchmark::State& state) {
  const std::vector<barium::base::Vec2> source{{0, 0}, {595, 0}, {595, 842}, {0, 842}};
  const std::vector<barium::base::Vec2> target{{100, 90}, {1100, 120}, {1150, 1500}, {60, 1480}};
  for (auto _ : state) benchmark::DoNotOptimize(fit_homography(source, target));
}
BENCHMARK(fit_four_points)->Unit(benchmark::kMicrosecond);

}  // namespace
