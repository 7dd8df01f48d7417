#include "image/jbig2.h"

#include <array>
#include <cstring>
#include <vector>

#include "image/codec.h"

namespace barium::image {
namespace {

// T.88, table E.1: probability estimates. qe, next after MPS, next after LPS, switch.
struct Estimate {
  std::uint16_t qe;
  std::uint8_t mps, lps, flip;
};
constexpr std::array<Estimate, 47> kEstimates = {{
    {0x5601, 1, 1, 1},   {0x3401, 2, 6, 0},   {0x1801, 3, 9, 0},   {0x0AC1, 4, 12, 0},  {0x0521, 5, 29, 0},
    {0x0221, 38, 33, 0}, {0x5601, 7, 6, 1},   {0x5401, 8, 14, 0},  {0x4801, 9, 14, 0},  {0x3801, 10, 14, 0},
    {0x3001, 11, 17, 0}, {0x2401, 12, 18, 0}, {0x1C01, 13, 20, 0}, {0x1601, 29, 21, 0}, {0x5601, 15, 14, 1},
    {0x5401, 16, 14, 0}, {0x5101, 17, 15, 0}, {0x4801, 18, 16, 0}, {0x3801, 19, 17, 0}, {0x3401, 20, 18, 0},
    {0x3001, 21, 19, 0}, {0x2801, 22, 19, 0}, {0x2401, 23, 20, 0}, {0x2201, 24, 21, 0}, {0x1C01, 25, 22, 0},
    {0x1801, 26, 23, 0}, {0x1601, 27, 24, 0}, {0x1401, 28, 25, 0}, {0x1201, 29, 26, 0}, {0x1101, 30, 27, 0},
    {0x0AC1, 31, 28, 0}, {0x09C1, 32, 29, 0}, {0x08A1, 33, 30, 0}, {0x0521, 34, 31, 0}, {0x0441, 35, 32, 0},
    {0x02A1, 36, 33, 0}, {0x0221, 37, 34, 0}, {0x0141, 38, 35, 0}, {0x0111, 39, 36, 0}, {0x0085, 40, 37, 0},
    {0x0049, 41, 38, 0}, {0x0025, 42, 39, 0}, {0x0015, 43, 40, 0}, {0x0009, 44, 41, 0}, {0x0005, 45, 42, 0},
    {0x0001, 45, 43, 0}, {0x5601, 46, 46, 0},
}};

struct Context {
  std::uint8_t index = 0, mps = 0;
};

// E.2: the encoder, in the letters of the standard.
class Encoder {
 public:
  void encode(Context& cx, bool bit) {
    const Estimate& e = kEstimates[cx.index];
    a_ -= e.qe;
    if (bit == cx.mps) {
      if (a_ & 0x8000) {
        c_ += e.qe;
        return;
      }
      if (a_ < e.qe)
        a_ = e.qe;
      else
        c_ += e.qe;
      cx.index = e.mps;
    } else {
      if (a_ < e.qe)
        c_ += e.qe;
      else
        a_ = e.qe;
      if (e.flip) cx.mps ^= 1;
      cx.index = e.lps;
    }
    do {
      a_ <<= 1;
      c_ <<= 1;
      if (--ct_ == 0) byte_out();
    } while (!(a_ & 0x8000));
  }

  base::Bytes finish() {
    const std::uint32_t most = c_ + a_;
    c_ |= 0xFFFF;
    if (c_ >= most) c_ -= 0x8000;
    c_ <<= ct_;
    byte_out();
    c_ <<= ct_;
    byte_out();
    if (out_.back() != 0xFF) out_.push_back(0xFF);
    out_.push_back(0xAC);
    out_.erase(out_.begin());  // the byte before the first, which FLUSH and BYTEOUT take as there
    return std::move(out_);
  }

 private:
  void byte_out() {
    if (out_.back() == 0xFF) return stuffed();
    if (c_ >= 0x8000000) {
      if (++out_.back() == 0xFF) {
        c_ &= 0x7FFFFFF;
        return stuffed();
      }
    }
    out_.push_back(static_cast<std::uint8_t>(c_ >> 19));
    c_ &= 0x7FFFF;
    ct_ = 8;
  }
  void stuffed() {
    out_.push_back(static_cast<std::uint8_t>(c_ >> 20));
    c_ &= 0xFFFFF;
    ct_ = 7;
  }

  std::uint32_t a_ = 0x8000, c_ = 0;
  int ct_ = 12;
  base::Bytes out_{0};
};

// E.3: the decoder. Behind the end of its data come the bytes of a marker, as the standard wants.
class Decoder {
 public:
  explicit Decoder(base::ByteView data) : data_(data) {
    c_ = static_cast<std::uint32_t>(at(0)) << 16;
    byte_in();
    c_ <<= 7;
    ct_ -= 7;
  }

