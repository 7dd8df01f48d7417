#include "page/marked_picture.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "image/fax.h"
#include "image/jbig2.h"
#include "page/jpeg_moves.h"
#include "page/zlib_stream.h"

namespace barium::page {

namespace {

using image::Samples;

// Rows of a template are kept compressed as fast as they can be: they are read for every copy.
constexpr int kTemplateLevel = 6;

// Bits from one place to another of rows, the first in the highest bit. The stretches may not overlap.
void copy_bits(std::uint8_t* to, std::size_t to_bit, const std::uint8_t* from, std::size_t from_bit,
               std::size_t count) {
  if (to_bit % 8 == 0 && from_bit % 8 == 0) {
    std::memcpy(to + to_bit / 8, from + from_bit / 8, count / 8);
    to_bit += count / 8 * 8;
    from_bit += count / 8 * 8;
    count %= 8;
  }
  while (count > 0) {
    const std::size_t offset = to_bit % 8, part = std::min<std::size_t>(8 - offset, count);
    const std::size_t from_offset = from_bit % 8;
    unsigned bits = static_cast<unsigned>(from[from_bit / 8]) << 8;
    if (from_offset + part > 8) bits |= from[from_bit / 8 + 1];
    bits = bits >> (16 - from_offset - part) & ((1u << part) - 1);
    const auto shift = static_cast<unsigned>(8 - offset - part);
    const unsigned mask = ((1u << part) - 1) << shift;
    std::uint8_t& byte = to[to_bit / 8];
    byte = static_cast<std::uint8_t>((byte & ~mask) | bits << shift);
    to_bit += part;
    from_bit += part;
    count -= part;
  }
}

void displace(Samples& out, const Samples& original, const PictureMove& move, int sign) {
  const PixelBox& area = move.area;
  const int dx = move.dx * sign, dy = move.dy * sign;
  const int x0 = area.x0 + std::max(dx, 0), x1 = area.x1 + std::min(dx, 0);
  const int y0 = area.y0 + std::max(dy, 0), y1 = area.y1 + std::min(dy, 0);
  const auto bit = [&](int x) {
    return static_cast<std::size_t>(x) * static_cast<std::size_t>(out.bits_per_pixel);
  };
  for (int y = y0; y < y1; ++y)
    copy_bits(out.row(y), bit(x0), original.row(y - dy), bit(x0 - dx), bit(x1 - x0));
}

bool same_area(const Samples& a, const Samples& b, const PixelBox& area) {
  const auto bits = static_cast<std::size_t>(area.width()) * static_cast<std::size_t>(a.bits_per_pixel);
  const auto first = static_cast<std::size_t>(area.x0) * static_cast<std::size_t>(a.bits_per_pixel);
  base::Bytes left(bits / 8 + 1), right(bits / 8 + 1);
  for (int y = area.y0; y < area.y1; ++y) {
    copy_bits(left.data(), 0, a.row(y), first, bits);
    copy_bits(right.data(), 0, b.row(y), first, bits);
    if (left != right) return false;
  }
  return true;
}

Samples inverted(Samples samples) {
  for (std::uint8_t& byte : samples.rows) byte = static_cast<std::uint8_t>(~byte);
  return samples;
}

// PNG (ISO/IEC 15948), 9.2: filter types 0 none, 1 sub, 2 up, 3 average, 4 Paeth.
int paeth(int a, int b, int c) {
  const int p = a + b - c, pa = std::abs(p - a), pb = std::abs(p - b), pc = std::abs(p - c);
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

int predicted(std::uint8_t filter, int left, int up, int corner) {
  switch (filter) {
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return (left + up) / 2;
    case 4:
      return paeth(left, up, corner);
    default:
      return 0;
  }
}

base::Bytes filtered(const MarkedPicture& picture, const Samples& samples) {
  const std::size_t bytes = samples.row_bytes(), step = static_cast<std::size_t>(picture.predictor_bytes);
  const base::Bytes nothing(bytes);
  base::Bytes out;
  out.reserve((bytes + 1) * static_cast<std::size_t>(samples.height));
  for (int y = 0; y < samples.height; ++y) {
    const std::uint8_t filter = picture.row_filters[static_cast<std::size_t>(y)];
    const std::uint8_t *row = samples.row(y), *above = y > 0 ? samples.row(y - 1) : nothing.data();
    out.push_back(filter);
    for (std::size_t i = 0; i < bytes; ++i) {
      const int left = i >= step ? row[i - step] : 0, corner = i >= step ? above[i - step] : 0;
      out.push_back(static_cast<std::uint8_t>(row[i] - predicted(filter, left, above[i], corner)));
    }
  }
  return out;
}

base::Bytes encode(const MarkedPicture& picture, Samples samples, int level) {
  switch (picture.coding) {
    case PictureCoding::kFax4:
      return image::encode_fax4(picture.inverted ? inverted(std::move(samples)) : samples);
    case PictureCoding::kJbig2:
      return image::encode_jbig2(picture.inverted ? inverted(std::move(samples)) : samples);
    case PictureCoding::kFlate:
    case PictureCoding::kJpeg:
      break;
  }
  return zlib_compress(picture.predictor_bytes > 0 ? filtered(picture, samples) : samples.rows, level);
}

// Samples as the data of a copy have them; for kFlate with a predictor the filtered rows.
base::Bytes decode(const MarkedPicture& picture, base::ByteView data) {
  const Samples& like = picture.samples;
  switch (picture.coding) {
    case PictureCoding::kFax4:
      return image::decode_fax4(data, like.width, like.height).rows;
    case PictureCoding::kJbig2:
      return image::decode_jbig2(data, like.width, like.height).rows;
    case PictureCoding::kFlate:
    case PictureCoding::kJpeg:
      break;
  }
  const std::size_t filters = picture.predictor_bytes > 0 ? static_cast<std::size_t>(like.height) : 0;
  return zlib_expand(data, like.rows.size() + filters);
}

// PNG's filters taken off again. The filters of the rows must be the template's.
base::Bytes unfiltered(const MarkedPicture& picture, const base::Bytes& rows) {
  Samples out = picture.samples;
  const std::size_t bytes = out.row_bytes(), step = static_cast<std::size_t>(picture.predictor_bytes);
  const base::Bytes nothing(bytes);
  if (rows.size() != out.rows.size() + picture.row_filters.size()) return {};
  for (int y = 0; y < out.height; ++y) {
    const std::uint8_t* in = rows.data() + (bytes + 1) * static_cast<std::size_t>(y);
    if (*in++ != picture.row_filters[static_cast<std::size_t>(y)]) return {};
    std::uint8_t* row = out.row(y);
    const std::uint8_t* above = y > 0 ? out.row(y - 1) : nothing.data();
    for (std::size_t i = 0; i < bytes; ++i) {
      const int left = i >= step ? row[i - step] : 0, corner = i >= step ? above[i - step] : 0;
      row[i] = static_cast<std::uint8_t>(in[i] + predicted(in[-1], left, above[i], corner));
    }
  }
  return out.rows;
}

// Bits behind the last pixel of each row say nothing; decoders set them as they like.
void clear_padding(Samples& samples) {
  const std::size_t used =
      static_cast<std::size_t>(samples.width) * static_cast<std::size_t>(samples.bits_per_pixel) % 8;
  if (used == 0) return;
  for (int y = 0; y < samples.height; ++y)
    samples.row(y)[samples.row_bytes() - 1] &= static_cast<std::uint8_t>(0xFF << (8 - used));
}

Samples samples_of(const MarkedPicture& picture, base::ByteView data) {
  Samples samples = picture.samples;
  samples.rows = decode(picture, data);
  if (picture.predictor_bytes > 0) samples.rows = unfiltered(picture, samples.rows);
  if (picture.inverted) samples = inverted(std::move(samples));
  if (samples.rows.size() != picture.samples.rows.size()) samples.rows.clear();
  return samples;
}

Samples with_all_moved(const Samples& original, std::span<const PictureMove> moves, int sign) {
  Samples moved = original;
  for (const PictureMove& move : moves) displace(moved, original, move, sign);
  return moved;
}

bool same_picture(Samples a, Samples b) {
  clear_padding(a);
  clear_padding(b);
  return a.rows == b.rows;
}

}  // namespace

base::Bytes serialize(const MarkedPicture& picture) {
  base::ByteWriter out;
  out.put(static_cast<std::uint8_t>(picture.coding));
  out.put(static_cast<std::uint8_t>(picture.inverted));
  out.put(static_cast<std::uint8_t>(picture.predictor_bytes));
  out.put(static_cast<std::uint8_t>(picture.samples.bits_per_pixel));
  out.put(static_cast<std::uint32_t>(picture.samples.width));
  out.put(static_cast<std::uint32_t>(picture.samples.height));
  out.put_blob(picture.row_filters);
  if (picture.jpeg)
    put_jpeg_blocks(out, *picture.jpeg);
  else
    out.put_blob(zlib_compress(picture.samples.rows, kTemplateLevel));
  return out.take();
}

MarkedPicture parse_marked_picture(base::ByteView blob) {
  base::ByteReader in(blob, "a picture of the copy template");
  MarkedPicture picture;
  const auto coding = in.get<std::uint8_t>();
  if (coding > static_cast<std::uint8_t>(PictureCoding::kJpeg)) in.fail("has an unknown coding");
  picture.coding = static_cast<PictureCoding>(coding);
  picture.inverted = in.get<std::uint8_t>() != 0;
  picture.predictor_bytes = in.get<std::uint8_t>();
  Samples& samples = picture.samples;
  samples.bits_per_pixel = in.get<std::uint8_t>();
  const auto width = in.get<std::uint32_t>(), height = in.get<std::uint32_t>();
  const bool bilevel = picture.coding == PictureCoding::kFax4 || picture.coding == PictureCoding::kJbig2;
  if (width == 0 || height == 0 || width > kMostPictureSidePx || height > kMostPictureSidePx ||
      std::int64_t{width} * height > kMostPicturePixels || samples.bits_per_pixel < 1 ||
      samples.bits_per_pixel > 64 ||
      (bilevel && (samples.bits_per_pixel != 1 || picture.predictor_bytes != 0)))
    in.fail("has an impossible size");
  samples.width = static_cast<int>(width);
  samples.height = static_cast<int>(height);
  const base::ByteView filters = in.get_blob();
  if (filters.size() != (picture.predictor_bytes > 0 ? height : 0)) in.fail("has filters of other rows");
  picture.row_filters.assign(filters.begin(), filters.end());
  if (picture.coding == PictureCoding::kJpeg) {
    picture.jpeg = get_jpeg_blocks(in, samples.width, samples.height);
    in.expect_end();
    return picture;
  }
  const std::size_t bytes = samples.row_bytes() * height;
  samples.rows = zlib_expand(in.get_blob(), bytes);
  if (samples.rows.size() != bytes) in.fail("is smaller than it says");
  in.expect_end();
  return picture;
}

void check_moves(const MarkedPicture& picture, std::span<const PictureMove> moves) {
  for (const PictureMove& move : moves) {
    const PixelBox& a = move.area;
    const bool inside = a.x0 >= 0 && a.y0 >= 0 && a.x0 < a.x1 && a.y0 < a.y1 &&
                        a.x1 <= picture.samples.width && a.y1 <= picture.samples.height;
    if (!inside || std::abs(static_cast<double>(move.dx)) >= a.width() ||
        std::abs(static_cast<double>(move.dy)) >= a.height())
      throw base::Error(base::ErrorCode::kMalformed, "the copy template moves a word out of its picture");
  }
}

base::Bytes picture_data(const MarkedPicture& picture, std::span<const PictureMove> moves,
                         std::span<const std::int8_t> signs, int level) {
  if (picture.jpeg) return image::write_jpeg_blocks(moved_blocks(*picture.jpeg, moves, signs));
  Samples samples = picture.samples;
  for (const PictureMove& move : moves) displace(samples, picture.samples, move, signs[move.carrier]);
  return encode(picture, std::move(samples), level);
}

std::vector<std::uint8_t> possible_signs(const MarkedPicture& picture, std::span<const PictureMove> moves,
                                         base::ByteView data) {
  if (picture.jpeg) return possible_signs_of(*picture.jpeg, moves, data);
  const Samples copy = samples_of(picture, data);
  if (copy.rows.empty()) return {};
  const Samples plus = with_all_moved(picture.samples, moves, 1),
                minus = with_all_moved(picture.samples, moves, -1);
  Samples as_read = picture.samples;
  std::vector<std::uint8_t> possible;
  for (const PictureMove& move : moves) {
    const bool is_plus = same_area(copy, plus, move.area), is_minus = same_area(copy, minus, move.area);
    const bool is_zero = same_area(copy, picture.samples, move.area);
    displace(as_read, picture.samples, move, is_plus ? 1 : is_minus ? -1 : 0);
    possible.push_back(static_cast<std::uint8_t>(is_plus | is_minus << 1 | is_zero << 2));
  }
  if (!same_picture(as_read, copy)) return {};
  return possible;
}

}  // namespace barium::page
