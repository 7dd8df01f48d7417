#pragma once

// Whole buffers to and from the zlib format (RFC 1950), as /FlateDecode wants it, by way of libdeflate.

#include "base/bytes.h"

namespace barium::page {

// level: 1 (fast) to 12 (small). The same bytes for the same input, level and release of libdeflate.
base::Bytes zlib_compress(base::ByteView bytes, int level);

// Throws base::Error: kMalformed where `bytes` is not exactly one zlib stream, kLimit where it holds more
// than `limit` bytes.
base::Bytes zlib_expand(base::ByteView bytes, std::size_t limit);

}  // namespace barium::page
