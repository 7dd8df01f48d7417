#include <tiffio.h>

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>

#include "image/codec.h"

namespace barium::image {
namespace {

struct TiffSource {
  base::ByteView bytes;
  std::uint64_t at = 0;
  std::string first_error;
};

tmsize_t read_source(thandle_t handle, void* out, tmsize_t size) {
  auto* source = static_cast<TiffSource*>(handle);
  if (source->at >= source->bytes.size() || size < 0) return 0;
  const auto count = std::min<std::uint64_t>(size, source->bytes.size() - source->at);
  std::memcpy(out, source->bytes.data() + source->at, count);
  source->at += count;
  return static_cast<tmsize_t>(count);
}

tmsize_t write_nothing(thandle_t, void*, tmsize_t) { return 0; }

toff_t seek_source(thandle_t handle, toff_t offset, int whence) {
  auto* source = static_cast<TiffSource*>(handle);
  const std::uint64_t from = whence == SEEK_CUR ? source->at : whence == SEEK_END ? source->bytes.size() : 0;
  source->at = from + offset;
  return source->at;
}

int close_nothing(thandle_t) { return 0; }

toff_t size_of_source(thandle_t handle) { return static_cast<TiffSource*>(handle)->bytes.size(); }

int map_source(thandle_t handle, void** base, toff_t* size) {
  auto* source = static_cast<TiffSource*>(handle);
  *base = const_cast<std::uint8_t*>(source->bytes.data());  // opened with "r": never written through
  *size = source->bytes.size();
  return 1;
}

void unmap_nothing(thandle_t, void*, toff_t) {}

// The handler says "handled" (1): nothing is printed.
int keep_error(TIFF*, void* user, const char*, const char* format, va_list arguments) {
  char text[200];
  std::vsnprintf(text, sizeof text, format, arguments);
  auto* source = static_cast<TiffSource*>(user);
  if (source->first_error.empty()) source->first_error = text;
  return 1;
}

int ignore_warning(TIFF*, void*, const char*, const char*, va_list) { return 1; }

using Tiff = std::unique_ptr<TIFF, void (*)(TIFF*)>;

Tiff open_tiff(TiffSource& source) {
  constexpr tmsize_t kMaxSingleAllocation = 512 << 20;  // bytes: 60 Mpx of 4 bytes, and its tables
  const std::unique_ptr<TIFFOpenOptions, void (*)(TIFFOpenOptions*)> open_options(TIFFOpenOptionsAlloc(),
                                                                                  TIFFOpenOptionsFree);
  TIFFOpenOptionsSetMaxSingleMemAlloc(open_options.get(), kMaxSingleAllocation);
  TIFFOpenOptionsSetErrorHandlerExtR(open_options.get(), keep_error, &source);
  TIFFOpenOptionsSetWarningHandlerExtR(open_options.get(), ignore_warning, nullptr);
  Tiff tiff(TIFFClientOpenExt("photo", "r", &source, read_source, write_nothing, seek_source, close_nothing,
                              size_of_source, map_source, unmap_nothing, open_options.get()),
            TIFFClose);
  if (!tiff) fail_damaged("TIFF", source.first_error);
  return tiff;
}

// libtiff's raster holds premultiplied R G B A in the bytes of a 32-bit word, from the lowest.
Image<std::uint8_t> on_white(const std::vector<std::uint32_t>& raster, int width, int height) {
  Image<std::uint8_t> rgb(width, height, 3);
  std::uint8_t* out = rgb.row(0);
  for (const std::uint32_t pixel : raster) {
    const std::uint32_t light = 255 - TIFFGetA(pixel);
    *out++ = static_cast<std::uint8_t>(std::min(255u, TIFFGetR(pixel) + light));
    *out++ = static_cast<std::uint8_t>(std::min(255u, TIFFGetG(pixel) + light));
    *out++ = static_cast<std::uint8_t>(std::min(255u, TIFFGetB(pixel) + light));
  }
  return rgb;
}

bool is_gray(TIFF* tiff) {
  std::uint16_t photometric = PHOTOMETRIC_RGB;
  TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &photometric);
  return photometric == PHOTOMETRIC_MINISWHITE || photometric == PHOTOMETRIC_MINISBLACK;
}

Image<std::uint8_t> first_channel(const Image<std::uint8_t>& rgb) {
  Image<std::uint8_t> gray(rgb.width(), rgb.height());
  for (std::size_t i = 0; i < gray.pixels().size(); ++i) gray.pixels()[i] = rgb.pixels()[3 * i];
  return gray;
}

std::pair<int, int> size_of_page(TIFF* tiff, const DecodeLimits& limits) {
  std::uint32_t width = 0, height = 0;
  TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &width);
  TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &height);
  require_size(width, height, limits);
  return {static_cast<int>(width), static_cast<int>(height)};
}

StoredFrame read_page(TIFF* tiff, TiffSource& source, const DecodeLimits& limits, base::Notes& notes) {
  const auto [width, height] = size_of_page(tiff, limits);
  char why[1024] = "";
  if (!TIFFRGBAImageOK(tiff, why)) {
    throw base::Error(base::ErrorCode::kUnsupported, std::string("a TIFF of this kind is not read: ") + why);
  }
  std::uint16_t orientation = 1;
  TIFFGetFieldDefaulted(tiff, TIFFTAG_ORIENTATION, &orientation);
  TIFFSetField(tiff, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);  // libtiff would flip, but not turn
  std::vector<std::uint32_t> raster(static_cast<std::size_t>(width) * height, 0xFFFFFFFFu);
  source.first_error.clear();
  const int read = TIFFReadRGBAImageOriented(tiff, width, height, raster.data(), ORIENTATION_TOPLEFT, 0);
  if (!read) fail_damaged("TIFF", source.first_error);
  if (!source.first_error.empty()) {
    notes.push_back(
        {"photo.damaged", "the TIFF is damaged; what can be decoded was read: " + source.first_error});
  }
  StoredFrame frame{on_white(raster, width, height), orientation >= 1 && orientation <= 8 ? orientation : 1};
  if (is_gray(tiff)) frame.pixels = first_channel(frame.pixels);
  return frame;
}

}  // namespace

StoredPhoto read_tiff(base::ByteView bytes, const DecodeOptions& options) {
  TiffSource source{bytes, 0, {}};
  const Tiff tiff = open_tiff(source);
  StoredPhoto photo;
  photo.frames_in_file = std::max<int>(1, TIFFNumberOfDirectories(tiff.get()));
  if (options.first_frame >= photo.frames_in_file) {
    throw base::Error(base::ErrorCode::kNotFound, "the TIFF has no such page");
  }
  std::int64_t pixels_left = options.limits.pixels;
  int page = options.first_frame;
  for (; page < photo.frames_in_file && page - options.first_frame < options.limits.frames; ++page) {
    if (!TIFFSetDirectory(tiff.get(), static_cast<tdir_t>(page))) fail_damaged("TIFF", source.first_error);
    const auto [width, height] = size_of_page(tiff.get(), options.limits);
    pixels_left -= std::int64_t{width} * height;
    if (pixels_left < 0) break;
    photo.frames.push_back(read_page(tiff.get(), source, options.limits, photo.notes));
  }
  if (page < photo.frames_in_file) {
    photo.notes.push_back({"photo.frames_left_out", "the TIFF has " + std::to_string(photo.frames_in_file) +
                                                        " pages; those from page " +
                                                        std::to_string(page + 1) + " on were left out"});
  }
  return photo;
}

}  // namespace barium::image
