#pragma once

// Bytes, and the bounds-checked reader and writer that all of barium's own formats are built from.
// Integers are little-endian; a string or blob is a 32-bit length and its bytes.

#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/error.h"

namespace barium::base {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

static_assert(std::endian::native == std::endian::little,
              "barium's formats are written for little-endian machines");

inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

class ByteWriter {
 public:
  template <class T>
  requires std::is_arithmetic_v<T>
  void put(T value) {
    const auto* first = reinterpret_cast<const std::uint8_t*>(&value);
    bytes_.insert(bytes_.end(), first, first + sizeof(T));
  }
  void put_raw(ByteView bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }
  void put_blob(ByteView bytes) {
    require(bytes.size() <= UINT32_MAX, "a blob fits 32 bits of length");
    put(static_cast<std::uint32_t>(bytes.size()));
    put_raw(bytes);
  }
  void put_text(std::string_view text) { put_blob(as_bytes(text)); }
  std::size_t size() const { return bytes_.size(); }
  Bytes take() { return std::move(bytes_); }

 private:
  Bytes bytes_;
};

// Reads what ByteWriter wrote; throws Error(kMalformed) naming `what` instead of reading past the end.
class ByteReader {
 public:
  ByteReader(ByteView bytes, std::string_view what) : bytes_(bytes), what_(what) {}

  template <class T>
  requires std::is_arithmetic_v<T> T get() {
    T value;
    const ByteView raw = get_raw(sizeof(T));
    std::memcpy(&value, raw.data(), sizeof(T));
    return value;
  }
  ByteView get_raw(std::size_t size) {
    if (size > bytes_.size() - at_) fail("is cut short");
    const ByteView part = bytes_.subspan(at_, size);
    at_ += size;
    return part;
  }
  ByteView get_blob() { return get_raw(get<std::uint32_t>()); }
  std::string get_text() { return std::string(as_text(get_blob())); }

  // A count of items that each take at least bytes_each: refused if the rest could not hold them.
  std::size_t get_count(std::size_t bytes_each) {
    const std::size_t count = get<std::uint32_t>();
    if (bytes_each != 0 && count > remaining() / bytes_each) fail("claims more items than it has room for");
    return count;
  }
  std::size_t remaining() const { return bytes_.size() - at_; }
  void expect_end() {
    if (remaining() != 0) fail("has bytes after its end");
  }
  [[noreturn]] void fail(std::string_view why) const {
    throw Error(ErrorCode::kMalformed, std::string(what_) + " " + std::string(why),
                Place{.file = {}, .page = 0, .object = {}, .offset = static_cast<std::int64_t>(at_)});
  }

 private:
  ByteView bytes_;
  std::string_view what_;
  std::size_t at_ = 0;
};

}  // namespace barium::base
