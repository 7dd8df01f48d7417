#pragma once

// Bilevel pictures to and from CCITT Group 4 (ITU-T T.6; /CCITTFaxDecode with /K below 0), by way of libtiff
// in memory. Rows are packed, 8 pixels a byte, the first in the highest bit, each row from a new byte; 1 is
// black.

#include "base/bytes.h"

namespace barium::page {

struct BilevelSize {
  std::uint32_t columns = 0, rows = 0;

  std::size_t row_bytes() const { return (std::size_t{columns} + 7) / 8; }
  std::size_t bytes() const { return row_bytes() * rows; }
  bool operator==(const BilevelSize&) const = default;
};

// packed: size.bytes() of them.
base::Bytes ccitt_encode(base::ByteView packed, BilevelSize size);

// Rows that `data` do not hold come out as libtiff guesses them: whoever must know compares. Throws
// base::Error(kMalformed) where there is nothing to decode.
base::Bytes ccitt_decode(base::ByteView data, BilevelSize size);

}  // namespace barium::page
