#include "image/fax.h"

#include <tiffio.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "image/codec.h"

namespace barium::image {
namespace {

// A TIFF that lives in memory.
struct MemoryFile {
  base::Bytes bytes;
  std::uint64_t at = 0;
};

tmsize_t read_file(thandle_t handle, void* out, tmsize_t size) {
  auto* file = static_cast<MemoryFile*>(handle);
  if (file->at >= file->bytes.size() || size < 0) return 0;
  const auto count = std::min<std::uint64_t>(static_cast<std::uint64_t>(size), file->bytes.size() - file->at);
  std::memcpy(out, file->bytes.data() + file->at, count);
  file->at += count;
  return static_cast<tmsize_t>(count);
}

tmsize_t write_file(thandle_t handle, void* in, tmsize_t size) {
  auto* file = static_cast<MemoryFile*>(handle);
  const std::uint64_t end = file->at + static_cast<std::uint64_t>(size);
  if (end > file->bytes.size()) file->bytes.resize(end);
  std::memcpy(file->bytes.data() + file->at, in, static_cast<std::size_t>(size));
  file->at = end;
  return size;
}

toff_t seek_file(thandle_t handle, toff_t offset, int whence) {
  auto* file = static_cast<MemoryFile*>(handle);
  const std::uint64_t from = whence == SEEK_CUR ? file->at : whence == SEEK_END ? file->bytes.size() : 0;
  return file->at = from + offset;
}

int close_file(thandle_t) { return 0; }
toff_t size_of_file(thandle_t handle) { return static_cast<MemoryFile*>(handle)->bytes.size(); }
int ignore_talk(TIFF*, void*, const char*, const char*, va_list) { return 1; }

using Tiff = std::unique_ptr<TIFF, void (*)(TIFF*)>;

// "m": nothing is mapped into memory.
Tiff open(MemoryFile& file, const char* mode) {
  const std::unique_ptr<TIFFOpenOptions, void (*)(TIFFOpenOptions*)> options(TIFFOpenOptionsAlloc(),
                                                                             TIFFOpenOptionsFree);
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), ignore_talk, nullptr);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), ignore_talk, nullptr);
  Tiff tiff(TIFFClientOpenExt("fax", mode, &file, read_file, write_file, seek_file, close_file, size_of_file,
                              nullptr, nullptr, options.get()),
            TIFFClose);
  base::require(tiff != nullptr, "libtiff opens a file in memory");
  return tiff;
}

void describe(TIFF* tiff, int width, int height) {
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, static_cast<std::uint32_t>(width));
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, static_cast<std::uint32_t>(height));
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, 1);
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, 1);
  TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, static_cast<std::uint32_t>(height));
  TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_CCITTFAX4);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISWHITE);
  TIFFSetField(tiff, TIFFTAG_FILLORDER, FILLORDER_MSB2LSB);
}

}  // namespace

base::Bytes encode_fax4(const Samples& bitmap) {
  base::require(bitmap.bits_per_pixel == 1 && bitmap.height > 0, "a fax has one bit a pixel");
  MemoryFile file;
  base::Bytes rows = bitmap.rows;  // libtiff asks for mutable ones
  const Tiff tiff = open(file, "wm");
  describe(tiff.get(), bitmap.width, bitmap.height);
  const tmsize_t written =
      TIFFWriteEncodedStrip(tiff.get(), 0, rows.data(), static_cast<tmsize_t>(rows.size()));
  base::require(written == static_cast<tmsize_t>(rows.size()), "libtiff encodes a strip in memory");
  TIFFFlushData(tiff.get());
  constexpr std::size_t kHeaderBytes = 8;
  return {file.bytes.begin() + kHeaderBytes, file.bytes.end()};
}

Samples decode_fax4(base::ByteView data, int width, int height) {
  // The smallest TIFF around the strip: written by libtiff itself, so that its reader is content.
  MemoryFile file;
  {
    const Tiff tiff = open(file, "wm");
    describe(tiff.get(), width, height);
    base::Bytes strip(data.begin(), data.end());
    if (TIFFWriteRawStrip(tiff.get(), 0, strip.data(), static_cast<tmsize_t>(strip.size())) < 0)
      fail_damaged("fax", "it has no data");
  }
  file.at = 0;
  const Tiff tiff = open(file, "rm");
  Samples bitmap{width, height, 1, {}};
  bitmap.rows.resize(bitmap.row_bytes() * static_cast<std::size_t>(height));
  const auto size = static_cast<tmsize_t>(bitmap.rows.size());
  if (TIFFReadEncodedStrip(tiff.get(), 0, bitmap.rows.data(), size) != size)
    fail_damaged("fax", "its rows do not add up");
  return bitmap;
}

}  // namespace barium::image
