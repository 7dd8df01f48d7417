#include <png.h>

#include "image/codec.h"
#include "image/exif.h"

namespace barium::image {
namespace {

// Frees what the reader holds also when a limit throws.
struct PngReader {
  png_image header{};
  PngReader() { header.version = PNG_IMAGE_VERSION; }
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;
  ~PngReader() { png_image_free(&header); }
};

}  // namespace

StoredPhoto read_png(base::ByteView bytes, const DecodeOptions& options) {
  PngReader reader;
  if (!png_image_begin_read_from_memory(&reader.header, bytes.data(), bytes.size())) {
    fail_damaged("PNG", reader.header.message);
  }
  require_size(reader.header.width, reader.header.height, options.limits);
  const bool color = (reader.header.format & PNG_FORMAT_FLAG_COLOR) != 0;
  reader.header.format = color ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
  reader.header.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;  // 16-bit files without gamma are sRGB, not linear
  StoredFrame frame{
      {static_cast<int>(reader.header.width), static_cast<int>(reader.header.height), color ? 3 : 1},
      png_orientation(bytes)};
  const png_color white{255, 255, 255};
  if (!png_image_finish_read(&reader.header, &white, frame.pixels.row(0), 0, nullptr)) {
    fail_damaged("PNG", reader.header.message);
  }
  StoredPhoto photo;
  photo.frames.push_back(std::move(frame));
  return photo;
}

}  // namespace barium::image
