#include <turbojpeg.h>

#include <memory>
#include <string>

#include "image/codec.h"
#include "image/exif.h"

namespace barium::image {
namespace {

struct Header {
  int width = 0, height = 0, subsampling = 0, colorspace = 0;
};

Header read_header(tjhandle codec, base::ByteView bytes) {
  Header header;
  if (tjDecompressHeader3(codec, bytes.data(), bytes.size(), &header.width, &header.height,
                          &header.subsampling, &header.colorspace) != 0 &&
      tjGetErrorCode(codec) != TJERR_WARNING) {
    fail_damaged("JPEG", tjGetErrorStr2(codec));
  }
  return header;
}

// The strongest reduction inside the inverse transform whose long side is still at least max_long_side_px.
// Only 1, 1/2, 1/4 and 1/8 have fast paths.
tjscalingfactor choose_scale(const Header& header, int max_long_side_px) {
  const int long_side = std::max(header.width, header.height);
  int denominator = 1;
  while (max_long_side_px > 0 && denominator < 8 && long_side / (2 * denominator) >= max_long_side_px) {
    denominator *= 2;
  }
  return {1, denominator};
}

// Adobe stores CMYK inverted (255 is no ink); others store ink. Without a profile, ink multiplies light.
Image<std::uint8_t> rgb_from_cmyk(const Image<std::uint8_t>& cmyk, bool inverted) {
  Image<std::uint8_t> rgb(cmyk.width(), cmyk.height(), 3);
  const int flip = inverted ? 0 : 255;
  for (int y = 0; y < cmyk.height(); ++y) {
    const std::uint8_t* in = cmyk.row(y);
    std::uint8_t* out = rgb.row(y);
    for (int x = 0; x < cmyk.width(); ++x, in += 4) {
      for (int c = 0; c < 3; ++c) {
        *out++ = static_cast<std::uint8_t>(((in[c] ^ flip) * (in[3] ^ flip) + 127) / 255);
      }
    }
  }
  return rgb;
}

TJPF pixel_format(const Header& header, const DecodeOptions& options) {
  if (header.colorspace == TJCS_CMYK || header.colorspace == TJCS_YCCK) return TJPF_CMYK;
  const bool gray = header.colorspace == TJCS_GRAY || options.color == DecodedColor::kGray;
  return gray ? TJPF_GRAY : TJPF_RGB;
}

}  // namespace

StoredPhoto read_jpeg(base::ByteView bytes, const DecodeOptions& options) {
  const std::unique_ptr<void, int (*)(tjhandle)> codec(tjInitDecompress(), tjDestroy);
  base::require(codec != nullptr, "libjpeg-turbo has memory");
  const Header header = read_header(codec.get(), bytes);
  require_size(header.width, header.height, options.limits);

  const tjscalingfactor scale = choose_scale(header, options.max_long_side_px);
  const TJPF format = pixel_format(header, options);
  StoredFrame frame{{TJSCALED(header.width, scale), TJSCALED(header.height, scale), tjPixelSize[format]},
                    jpeg_orientation(bytes),
                    header.width,
                    header.height};
  StoredPhoto photo;
  // Where the data end early, the rest is filled with gray. TJFLAG_LIMITSCANS: a few kilobytes of progressive
  // scans could otherwise take minutes.
  if (tjDecompress2(codec.get(), bytes.data(), bytes.size(), frame.pixels.row(0), frame.pixels.width(), 0,
                    frame.pixels.height(), format, TJFLAG_LIMITSCANS) != 0) {
    const std::string why = tjGetErrorStr2(codec.get());
    if (tjGetErrorCode(codec.get()) != TJERR_WARNING) fail_damaged("JPEG", why);
    const bool cut = why.find("remature end") != std::string::npos;
    photo.notes.push_back({cut ? "photo.cut_short" : "photo.damaged",
                           (cut ? "the JPEG is cut short; what is left was read: "
                                : "the JPEG is damaged; what can be decoded was read: ") +
                               why});
  }
  if (format == TJPF_CMYK) frame.pixels = rgb_from_cmyk(frame.pixels, has_adobe_marker(bytes));
  photo.frames.push_back(std::move(frame));
  return photo;
}

}  // namespace barium::image
