#include "page/ccitt.h"

#include <tiffio.h>

#include <algorithm>
#include <cstring>
#include <memory>

namespace barium::page {

namespace {

// A file in memory, as TIFFClientOpen wants one.
class MemoryFile {
 public:
  base::Bytes bytes;
  void rewind() { at_ = 0; }

  static tmsize_t read(thandle_t file, void* to, tmsize_t size) {
    MemoryFile& self = of(file);
    const std::size_t begin = std::min(self.at_, self.bytes.size());
    const std::size_t part = std::min(static_cast<std::size_t>(size), self.bytes.size() - begin);
    std::copy_n(self.bytes.begin() + static_cast<std::ptrdiff_t>(begin), part,
                static_cast<std::uint8_t*>(to));
    self.at_ = begin + part;
    return static_cast<tmsize_t>(part);
  }
  static tmsize_t write(thandle_t file, void* from, tmsize_t size) {
    MemoryFile& self = of(file);
    const auto part = static_cast<std::size_t>(size);
    self.bytes.resize(std::max(self.bytes.size(), self.at_ + part));
    std::copy_n(static_cast<const std::uint8_t*>(from), part,
                self.bytes.begin() + static_cast<std::ptrdiff_t>(self.at_));
    self.at_ += part;
    return size;
  }
  static toff_t seek(thandle_t file, toff_t offset, int whence) {
    MemoryFile& self = of(file);
    const std::size_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? self.at_ : self.bytes.size();
    self.at_ = from + static_cast<std::size_t>(offset);
    return self.at_;
  }
  static toff_t size(thandle_t file) { return of(file).bytes.size(); }
  static int close(thandle_t) { return 0; }

 private:
  static MemoryFile& of(thandle_t file) { return *static_cast<MemoryFile*>(file); }
  std::size_t at_ = 0;
};

struct CloseTiff {
  void operator()(TIFF* tiff) const { TIFFClose(tiff); }
};
using Tiff = std::unique_ptr<TIFF, CloseTiff>;

// libtiff prints its complaints unless told otherwise; what comes out is judged instead.
Tiff open(MemoryFile& file, const char* mode) {
  file.rewind();
  TIFFSetErrorHandler(nullptr);
  TIFFSetWarningHandler(nullptr);
  return Tiff(TIFFClientOpen("memory", mode, &file, MemoryFile::read, MemoryFile::write, MemoryFile::seek,
                             MemoryFile::close, MemoryFile::size, nullptr, nullptr));
}

// One strip of Group 4; 0 is white.
void describe(TIFF* tiff, BilevelSize size) {
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, size.columns);
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, size.rows);
  TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, size.rows);
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, 1);
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, 1);
  TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_CCITTFAX4);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISWHITE);
  TIFFSetField(tiff, TIFFTAG_FILLORDER, FILLORDER_MSB2LSB);
}

[[noreturn]] void fail() { throw base::Error(base::ErrorCode::kMalformed, "a bilevel picture is damaged"); }

}  // namespace

base::Bytes ccitt_encode(base::ByteView packed, BilevelSize size) {
  base::require(packed.size() == size.bytes() && !packed.empty(), "a bilevel picture has all its rows");
  MemoryFile file;
  const Tiff writer = open(file, "w");
  describe(writer.get(), size);
  base::Bytes rows(packed.begin(), packed.end());
  if (TIFFWriteEncodedStrip(writer.get(), 0, rows.data(), static_cast<tmsize_t>(rows.size())) < 0) fail();
  std::uint64_t* offsets = nullptr;
  std::uint64_t* counts = nullptr;
  if (TIFFFlushData(writer.get()) == 0 || TIFFGetField(writer.get(), TIFFTAG_STRIPOFFSETS, &offsets) == 0 ||
      TIFFGetField(writer.get(), TIFFTAG_STRIPBYTECOUNTS, &counts) == 0)
    fail();
  const auto strip = base::ByteView(file.bytes).subspan(offsets[0], counts[0]);
  return {strip.begin(), strip.end()};
}

base::Bytes ccitt_decode(base::ByteView data, BilevelSize size) {
  MemoryFile file;
  {
    const Tiff writer = open(file, "w");
    describe(writer.get(), size);
    base::Bytes raw(data.begin(), data.end());
    if (TIFFWriteRawStrip(writer.get(), 0, raw.data(), static_cast<tmsize_t>(raw.size())) < 0) fail();
  }
  const Tiff reader = open(file, "r");
  base::Bytes packed(size.bytes());
  if (!reader || TIFFReadEncodedStrip(reader.get(), 0, packed.data(), static_cast<tmsize_t>(packed.size())) !=
                     static_cast<tmsize_t>(packed.size()))
    fail();
  return packed;
}

}  // namespace barium::page
