#pragma once

// A page as a scanner would make it, for tests: lines of words of letter-like blocks, and PDFs around its
// picture in every coding and position that scanners use.

#include <fmt/format.h>

#include <functional>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFWriter.hh>
#include <string>
#include <vector>

#include "base/rng.h"
#include "image/fax.h"
#include "image/jbig2.h"
#include "image/samples.h"
#include "page/picture_words.h"
#include "page/zlib_stream.h"

namespace barium::page {

struct DrawnScan {
  image::Samples bitmap;  // one bit a pixel, 1 is ink
  std::vector<PixelBox> words;
  int lines = 0;
};

inline void fill(image::Samples& bitmap, const PixelBox& box) {
  for (int y = box.y0; y < box.y1; ++y)
    for (int x = box.x0; x < box.x1; ++x) bitmap.row(y)[x >> 3] |= static_cast<std::uint8_t>(0x80 >> (x & 7));
}

// At 300 dpi: letters 20 px high (x-height of 10 pt), 3 px apart, words 16 px apart, lines 50 px.
inline DrawnScan draw_scan(int width, int height, std::uint64_t seed) {
  DrawnScan scan{{width, height, 1, {}}, {}, 0};
  scan.bitmap.rows.resize(scan.bitmap.row_bytes() * static_cast<std::size_t>(height));
  base::Rng rng(seed, "scan_test_page");
  for (int y = 60; y + 90 < height; y += 50, ++scan.lines) {
    for (int x = 70; x < width - 300;) {
      PixelBox word{x, y, x, y + 20};
      for (int letters = 2 + static_cast<int>(rng.below(8)); letters > 0; --letters) {
        const int wide = 5 + static_cast<int>(rng.below(10)), kind = static_cast<int>(rng.below(6));
        const PixelBox stem{x, y - (kind == 0 ? 10 : 0), x + 4, y + (kind == 1 ? 28 : 20)};
        fill(scan.bitmap, stem);
        fill(scan.bitmap, {x, y, x + wide, y + 4});
        fill(scan.bitmap, {x, y + 16, x + wide, y + 20});
        word = {word.x0, std::min(word.y0, stem.y0), x + wide, std::max(word.y1, stem.y1)};
        x += wide + 3;
      }
      scan.words.push_back(word);
      x += 13 + static_cast<int>(rng.below(4));
    }
  }
  return scan;
}

inline image::Samples inverted_bits(image::Samples samples) {
  for (std::uint8_t& byte : samples.rows) byte = static_cast<std::uint8_t>(~byte);
  return samples;
}

struct CodedScan {
  std::string entries;  // of the picture's dictionary, without its size
  base::Bytes data;
};

inline std::string pdf_of(const std::function<void(QPDF&)>& fill_in) {
  QPDF pdf;
  pdf.emptyPDF();
  fill_in(pdf);
  QPDFWriter writer(pdf);
  writer.setOutputMemory();
  writer.setStreamDataMode(qpdf_s_preserve);
  writer.setStaticID(true);
  writer.write();
  const auto buffer = writer.getBufferSharedPointer();
  return {reinterpret_cast<const char*>(buffer->getBuffer()), buffer->getSize()};
}

inline QPDFObjectHandle picture_object(QPDF& pdf, const CodedScan& coded, int width, int height) {
  QPDFObjectHandle stream = QPDFObjectHandle::newStream(&pdf, std::string(base::as_text(coded.data)));
  stream.replaceDict(QPDFObjectHandle::parse(fmt::format(
      "<< /Type /XObject /Subtype /Image /Width {} /Height {} {} >>", width, height, coded.entries)));
  stream.getDict().replaceKey("/Length",
                              QPDFObjectHandle::newInteger(static_cast<long long>(coded.data.size())));
  return stream;
}

inline void add_page(QPDF& pdf, QPDFObjectHandle image, const std::string& content, double width_pt,
                     double height_pt, int rotate = 0) {
  QPDFObjectHandle page = QPDFObjectHandle::parse(fmt::format(
      "<< /Type /Page /MediaBox [0 0 {} {}] /Rotate {} /Resources << /XObject << >> /Font << /F << "
      "/Type /Font /Subtype /Type1 /BaseFont /Courier >> >> >> >>",
      width_pt, height_pt, rotate));
  page.getKey("/Resources").getKey("/XObject").replaceKey("/I", image);
  page.replaceKey("/Contents", QPDFObjectHandle::newStream(&pdf, content));
  pdf.addPage(pdf.makeIndirectObject(page), false);
}

}  // namespace barium::page