  bool decode(Context& cx) {
    const Estimate& e = kEstimates[cx.index];
    a_ -= e.qe;
    bool bit = cx.mps;
    if ((c_ >> 16) < e.qe) {
      bit = exchange(cx, e, a_ < e.qe);
      a_ = e.qe;
    } else {
      c_ -= static_cast<std::uint32_t>(e.qe) << 16;
      if (a_ & 0x8000) return bit;
      bit = exchange(cx, e, a_ >= e.qe);
    }
    do {
      if (ct_ == 0) byte_in();
      a_ <<= 1;
      c_ <<= 1;
      --ct_;
    } while (!(a_ & 0x8000));
    return bit;
  }

 private:
  bool exchange(Context& cx, const Estimate& e, bool likely) {
    const bool bit = likely ? cx.mps : !cx.mps;
    if (likely) {
      cx.index = e.mps;
    } else {
      if (e.flip) cx.mps ^= 1;
      cx.index = e.lps;
    }
    return bit;
  }
  std::uint8_t at(std::size_t i) const { return i < data_.size() ? data_[i] : 0xFF; }
  void byte_in() {
    if (at(at_) == 0xFF) {
      if (at(at_ + 1) > 0x8F) {
        c_ += 0xFF00;
        ct_ = 8;
      } else {
        c_ += static_cast<std::uint32_t>(at(++at_)) << 9;
        ct_ = 7;
      }
    } else {
      c_ += static_cast<std::uint32_t>(at(++at_)) << 8;
      ct_ = 8;
    }
  }

