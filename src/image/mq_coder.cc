#include "image/mq_coder.h"

#include <array>

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

// A.2, table A.1: how many bits follow a prefix of ones, and the first value that they stand for.
struct Range {
  int bits;
  std::uint32_t first;
};
constexpr std::array<Range, 6> kRanges = {{{2, 0}, {4, 4}, {6, 20}, {8, 84}, {12, 340}, {32, 4436}}};

}  // namespace

void MqEncoder::encode(MqContext& cx, bool bit) {
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

base::Bytes MqEncoder::finish() {
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

void MqEncoder::byte_out() {
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

void MqEncoder::stuffed() {
  out_.push_back(static_cast<std::uint8_t>(c_ >> 20));
  c_ &= 0xFFFFF;
  ct_ = 7;
}

MqDecoder::MqDecoder(base::ByteView data) : data_(data) {
  c_ = static_cast<std::uint32_t>(at(0)) << 16;
  byte_in();
  c_ <<= 7;
  ct_ -= 7;
}

bool MqDecoder::decode(MqContext& cx) {
  const Estimate& e = kEstimates[cx.index];
  a_ -= e.qe;
  const bool below = (c_ >> 16) < e.qe;
  if (!below) {
    c_ -= static_cast<std::uint32_t>(e.qe) << 16;
    if (a_ & 0x8000) return cx.mps;
  }
  // The likelier symbol has the larger part, else the two are exchanged.
  const bool likely = below == (a_ < e.qe);
  const bool bit = likely ? cx.mps : !cx.mps;
  if (below) a_ = e.qe;
  if (likely) {
    cx.index = e.mps;
  } else {
    if (e.flip) cx.mps ^= 1;
    cx.index = e.lps;
  }
  do {
    if (ct_ == 0) byte_in();
    a_ <<= 1;
    c_ <<= 1;
    --ct_;
  } while (!(a_ & 0x8000));
  return bit;
}

void MqDecoder::byte_in() {
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

// A.2: a sign, a prefix, a value; the context of a bit is the bits before it.
class IntegerCode::Walk {
 public:
  explicit Walk(std::vector<MqContext>& contexts) : contexts_(contexts) {}
  template <class Code>
  bool bit(Code code) {
    const bool bit = code(contexts_[before_]);
    before_ = before_ < 256 ? before_ << 1 | bit : ((before_ << 1 | bit) & 511) | 256;
    return bit;
  }

 private:
  std::vector<MqContext>& contexts_;
  std::uint32_t before_ = 1;
};

void IntegerCode::encode(MqEncoder& encoder, std::optional<std::int32_t> value) {
  Walk walk(contexts_);
  const auto put = [&](bool bit) {
    walk.bit([&](MqContext& cx) {
      encoder.encode(cx, bit);
      return bit;
    });
  };
  const bool negative = !value || *value < 0;  // out of band is a minus zero
  const auto size = static_cast<std::uint32_t>(!value ? 0 : negative ? -std::int64_t{*value} : *value);
  std::size_t range = 0;
  while (range + 1 < kRanges.size() && size >= kRanges[range + 1].first) ++range;
  put(negative);
  for (std::size_t i = 0; i < range; ++i) put(true);
  if (range + 1 < kRanges.size()) put(false);
  for (int i = kRanges[range].bits - 1; i >= 0; --i) put((size - kRanges[range].first) >> i & 1);
}

std::optional<std::int32_t> IntegerCode::decode(MqDecoder& decoder) {
  Walk walk(contexts_);
  const auto get = [&] { return walk.bit([&](MqContext& cx) { return decoder.decode(cx); }); };
  const bool negative = get();
  std::size_t range = 0;
  while (range + 1 < kRanges.size() && get()) ++range;
  std::uint32_t size = 0;
  for (int i = 0; i < kRanges[range].bits; ++i) size = size << 1 | get();
  const std::uint64_t sum = std::uint64_t{size} + kRanges[range].first;
  if (negative && sum == 0) return std::nullopt;
  const auto clipped = static_cast<std::int32_t>(std::min<std::uint64_t>(sum, INT32_MAX));
  return negative ? -clipped : clipped;
}

void SymbolCode::encode(MqEncoder& encoder, std::uint32_t symbol) {
  std::size_t before = 1;
  for (int i = bits_ - 1; i >= 0; --i) {
    const bool bit = symbol >> i & 1;
    encoder.encode(contexts_[before], bit);
    before = before << 1 | bit;
  }
}

std::uint32_t SymbolCode::decode(MqDecoder& decoder) {
  std::size_t before = 1;
  for (int i = 0; i < bits_; ++i) before = before << 1 | decoder.decode(contexts_[before]);
  return static_cast<std::uint32_t>(before - (std::size_t{1} << bits_));
}

}  // namespace barium::image
