#include <cstdlib>

#include "image/codec.h"

namespace barium::image {
namespace {

// BITMAPFILEHEADER and BITMAPINFOHEADER (Windows GDI reference); the older 12-byte core header and compressed
// bitmaps are refused.
struct Header {
  std::uint32_t pixels_at = 0;
  int width = 0, height = 0;  // height is positive here
  bool top_down = false;
  int bits = 0;
  std::size_t palette_at = 0;
  std::size_t colors = 0;
};

[[noreturn]] void fail_kind() {
  throw base::Error(base::ErrorCode::kUnsupported, "a BMP of this kind is not read", {}, "Save it as PNG.");
}

Header read_header(base::ByteView bytes, const DecodeLimits& limits) {
  base::ByteReader reader(bytes, "the BMP");
  Header header;
  reader.get_raw(10);
  header.pixels_at = reader.get<std::uint32_t>();
  const auto size = reader.get<std::uint32_t>();
  if (size < 40) fail_kind();
  header.width = reader.get<std::int32_t>();
  const std::int64_t height = reader.get<std::int32_t>();
  header.top_down = height < 0;
  require_size(header.width, std::abs(height), limits);
  header.height = static_cast<int>(std::abs(height));
  reader.get_raw(2);
  header.bits = reader.get<std::uint16_t>();
  const auto compression = reader.get<std::uint32_t>();
  reader.get_raw(12);
  const auto colors = reader.get<std::uint32_t>();
  constexpr std::uint32_t kRgb = 0, kBitfields = 3;  // 32 bits with masks are B G R A in every known writer
  if (compression != kRgb && !(compression == kBitfields && header.bits == 32)) fail_kind();
  if (header.bits <= 8) {
    header.colors = colors == 0 || colors > 256 ? std::size_t{1} << header.bits : colors;
    header.palette_at = std::size_t{14} + size;
  }
  return header;
}

// R G B of every palette entry, 256 of them: those that the file lacks are black.
std::vector<std::uint8_t> read_palette(base::ByteView bytes, const Header& header) {
  std::vector<std::uint8_t> palette(3 * 256, 0);
  for (std::size_t i = 0; i < header.colors && i < 256; ++i) {
    const std::size_t at = header.palette_at + 4 * i;
    if (at + 3 > bytes.size()) break;
    for (std::size_t c = 0; c < 3; ++c) palette[3 * i + c] = bytes[at + 2 - c];
  }
  return palette;
}

void read_row(const std::uint8_t* row, const Header& header, const std::vector<std::uint8_t>& palette,
              std::uint8_t* out) {
  const int step = header.bits / 8;
  for (int x = 0; x < header.width; ++x) {
    if (header.bits >= 24) {
      for (int c = 0; c < 3; ++c) *out++ = row[x * step + 2 - c];
    } else {
      const int bit = x * header.bits;
      const int index = (row[bit / 8] >> (8 - header.bits - bit % 8)) & ((1 << header.bits) - 1);
      for (int c = 0; c < 3; ++c) *out++ = palette[3 * index + c];
    }
  }
}

}  // namespace

StoredPhoto read_bmp(base::ByteView bytes, const DecodeOptions& options) {
  const Header header = read_header(bytes, options.limits);
  const int bits = header.bits;
  if (bits != 1 && bits != 4 && bits != 8 && bits != 24 && bits != 32) fail_kind();
  const std::size_t stride = (static_cast<std::size_t>(header.width) * bits + 31) / 32 * 4;
  if (header.pixels_at > bytes.size() ||
      (bytes.size() - header.pixels_at) / stride < std::size_t(header.height)) {
    fail_damaged("BMP", "it is cut short");
  }
  const std::vector<std::uint8_t> palette = read_palette(bytes, header);
  StoredPhoto photo;
  photo.frames.push_back({Image<std::uint8_t>(header.width, header.height, 3)});
  for (int y = 0; y < header.height; ++y) {
    const int to = header.top_down ? y : header.height - 1 - y;
    read_row(bytes.data() + header.pixels_at + stride * y, header, palette, photo.frames[0].pixels.row(to));
  }
  return photo;
}

}  // namespace barium::image
