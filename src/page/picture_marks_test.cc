// Scanned pages from the outside: a PDF in, a copy out, and what a renderer shows of both.

#include "page/picture_marks.h"

#include <gtest/gtest.h>
#include <turbojpeg.h>

#include <memory>

#include "page/render.h"
#include "page/scan_test_page.h"

namespace barium::page {
namespace {

constexpr int kWidth = 1800, kHeight = 1200;  // px; 432 x 288 pt at 300 dpi

using Coder = CodedScan (*)(const image::Samples& bitmap);

CodedScan as_fax(const image::Samples& bitmap) {
  return {
      fmt::format("/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /CCITTFaxDecode /DecodeParms << /K -1 "
                  "/Columns {} /Rows {} >>",
                  bitmap.width, bitmap.height),
      image::encode_fax4(bitmap)};
}
CodedScan as_jbig2(const image::Samples& bitmap) {
  return {"/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /JBIG2Decode", image::encode_jbig2(bitmap)};
}
CodedScan as_bits(const image::Samples& bitmap) {
  return {"/ColorSpace /DeviceGray /BitsPerComponent 1 /Decode [1 0] /Filter /FlateDecode",
          zlib_compress(bitmap.rows, 6)};
}
CodedScan as_stencil(const image::Samples& bitmap) {
  return {"/ImageMask true /Decode [1 0] /BitsPerComponent 1 /Filter /FlateDecode",
          zlib_compress(bitmap.rows, 6)};
}
base::Bytes bytes_a_pixel(const image::Samples& bitmap, int components, std::uint8_t ink,
                          std::uint8_t paper) {
  base::Bytes out;
  for (int y = 0; y < bitmap.height; ++y)
    for (int x = 0; x < bitmap.width; ++x)
      out.insert(out.end(), static_cast<std::size_t>(components), bitmap.bit(x, y) ? ink : paper);
  return out;
}
CodedScan as_gray(const image::Samples& bitmap) {
  return {"/ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /FlateDecode",
          zlib_compress(bytes_a_pixel(bitmap, 1, 30, 240), 6)};
}
CodedScan as_indexed(const image::Samples& bitmap) {
  return {"/ColorSpace [/Indexed /DeviceRGB 1 <f8f8f0202040>] /BitsPerComponent 8 /Filter /FlateDecode",
          zlib_compress(bytes_a_pixel(bitmap, 1, 1, 0), 6)};
}
CodedScan as_rgb_with_predictor(const image::Samples& bitmap) {
  const base::Bytes pixels = bytes_a_pixel(bitmap, 3, 30, 240);
  const std::size_t stride = static_cast<std::size_t>(bitmap.width) * 3;
  base::Bytes rows;
  for (std::size_t at = 0; at < pixels.size(); at += stride) {
    rows.push_back(2);  // up
    for (std::size_t i = 0; i < stride; ++i)
      rows.push_back(static_cast<std::uint8_t>(pixels[at + i] - (at > 0 ? pixels[at + i - stride] : 0)));
  }
  return {fmt::format(
              "/ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /FlateDecode /DecodeParms << /Predictor 15 "
              "/Colors 3 /BitsPerComponent 8 /Columns {} >>",
              bitmap.width),
          zlib_compress(rows, 6)};
}

// How the picture lies on its page, so that its text is upright there. A quarter of a pixel within the page,
// so that the renderer's rounding gives each pixel its own.
struct Pose {
  image::Samples (*turn)(const image::Samples& bitmap);
  const char* matrix;
  double width_pt, height_pt;
  int rotate;
};

template <class Source>
image::Samples remapped(const image::Samples& bitmap, int width, int height, Source source) {
  image::Samples out{width, height, 1, {}};
  out.rows.resize(out.row_bytes() * static_cast<std::size_t>(height));
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const auto [from_x, from_y] = source(x, y);
      if (bitmap.bit(from_x, from_y)) out.row(y)[x >> 3] |= static_cast<std::uint8_t>(0x80 >> (x & 7));
    }
  return out;
}
image::Samples as_is(const image::Samples& bitmap) { return bitmap; }
image::Samples turned_left(const image::Samples& bitmap) {
  return remapped(bitmap, bitmap.height, bitmap.width,
                  [&](int x, int y) { return std::pair(bitmap.width - 1 - y, x); });
}
image::Samples upside_down(const image::Samples& bitmap) {
  return remapped(bitmap, bitmap.width, bitmap.height,
                  [&](int x, int y) { return std::pair(bitmap.width - 1 - x, bitmap.height - 1 - y); });
}
image::Samples bottom_up(const image::Samples& bitmap) {
  return remapped(bitmap, bitmap.width, bitmap.height,
                  [&](int x, int y) { return std::pair(x, bitmap.height - 1 - y); });
}

constexpr Pose kUpright = {as_is, "431.88 0 0 287.88 0.06 0.06 cm", 432, 288, 0};
constexpr Pose kTurned = {turned_left, "287.88 0 0 431.88 0.06 0.06 cm", 288, 432, 90};
constexpr Pose kUpsideDown = {upside_down, "431.88 0 0 287.88 0.06 0.06 cm", 432, 288, 180};
constexpr Pose kBottomUp = {bottom_up, "431.88 0 0 -287.88 0.06 287.94 cm", 432, 288, 0};

struct Case {
  const char* name;
  Coder coder;
  Pose pose;
};

class EachScan : public testing::TestWithParam<Case> {
 protected:
  std::string pdf() const {
    const Pose& pose = GetParam().pose;
    const image::Samples turned = pose.turn(scan_.bitmap);
    const CodedScan coded = GetParam().coder(turned);
    return pdf_of([&](QPDF& pdf) {
      add_page(pdf, picture_object(pdf, coded, turned.width, turned.height),
               fmt::format("q {} /I Do Q", pose.matrix), pose.width_pt, pose.height_pt, pose.rotate);
    });
  }
  static std::vector<std::int8_t> signs(std::size_t count) {
    base::Rng rng(3, "picture_marks_test");
    std::vector<std::int8_t> signs;
    for (std::size_t i = 0; i < count; ++i)
      signs.push_back(static_cast<std::int8_t>(static_cast<int>(rng.below(3)) - 1));
    return signs;
  }
  static image::GrayImage picture(base::ByteView pdf) {
    return std::move(render_pages(pdf, 1, 1, {.px_per_pt = 300.0 / 72}).front().picture);
  }

