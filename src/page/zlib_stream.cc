#include "page/zlib_stream.h"

#include <libdeflate.h>

#include <memory>

namespace barium::page {

namespace {

struct FreeCompressor {
  void operator()(libdeflate_compressor* compressor) const { libdeflate_free_compressor(compressor); }
};
struct FreeDecompressor {
  void operator()(libdeflate_decompressor* decompressor) const { libdeflate_free_decompressor(decompressor); }
};
using Compressor = std::unique_ptr<libdeflate_compressor, FreeCompressor>;

// A compressor is up to a megabyte of tables: kept per thread, since a copy compresses dozens of streams.
libdeflate_compressor& compressor_of(int level) {
  thread_local Compressor kept;
  thread_local int kept_level = 0;
  if (!kept || kept_level != level) {
    kept.reset(libdeflate_alloc_compressor(level));
    kept_level = level;
  }
  base::require(kept != nullptr, "libdeflate has levels 1 to 12");
  return *kept;
}

libdeflate_decompressor& decompressor() {
  thread_local const std::unique_ptr<libdeflate_decompressor, FreeDecompressor> kept(
      libdeflate_alloc_decompressor());
  base::require(kept != nullptr, "memory for a decompressor");
  return *kept;
}

}  // namespace

base::Bytes zlib_compress(base::ByteView bytes, int level) {
  libdeflate_compressor& compressor = compressor_of(level);
  base::Bytes out(libdeflate_zlib_compress_bound(&compressor, bytes.size()));
  out.resize(libdeflate_zlib_compress(&compressor, bytes.data(), bytes.size(), out.data(), out.size()));
  base::require(!out.empty(), "a buffer of the stated bound suffices");
  return out;
}

base::Bytes zlib_expand(base::ByteView bytes, std::size_t limit) {
  base::Bytes out(limit);
  std::size_t used = 0, made = 0;
  const libdeflate_result result = libdeflate_zlib_decompress_ex(&decompressor(), bytes.data(), bytes.size(),
                                                                 out.data(), out.size(), &used, &made);
  if (result == LIBDEFLATE_INSUFFICIENT_SPACE)
    throw base::Error(base::ErrorCode::kLimit, "a compressed stream holds more than it should");
  if (result != LIBDEFLATE_SUCCESS || used != bytes.size())
    throw base::Error(base::ErrorCode::kMalformed, "a compressed stream is damaged");
  out.resize(made);
  return out;
}

}  // namespace barium::page