  base::ByteView data_;
  std::size_t at_ = 0;
  std::uint32_t a_ = 0x8000, c_ = 0;
  int ct_ = 0;
};

// Figure 3, template 0 with its nominal adaptive pixels: 5 pixels two rows above (-2 and 2 there adaptive),
// 7 one row above, 4 before. Figure 8: the context of the bit that says "this row is as the one above".
constexpr std::uint32_t kTypicalContext = 0x9B25;
constexpr std::size_t kContexts = 1 << 16;
constexpr int kBefore = 4, kBehind = 4;  // white columns around a row

// Walks over a bitmap of a byte a pixel, with white around; `code` says what a pixel is.
template <class Row, class Pixel>
void walk(std::vector<std::uint8_t>& pixels, int width, int height, Row same_row, Pixel pixel) {
  const auto stride = static_cast<std::size_t>(width + kBefore + kBehind);
  bool typical = false;
  for (int y = 0; y < height; ++y) {
    std::uint8_t* row = pixels.data() + stride * static_cast<std::size_t>(y + 2) + kBefore;
    const std::uint8_t *above = row - stride, *top = above - stride;
    const bool same = same_row(row, above, static_cast<std::size_t>(width), typical);
    typical = same;
    if (same) {
      std::memcpy(row, above, static_cast<std::size_t>(width));
      continue;
    }
    std::uint32_t two = static_cast<std::uint32_t>(top[0] << 1 | top[1]);  // up to x + 1 (x + 2 comes below)
    std::uint32_t one = static_cast<std::uint32_t>(above[0] << 2 | above[1] << 1 | above[2]);
    std::uint32_t own = 0;
    // As the context is laid out in figure 3: the row above from x - 2 to x + 2 with A1 at x + 3 behind its
    // left neighbours; two above from x - 1 to x + 1 with A2 and A3 at its ends.
    for (int x = 0; x < width; ++x) {
      two = (two << 1 | top[x + 2]) & 0x1F;
      one = (one << 1 | above[x + 3]) & 0x7F;
      // bits: A4 (x-2, y-2) | x-1..x+1 | A3 (x+2, y-2) | A2 (x-3, y-1) | x-2..x+2 | A1 (x+3, y-1) | 4 before
      const std::uint32_t context = two << 11 | one << 4 | own;
      own = (own << 1 | pixel(context, row[x])) & 0xF;
    }
  }
}

void put_big_endian(base::Bytes& out, std::uint32_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
    out.push_back(static_cast<std::uint8_t>(value >> shift));
}

// 7.2: segment header; 7.4.8: page information; 7.4.6: the region up to its coded data.
base::Bytes headers(int width, int height, std::size_t coded_bytes) {
  constexpr std::uint8_t kPageInformation = 48, kImmediateLosslessGenericRegion = 39, kPage = 1;
  base::Bytes out;
  const auto segment = [&](std::uint32_t number, std::uint8_t type, std::size_t bytes) {
    put_big_endian(out, number, 4);
    out.insert(out.end(), {type, 0, kPage});
    put_big_endian(out, static_cast<std::uint32_t>(bytes), 4);
  };
  segment(0, kPageInformation, 19);
  put_big_endian(out, static_cast<std::uint32_t>(width), 4);
  put_big_endian(out, static_cast<std::uint32_t>(height), 4);
  put_big_endian(out, 0, 4);  // resolution: unknown
  put_big_endian(out, 0, 4);
  out.push_back(1);  // eventually lossless
  put_big_endian(out, 0, 2);
  constexpr std::size_t kRegionBytes = 17 + 1 + 8;
  segment(1, kImmediateLosslessGenericRegion, kRegionBytes + coded_bytes);
  put_big_endian(out, static_cast<std::uint32_t>(width), 4);
  put_big_endian(out, static_cast<std::uint32_t>(height), 4);
  put_big_endian(out, 0, 4);
  put_big_endian(out, 0, 4);
  out.push_back(0);     // combined by OR
  out.push_back(0x08);  // arithmetic, template 0, typical prediction
  out.insert(out.end(), {3, 0xFF, 0xFD, 0xFF, 2, 0xFE, 0xFE, 0xFE});
  return out;
}

std::vector<std::uint8_t> white_pixels(int width, int height) {
  return std::vector<std::uint8_t>(static_cast<std::size_t>(width + kBefore + kBehind) *
                                   static_cast<std::size_t>(height + 2));
}

std::vector<std::uint8_t> unpacked(const Samples& bitmap) {
  std::vector<std::uint8_t> pixels = white_pixels(bitmap.width, bitmap.height);
  const auto stride = static_cast<std::size_t>(bitmap.width + kBefore + kBehind);
  for (int y = 0; y < bitmap.height; ++y) {
    std::uint8_t* out = pixels.data() + stride * static_cast<std::size_t>(y + 2) + kBefore;
    const std::uint8_t* in = bitmap.row(y);
    for (int x = 0; x < bitmap.width; ++x) out[x] = in[x >> 3] >> (7 - (x & 7)) & 1;
  }
  return pixels;
}

Samples packed(const std::vector<std::uint8_t>& pixels, int width, int height) {
  Samples bitmap{width, height, 1, {}};
  bitmap.rows.resize(bitmap.row_bytes() * static_cast<std::size_t>(height));
  const auto stride = static_cast<std::size_t>(width + kBefore + kBehind);
  for (int y = 0; y < height; ++y) {
    const std::uint8_t* in = pixels.data() + stride * static_cast<std::size_t>(y + 2) + kBefore;
    std::uint8_t* out = bitmap.row(y);
    for (int x = 0; x < width; ++x)
      out[x >> 3] = static_cast<std::uint8_t>(out[x >> 3] | in[x] << (7 - (x & 7)));
  }
  return bitmap;
}

}  // namespace

base::Bytes encode_jbig2(const Samples& bitmap) {
  base::require(bitmap.bits_per_pixel == 1 && bitmap.height > 0, "JBIG2 has one bit a pixel");
  std::vector<std::uint8_t> pixels = unpacked(bitmap);
  std::vector<Context> contexts(kContexts);
  Encoder encoder;
  walk(
      pixels, bitmap.width, bitmap.height,
      [&](const std::uint8_t* row, const std::uint8_t* above, std::size_t width, bool before) {
        const bool same = std::memcmp(row, above, width) == 0;
        encoder.encode(contexts[kTypicalContext], same != before);
        return same;
      },
      [&](std::uint32_t context, std::uint8_t bit) {
        encoder.encode(contexts[context], bit != 0);
        return bit;
      });
  const base::Bytes coded = encoder.finish();
  base::Bytes out = headers(bitmap.width, bitmap.height, coded.size());
  out.insert(out.end(), coded.begin(), coded.end());
  return out;
}

Samples decode_jbig2(base::ByteView data, int width, int height) {
  const std::size_t header_bytes = headers(width, height, 0).size();
  if (data.size() < header_bytes) fail_damaged("JBIG2", "it is cut short");
  const base::Bytes expected = headers(width, height, data.size() - header_bytes);
  if (std::memcmp(expected.data(), data.data(), header_bytes) != 0)
    fail_damaged("JBIG2", "it is not one of ours");
  std::vector<std::uint8_t> pixels = white_pixels(width, height);
  std::vector<Context> contexts(kContexts);
  Decoder decoder(data.subspan(header_bytes));
  walk(
      pixels, width, height,
      [&](const std::uint8_t*, const std::uint8_t*, std::size_t, bool before) {
        return decoder.decode(contexts[kTypicalContext]) != before;
      },
      [&](std::uint32_t context, std::uint8_t& bit) {
        bit = decoder.decode(contexts[context]);
        return bit;
      });
  return packed(pixels, width, height);
}

}  // namespace barium::image
