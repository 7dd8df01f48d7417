#include "image/jbig2.h"

#include <algorithm>
#include <cstring>

#include "image/codec.h"
#include "image/jbig2_regions.h"

namespace barium::image {
namespace {

// 7.3; the regions are the immediate lossless ones. Never renumber: the standard's.
enum SegmentType : std::uint8_t {
  kSymbolDictionary = 0,
  kTextRegion = 7,
  kGenericRegion = 39,
  kPageInformation = 48,
};
constexpr base::ByteView kNoData;

void put_big_endian(base::Bytes& out, std::uint32_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
    out.push_back(static_cast<std::uint8_t>(value >> shift));
}

std::uint32_t big_endian(base::ByteView bytes) {
  std::uint32_t value = 0;
  for (const std::uint8_t byte : bytes.first(4)) value = value << 8 | byte;
  return value;
}

// 7.2.
struct Segment {
  SegmentType type;
  std::vector<std::uint8_t> refers_to;
  base::Bytes header;  // of its own kind, before the coded data
};

base::Bytes segment_header(std::uint8_t number, const Segment& segment, std::size_t bytes) {
  constexpr std::uint8_t kPage = 1;
  base::Bytes out;
  put_big_endian(out, number, 4);
  out.push_back(segment.type);
  out.push_back(static_cast<std::uint8_t>(segment.refers_to.size() << 5));
  out.insert(out.end(), segment.refers_to.begin(), segment.refers_to.end());
  out.push_back(kPage);
  put_big_endian(out, static_cast<std::uint32_t>(bytes), 4);
  return out;
}

// 7.4.8.
Segment page_information(int width, int height) {
  base::Bytes out;
  put_big_endian(out, static_cast<std::uint32_t>(width), 4);
  put_big_endian(out, static_cast<std::uint32_t>(height), 4);
  put_big_endian(out, 0, 4);  // resolution: unknown
  put_big_endian(out, 0, 4);
  out.push_back(1);  // eventually lossless; regions are combined by OR
  put_big_endian(out, 0, 2);
  return {kPageInformation, {}, std::move(out)};
}

// 7.4.1: the whole page, combined by OR.
base::Bytes region(int width, int height) {
  base::Bytes out;
  put_big_endian(out, static_cast<std::uint32_t>(width), 4);
  put_big_endian(out, static_cast<std::uint32_t>(height), 4);
  put_big_endian(out, 0, 4);
  put_big_endian(out, 0, 4);
  out.push_back(0);
  return out;
}

// Figure 3: the nominal adaptive pixels of template 0.
constexpr std::uint8_t kAdaptivePixels[] = {3, 0xFF, 0xFD, 0xFF, 2, 0xFE, 0xFE, 0xFE};

// 7.4.6.
Segment generic_region(int width, int height) {
  base::Bytes out = region(width, height);
  out.push_back(0x08);  // arithmetic, template 0, typical prediction
  out.insert(out.end(), std::begin(kAdaptivePixels), std::end(kAdaptivePixels));
  return {kGenericRegion, {}, std::move(out)};
}

// 7.4.2; behind it stands twice how many symbols there are, those exported and those new.
Segment dictionary() {
  base::Bytes out;
  put_big_endian(out, 0, 2);  // arithmetic, no refinement, template 0
  out.insert(out.end(), std::begin(kAdaptivePixels), std::end(kAdaptivePixels));
  return {kSymbolDictionary, {}, std::move(out)};
}

// 7.4.3; behind it stands how many symbols are drawn.
Segment text_region(int width, int height) {
  base::Bytes out = region(width, height);
  put_big_endian(out, 0, 2);  // arithmetic, strips of a row, bottom left corners, OR
  return {kTextRegion, {1}, std::move(out)};
}

void put_segment(base::Bytes& out, std::uint8_t number, const Segment& segment, base::ByteView counts,
                 base::ByteView coded) {
  const base::Bytes header =
      segment_header(number, segment, segment.header.size() + counts.size() + coded.size());
  for (const base::ByteView part : {base::ByteView(header), base::ByteView(segment.header), counts, coded})
    out.insert(out.end(), part.begin(), part.end());
}

// Takes the segment off the front of `rest` and returns what stands behind its header.
base::ByteView take_segment(base::ByteView& rest, std::uint8_t number, const Segment& segment) {
  const std::size_t header_bytes = segment_header(number, segment, 0).size();
  if (rest.size() < header_bytes) fail_damaged("JBIG2", "it is cut short");
  const std::size_t bytes = big_endian(rest.subspan(header_bytes - 4));
  const base::Bytes header = segment_header(number, segment, bytes);
  if (std::memcmp(header.data(), rest.data(), header_bytes) != 0)
    fail_damaged("JBIG2", "it is not one of ours");
  rest = rest.subspan(header_bytes);
  if (rest.size() < bytes || bytes < segment.header.size()) fail_damaged("JBIG2", "it is cut short");
  if (std::memcmp(segment.header.data(), rest.data(), segment.header.size()) != 0)
    fail_damaged("JBIG2", "it is not one of ours");
  const base::ByteView data = rest.subspan(segment.header.size(), bytes - segment.header.size());
  rest = rest.subspan(bytes);
  return data;
}

std::uint32_t take_count(base::ByteView& data) {
  if (data.size() < 4) fail_damaged("JBIG2", "it is cut short");
  const std::uint32_t count = big_endian(data);
  data = data.subspan(4);
  return count;
}

void put_symbols(base::Bytes& out, const RepeatedPieces& pieces, int width, int height) {
  base::Bytes counts;
  put_big_endian(counts, static_cast<std::uint32_t>(pieces.symbols.size()), 4);
  put_big_endian(counts, static_cast<std::uint32_t>(pieces.symbols.size()), 4);
  put_segment(out, 1, dictionary(), counts, encode_dictionary(pieces.symbols));
  counts.clear();
  put_big_endian(counts, static_cast<std::uint32_t>(pieces.places.size()), 4);
  put_segment(out, 2, text_region(width, height), counts, encode_text_region(pieces.symbols, pieces.places));
}

void take_symbols(base::ByteView& rest, Samples& bitmap) {
  const std::int64_t pixels = std::int64_t{bitmap.width} * bitmap.height;
  base::ByteView data = take_segment(rest, 1, dictionary());
  const std::uint32_t exported = take_count(data), count = take_count(data);
  if (exported != count || count < 1 || count > pixels) fail_damaged("JBIG2", "it is not one of ours");
  const std::vector<Jbig2Symbol> symbols = decode_dictionary(data, count, kThinnestPiece * pixels);
  data = take_segment(rest, 2, text_region(bitmap.width, bitmap.height));
  const std::uint32_t places = take_count(data);
  decode_text_region(data, symbols, places, kThinnestPiece * pixels, bitmap);
}

}  // namespace

base::Bytes encode_jbig2(const Samples& bitmap) {
  base::require(bitmap.bits_per_pixel == 1 && bitmap.height > 0, "JBIG2 has one bit a pixel");
  const int width = bitmap.width, height = bitmap.height;
  const RepeatedPieces pieces = repeated_pieces(bitmap);
  base::Bytes out;
  put_segment(out, 0, page_information(width, height), kNoData, kNoData);
  if (!pieces.symbols.empty()) put_symbols(out, pieces, width, height);
  put_segment(out, pieces.symbols.empty() ? 1 : 3, generic_region(width, height), kNoData,
              encode_generic_region(pieces.rest));
  return out;
}

Samples decode_jbig2(base::ByteView data, int width, int height) {
  Samples drawn{width, height, 1, {}};
  drawn.rows.resize(drawn.row_bytes() * static_cast<std::size_t>(height));
  take_segment(data, 0, page_information(width, height));
  constexpr std::size_t kTypeAt = 4;
  const bool symbols = data.size() > kTypeAt && data[kTypeAt] == kSymbolDictionary;
  if (symbols) take_symbols(data, drawn);
  const base::ByteView coded = take_segment(data, symbols ? 3 : 1, generic_region(width, height));
  if (!data.empty()) fail_damaged("JBIG2", "it has bytes after its end");
  Samples bitmap = decode_generic_region(coded, width, height);
  for (std::size_t i = 0; i < bitmap.rows.size(); ++i) bitmap.rows[i] |= drawn.rows[i];
  return bitmap;
}

}  // namespace barium::image
