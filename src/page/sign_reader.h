#pragma once

// From a copy's marked streams to the signs of its carriers, by what every slot holds.

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "page/copy_layout.h"

namespace barium::page {

// Throws base::Error(kMalformed): the file is not a whole copy of this document. at: offset in the file.
[[noreturn]] void refuse_copy(std::string_view why, std::size_t at);

class SignReader {
 public:
  explicit SignReader(const CopyLayout& layout);

  // data: of `stream` as it stands in the copy, from offset `at`. Throws as refuse_copy.
  void read(const MarkedStream& stream, base::ByteView data, std::size_t at);

  // After all streams. Throws as refuse_copy where a carrier's slots leave more than one sign.
  std::vector<std::int8_t> signs() const;

 private:
  void read_picture(const MarkedStream& stream, base::ByteView data, std::size_t at);
  void read_slots(const MarkedStream& stream, std::string_view decoded, std::size_t at);

  const CopyLayout& layout_;
  std::vector<std::uint8_t> possible_;  // for each carrier the signs that its slots so far allow, as bits
};

}  // namespace barium::page
