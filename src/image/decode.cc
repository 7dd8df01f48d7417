#include "image/decode.h"

#include <fmt/format.h>

#include "image/codec.h"
#include "image/magic.h"
#include "image/sample.h"

namespace barium::image {
namespace {

using base::Error;
using base::ErrorCode;

constexpr const char* kKnownFormats =
    "Send a JPEG, PNG, WebP, GIF, TIFF, HEIC, AVIF, BMP or PNM picture; a PDF is added or examined as a "
    "document.";

StoredPhoto read_stored(PhotoFormat format, base::ByteView bytes, const DecodeOptions& options) {
  switch (format) {
    case PhotoFormat::kJpeg:
      return read_jpeg(bytes, options);
    case PhotoFormat::kPng:
      return read_png(bytes, options);
    case PhotoFormat::kWebp:
      return read_webp(bytes, options);
    case PhotoFormat::kGif:
      return read_gif(bytes, options);
    case PhotoFormat::kTiff:
      return read_tiff(bytes, options);
    case PhotoFormat::kHeif:
    case PhotoFormat::kAvif:
      return read_heif(bytes, options);
    case PhotoFormat::kBmp:
      return read_bmp(bytes, options);
    case PhotoFormat::kPnm:
      return read_pnm(bytes, options);
    case PhotoFormat::kUnknown:
      break;
  }
  const std::string what = describe_foreign(bytes);
  throw Error(ErrorCode::kMalformed,
              what.starts_with("not a") ? "this is " + what : "this is " + what + ", not a picture", {},
              kKnownFormats);
}

// Rounded alpha * colour + (1 - alpha) * white.
Image<std::uint8_t> on_white(const Image<std::uint8_t>& rgba) {
  Image<std::uint8_t> rgb(rgba.width(), rgba.height(), 3);
  for (int y = 0; y < rgba.height(); ++y) {
    const std::uint8_t* in = rgba.row(y);
    std::uint8_t* out = rgb.row(y);
    for (int x = 0; x < rgba.width(); ++x, in += 4) {
      for (int c = 0; c < 3; ++c) {
        *out++ = static_cast<std::uint8_t>((in[c] * in[3] + 255 * (255 - in[3]) + 127) / 255);
      }
    }
  }
  return rgb;
}

Image<std::uint8_t> reduced(Image<std::uint8_t> pixels, int max_long_side_px) {
  const int long_side = std::max(pixels.width(), pixels.height());
  if (max_long_side_px == 0 || long_side <= max_long_side_px) return pixels;
  const auto scaled = [&](int side) {
    return std::max(1,
                    static_cast<int>(std::lround(static_cast<double>(side) * max_long_side_px / long_side)));
  };
  return resize(pixels, scaled(pixels.width()), scaled(pixels.height()));
}

// Exif 2.32, tag 274: where row 0 and column 0 of the stored picture are. 5 to 8 lie on their side.
Image<std::uint8_t> upright(Image<std::uint8_t> pixels, int orientation) {
  constexpr int kQuarterTurns[] = {0, 0, 0, 2, 2, 3, 1, 1, 3};
  if (orientation == 1) return pixels;
  const bool mirrored = orientation == 2 || orientation == 4 || orientation == 5 || orientation == 7;
  return turned(pixels, kQuarterTurns[orientation], mirrored ? Mirror::kYes : Mirror::kNo);
}

Frame finished(StoredFrame stored, const DecodeOptions& options) {
  Frame frame;
  const bool on_its_side = stored.orientation >= 5;
  const int width = stored.full_width ? stored.full_width : stored.pixels.width();
  const int height = stored.full_height ? stored.full_height : stored.pixels.height();
  frame.full_width = on_its_side ? height : width;
  frame.full_height = on_its_side ? width : height;
  if (stored.pixels.channels() == 4) stored.pixels = on_white(stored.pixels);
  if (options.color == DecodedColor::kGray && stored.pixels.channels() == 3) {
    stored.pixels = to_gray(stored.pixels);
  }
  frame.pixels = upright(reduced(std::move(stored.pixels), options.max_long_side_px), stored.orientation);
  return frame;
}

}  // namespace

void require_size(std::int64_t width, std::int64_t height, const DecodeLimits& limits) {
  if (width <= 0 || height <= 0) throw Error(ErrorCode::kMalformed, "the picture has no pixels");
  if (width <= limits.side_px && height <= limits.side_px && width * height <= limits.pixels) return;
  throw Error(
      ErrorCode::kLimit,
      fmt::format("the picture is {} x {} pixels; the limits are {} pixels a side and {} million in all",
                  width, height, limits.side_px, limits.pixels / 1'000'000),
      {}, "Reduce or crop it first.");
}

void fail_damaged(std::string_view format, std::string_view why) {
  throw Error(ErrorCode::kMalformed, fmt::format("the {} is damaged: {}", format, why));
}

base::Note first_frame_note(std::string_view format) {
  return {"photo.frames_left_out",
          fmt::format("the {} holds several frames; only the first was read", format)};
}

Photo decode_photo(base::ByteView bytes, const DecodeOptions& options) {
  base::require(options.max_long_side_px >= 0 && options.first_frame >= 0, "decode options are not negative");
  if (bytes.empty()) throw Error(ErrorCode::kMalformed, "the file is empty");
  if (bytes.size() > options.limits.bytes) {
    throw Error(ErrorCode::kLimit,
                fmt::format("the file has {} bytes; the limit is {}", bytes.size(), options.limits.bytes));
  }
  const PhotoFormat format = tell_format(bytes);
  StoredPhoto stored = read_stored(format, bytes, options);
  Photo photo{name_of(format), {}, stored.frames_in_file, std::move(stored.notes)};
  for (StoredFrame& frame : stored.frames) photo.frames.push_back(finished(std::move(frame), options));
  return photo;
}

}  // namespace barium::image
