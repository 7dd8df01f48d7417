#pragma once

// The arithmetic coder of ITU-T T.88 (JBIG2), annex E, and what annex A codes by it: integers, also "out of
// band", and numbers of symbols. Names of state are the standard's. Private to the module.

#include <bit>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"

namespace barium::image {

// How likely the next bit is, as learned so far in one context.
struct MqContext {
  std::uint8_t index = 0, mps = 0;
};

class MqEncoder {
 public:
  void encode(MqContext& cx, bool bit);
  // Once, at the end.
  base::Bytes finish();

 private:
  void byte_out();
  void stuffed();

  std::uint32_t a_ = 0x8000, c_ = 0;
  int ct_ = 12;
  base::Bytes out_{0};
};

// Behind the end of its data come the bytes of a marker, as the standard wants, so that it never runs out.
class MqDecoder {
 public:
  explicit MqDecoder(base::ByteView data);
  bool decode(MqContext& cx);

 private:
  std::uint8_t at(std::size_t i) const { return i < data_.size() ? data_[i] : 0xFF; }
  void byte_in();

  base::ByteView data_;
  std::size_t at_ = 0;
  std::uint32_t a_ = 0x8000, c_ = 0;
  int ct_ = 0;
};

// A.2. nullopt is out of band. Decoding clips at INT32_MAX.
class IntegerCode {
 public:
  void encode(MqEncoder& encoder, std::optional<std::int32_t> value);
  std::optional<std::int32_t> decode(MqDecoder& decoder);

 private:
  class Walk;
  std::vector<MqContext> contexts_ = std::vector<MqContext>(512);
};

// A.3: numbers below `count`, in as many bits as the largest has.
class SymbolCode {
 public:
  explicit SymbolCode(std::uint32_t count)
      : bits_(std::bit_width(count - 1)), contexts_(std::size_t{1} << bits_) {}
  void encode(MqEncoder& encoder, std::uint32_t symbol);
  std::uint32_t decode(MqDecoder& decoder);  // may be `count` and more, in broken data

 private:
  int bits_;
  std::vector<MqContext> contexts_;
};

}  // namespace barium::image