  const DrawnScan scan_ = draw_scan(kWidth, kHeight, 5);
};

TEST_P(EachScan, IsMarkedWhereWordsHaveNeighbours) {
  const OpenedDocument opened = read_document(base::as_bytes(pdf()));
  const PageModel& page = opened.model.pages.front();
  EXPECT_TRUE(page.raster_marked) << page.unmarked_reason;
  EXPECT_EQ(page.words.size(), scan_.words.size());
  EXPECT_EQ(page.carriers.size(), scan_.words.size() - 2 * static_cast<std::size_t>(scan_.lines));
  for (const Carrier& carrier : page.carriers) EXPECT_NEAR(carrier.shift_pt, 0.24, 1e-3);
}

TEST_P(EachScan, ReadsBackItsSigns) {
  const OpenedDocument opened = read_document(base::as_bytes(pdf()));
  const std::vector<std::int8_t> wanted = signs(opened.model.carrier_count());
  const base::Bytes copy = write_copy(opened.copy_template, wanted);
  EXPECT_EQ(copy, write_copy(opened.copy_template, wanted));
  EXPECT_EQ(read_back(opened.copy_template, copy), wanted);
}

// A picture of 300 dpi rendered at 300 dpi: a pixel of one is a pixel of the other.
TEST_P(EachScan, ShowsItsWordsMovedAndNothingElseChanged) {
  const std::string original = pdf();
  const OpenedDocument opened = read_document(base::as_bytes(original));
  const PageModel& page = opened.model.pages.front();
  const std::vector<std::int8_t> wanted = signs(opened.model.carrier_count());
  const image::GrayImage before = picture(base::as_bytes(original));
  const image::GrayImage after = picture(write_copy(opened.copy_template, wanted));
  ASSERT_EQ(before.width(), after.width());
  image::GrayImage expected = before;
  for (std::size_t i = 0; i < page.carriers.size(); ++i) {
    const base::Box box = page.words[page.carriers[i].word].box;
    const auto px = [](double pt) { return static_cast<int>(std::lround(pt * 300 / 72)); };
    for (int y = px(box.y0); y < px(box.y1); ++y)
      for (int x = px(box.x0) - 1; x < px(box.x1) + 1; ++x) expected.at(x, y) = before.at(x - wanted[i], y);
  }
  std::size_t different = 0;
  for (std::size_t i = 0; i < expected.pixels().size(); ++i)
    different += expected.pixels()[i] != after.pixels()[i];
  EXPECT_EQ(different, 0u);
}

INSTANTIATE_TEST_SUITE_P(
    Kind, EachScan,
    testing::Values(Case{"Fax", as_fax, kUpright}, Case{"Jbig2", as_jbig2, kUpright},
                    Case{"Bits", as_bits, kUpright}, Case{"Stencil", as_stencil, kUpright},
                    Case{"Gray", as_gray, kUpright}, Case{"Indexed", as_indexed, kUpright},
                    Case{"RgbWithPredictor", as_rgb_with_predictor, kUpright},
                    Case{"Turned", as_fax, kTurned}, Case{"TurnedGray", as_gray, kTurned},
                    Case{"UpsideDown", as_jbig2, kUpsideDown}, Case{"BottomUp", as_bits, kBottomUp}),
    [](const auto& c) { return std::string(c.param.name); });

// Grey, quality 85; the classic coding of scanners.
base::Bytes jpeg_of(const image::Samples& bitmap, TJSAMP sampling, int flags) {
  const base::Bytes pixels = bytes_a_pixel(bitmap, 3, 30, 240);
  const std::unique_ptr<void, int (*)(tjhandle)> codec(tjInitCompress(), tjDestroy);
  unsigned char* data = nullptr;
  unsigned long size = 0;
  tjCompress2(codec.get(), pixels.data(), bitmap.width, 0, bitmap.height, TJPF_RGB, &data, &size, sampling,
              85, flags);
  base::Bytes bytes(data, data + size);
  tjFree(data);
  return bytes;
}

struct JpegKind {
  TJSAMP sampling;
  int flags;
};

class EachJpeg : public testing::TestWithParam<JpegKind> {};

// What a decoder shows of a copy differs from the original in blocks of moved words alone.
TEST_P(EachJpeg, IsMarkedReadBackAndElsewhereTheSameToTheBit) {
  const DrawnScan scan = draw_scan(kWidth, kHeight, 6);
  const base::Bytes jpeg = jpeg_of(scan.bitmap, GetParam().sampling, GetParam().flags);
  const char* space = GetParam().sampling == TJSAMP_GRAY ? "/DeviceGray" : "/DeviceRGB";
  const std::string original = pdf_of([&](QPDF& pdf) {
    const CodedScan coded{fmt::format("/ColorSpace {} /BitsPerComponent 8 /Filter /DCTDecode", space), jpeg};
    add_page(pdf, picture_object(pdf, coded, kWidth, kHeight), "431.88 0 0 287.88 0.06 0.06 cm /I Do", 432,
             288);
  });
  const OpenedDocument opened = read_document(base::as_bytes(original));
  const PageModel& page = opened.model.pages.front();
  ASSERT_TRUE(page.raster_marked) << page.unmarked_reason;
  EXPECT_EQ(page.carriers.size(), scan.words.size() - 2 * static_cast<std::size_t>(scan.lines));
  std::vector<std::int8_t> signs;
  base::Rng rng(4, "picture_marks_test jpeg");
  for (std::size_t i = 0; i < page.carriers.size(); ++i)
    signs.push_back(static_cast<std::int8_t>(static_cast<int>(rng.below(3)) - 1));
  const base::Bytes copy = write_copy(opened.copy_template, signs);
  EXPECT_EQ(read_back(opened.copy_template, copy), signs);
  EXPECT_LT(copy.size(), original.size() + original.size() / 10 + 10'000);
  const image::GrayImage before =
      std::move(render_pages(base::as_bytes(original), 1, 1, {.px_per_pt = 300.0 / 72}).front().picture);
  image::GrayImage after = std::move(render_pages(copy, 1, 1, {.px_per_pt = 300.0 / 72}).front().picture);
  std::size_t moved = 0;
  for (std::size_t i = 0; i < page.carriers.size(); ++i) {
    const base::Box box = page.words[page.carriers[i].word].box;
    const auto px = [](double pt) { return static_cast<int>(std::lround(pt * 300 / 72)); };
    for (int y = px(box.y0) / 16 * 16 - 16; signs[i] != 0 && y < (px(box.y1) + 31) / 16 * 16; ++y)
      for (int x = px(box.x0) / 16 * 16 - 16; x < (px(box.x1) + 31) / 16 * 16; ++x) {
        moved += std::abs(after.at(x, y) - before.at(x, y)) > 60 ? 1 : 0;
        after.at(x, y) = before.at(x, y);
      }
  }
  EXPECT_GT(moved, 1000u);
  EXPECT_EQ(before, after);
}

INSTANTIATE_TEST_SUITE_P(Kind, EachJpeg,
                         testing::Values(JpegKind{TJSAMP_GRAY, 0}, JpegKind{TJSAMP_GRAY, TJFLAG_PROGRESSIVE},
                                         JpegKind{TJSAMP_420, 0}, JpegKind{TJSAMP_444, TJFLAG_PROGRESSIVE}));

}  // namespace
}  // namespace barium::page
