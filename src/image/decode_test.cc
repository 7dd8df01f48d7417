#include "image/decode.h"

#include <gtest/gtest.h>
#include <tiff.h>

#include <cstdlib>

#include "base/rng.h"
#include "image/encode.h"
#include "image/foreign_pictures.h"
#include "image/sample.h"

namespace barium::image {
namespace {

using base::Bytes;
using base::Error;
using base::ErrorCode;

// Smooth, so that lossy formats keep it, and different in every corner and channel.
Image<std::uint8_t> ramp(int width, int height, int channels) {
  Image<std::uint8_t> image(width, height, channels);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < channels; ++c) {
        image.at(x, y, c) = static_cast<std::uint8_t>((x * 160 / width + y * 60 / height + 15 * c) & 255);
      }
    }
  }
  return image;
}

int largest_difference(const Image<std::uint8_t>& a, const Image<std::uint8_t>& b) {
  if (a.width() != b.width() || a.height() != b.height() || a.channels() != b.channels()) return 999;
  int largest = 0;
  for (std::size_t i = 0; i < a.pixels().size(); ++i) {
    largest = std::max(largest, std::abs(a.pixels()[i] - b.pixels()[i]));
  }
  return largest;
}

ErrorCode code_of(const Bytes& bytes, const DecodeOptions& options = {}) {
  try {
    decode_photo(bytes, options);
  } catch (const Error& error) {
    return error.code();
  }
  ADD_FAILURE() << "nothing was thrown";
  return ErrorCode::kUsage;
}

std::string message_of(std::string_view text) {
  try {
    decode_photo(base::as_bytes(text));
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kMalformed);
    return error.message();
  }
  return "nothing was thrown";
}

// After the two bytes of SOI: an APP1 segment with an Exif block that holds nothing but an orientation.
Bytes with_exif(Bytes jpeg, std::uint8_t orientation) {
  const Bytes segment{0xFF, 0xE1, 0, 34,   'E', 'x', 'i', 'f', 0, 0, 'M', 'M',         0, 42, 0, 0, 0, 8,
                      0,    1,    1, 0x12, 0,   3,   0,   0,   0, 1, 0,   orientation, 0, 0,  0, 0, 0, 0};
  jpeg.insert(jpeg.begin() + 2, segment.begin(), segment.end());
  return jpeg;
}

TEST(DecodePhoto, LosslessFormatsComeBackExactly) {
  const auto rgb = ramp(37, 23, 3), gray = ramp(37, 23, 1);
  EXPECT_EQ(decode_photo(encode_png(rgb)).frames[0].pixels, rgb);
  EXPECT_EQ(decode_photo(encode_png(gray)).frames[0].pixels, gray);
  EXPECT_EQ(decode_photo(webp_of(rgb)).frames[0].pixels, rgb);
  EXPECT_EQ(decode_photo(tiff_of({rgb})).frames[0].pixels, rgb);
  EXPECT_EQ(decode_photo(tiff_of({gray})).frames[0].pixels, gray);
  EXPECT_EQ(to_gray(decode_photo(gif_of({gray})).frames[0].pixels), gray);
}

TEST(DecodePhoto, LossyFormatsComeBackNearly) {
  const auto rgb = ramp(128, 96, 3);
  EXPECT_LE(largest_difference(decode_photo(encode_jpeg(rgb, 98, Chroma::kFull)).frames[0].pixels, rgb), 4);
  EXPECT_LE(largest_difference(decode_photo(heif_of(rgb, "heic")).frames[0].pixels, rgb), 8);
  EXPECT_LE(largest_difference(decode_photo(heif_of(rgb, "avif")).frames[0].pixels, rgb), 8);
}

TEST(DecodePhoto, NamesTheFormat) {
  const auto rgb = ramp(16, 16, 3);
  EXPECT_EQ(decode_photo(encode_jpeg(rgb, 90)).format, "jpeg");
  EXPECT_EQ(decode_photo(encode_png(rgb)).format, "png");
  EXPECT_EQ(decode_photo(heif_of(ramp(64, 64, 3), "heic")).format, "heif");
  EXPECT_EQ(decode_photo(heif_of(ramp(64, 64, 3), "avif")).format, "avif");
}

TEST(DecodePhoto, AllEightExifOrientations) {
  // Stored so that an upright reader sees one and the same picture: dark top left, brighter to the right.
  const auto upright = ramp(64, 48, 1);
  for (std::uint8_t orientation = 1; orientation <= 8; ++orientation) {
    GrayImage stored(orientation >= 5 ? 48 : 64, orientation >= 5 ? 64 : 48);
    for (int y = 0; y < 48; ++y) {
      for (int x = 0; x < 64; ++x) {
        // Exif 2.32, tag 274: which side of the scene row 0 and column 0 are.
        const int right = 63 - x, bottom = 47 - y;
        const std::pair<int, int> at[] = {{x, y}, {right, y}, {right, bottom}, {x, bottom},
                                          {y, x}, {y, right}, {bottom, right}, {bottom, x}};
        stored.at(at[orientation - 1].first, at[orientation - 1].second) = upright.at(x, y);
      }
    }
    const Photo photo = decode_photo(with_exif(encode_jpeg(stored, 98), orientation));
    EXPECT_LE(largest_difference(photo.frames[0].pixels, upright), 3) << int{orientation};
    EXPECT_EQ(photo.frames[0].full_width, 64);
    EXPECT_EQ(decode_photo(tiff_of({stored}, {.orientation = orientation})).frames[0].pixels, upright)
        << int{orientation};
  }
}

TEST(DecodePhoto, AlphaIsLaidOnWhite) {
  Image<std::uint8_t> rgba(2, 1, 4);
  rgba.pixels() = {10, 20, 30, 255, 10, 20, 30, 0};
  const std::vector<std::uint8_t> expected{10, 20, 30, 255, 255, 255};
  EXPECT_EQ(decode_photo(encode_png(rgba)).frames[0].pixels.pixels(), expected);
  EXPECT_EQ(decode_photo(webp_of(rgba)).frames[0].pixels.pixels(), expected);
}

TEST(DecodePhoto, CmykIsInkUnlessAdobeInvertedIt) {
  Image<std::uint8_t> cmyk(16, 16, 4, 255);
  for (std::size_t i = 3; i < cmyk.pixels().size(); i += 4) cmyk.pixels()[i] = 0;
  const Bytes adobe = cmyk_jpeg_of(cmyk);  // with the marker, 255 is no ink: nothing but black ink
  EXPECT_LE(decode_photo(adobe).frames[0].pixels.at(8, 8, 1), 3);
  // Without it 255 is ink, and what the file holds as Y Cb Cr is taken for C M Y: no black, half of magenta.
  Bytes plain = adobe;
  plain[base::as_text(plain).find("Adobe")] = 'X';
  EXPECT_NEAR(decode_photo(plain).frames[0].pixels.at(8, 8, 1), 127, 3);
}

TEST(DecodePhoto, TiffOfScanners) {
  GrayImage bilevel(40, 30);
  base::Rng rng(1, "bilevel");
  for (auto& v : bilevel.pixels()) v = rng.below(4) ? 255 : 0;
  for (const int compression : {COMPRESSION_CCITTFAX4, COMPRESSION_CCITTFAX3, COMPRESSION_LZW}) {
    const TiffKind kind{.bits = 1, .compression = compression, .white_is_zero = true};
    EXPECT_EQ(decode_photo(tiff_of({bilevel}, kind)).frames[0].pixels, bilevel) << compression;
  }
  const auto rgb = ramp(20, 10, 3);
  EXPECT_EQ(decode_photo(tiff_of({rgb}, {.bits = 16})).frames[0].pixels, rgb);
}

TEST(DecodePhoto, MultipageScansGiveTheirPagesUpToTheLimit) {
  const std::vector<Image<std::uint8_t>> pages{ramp(20, 10, 1), ramp(21, 10, 1), ramp(22, 10, 1)};
  const Photo all = decode_photo(tiff_of(pages));
  ASSERT_EQ(all.frames.size(), 3u);
  EXPECT_EQ(all.frames[2].pixels, pages[2]);
  EXPECT_TRUE(all.notes.empty());

  DecodeOptions two;
  two.limits.frames = 2;
  const Photo some = decode_photo(tiff_of(pages), two);
  EXPECT_EQ(some.frames.size(), 2u);
  EXPECT_EQ(some.frames_in_file, 3);
  ASSERT_EQ(some.notes.size(), 1u);
  EXPECT_EQ(some.notes[0].code, "photo.frames_left_out");

  two.first_frame = 2;
  EXPECT_EQ(decode_photo(tiff_of(pages), two).frames[0].pixels, pages[2]);
  two.first_frame = 3;
  EXPECT_EQ(code_of(tiff_of(pages), two), ErrorCode::kNotFound);
}

TEST(DecodePhoto, OfAnAnimationTheFirstFrameIsRead) {
  auto first = ramp(20, 10, 4);
  for (std::size_t i = 3; i < first.pixels().size(); i += 4) first.pixels()[i] = 255;
  const Photo webp = decode_photo(animated_webp_of({first, Image<std::uint8_t>(20, 10, 4, 255)}));
  EXPECT_EQ(webp.frames[0].pixels, ramp(20, 10, 3));
  const Photo gif = decode_photo(gif_of({ramp(20, 10, 1), GrayImage(20, 10, 1, 7)}));
  EXPECT_EQ(to_gray(gif.frames[0].pixels), ramp(20, 10, 1));
  ASSERT_EQ(gif.notes.size(), 1u);
  EXPECT_EQ(gif.notes[0].code, "photo.frames_left_out");
}

TEST(DecodePhoto, BitmapsAndPortableMaps) {
  const std::string_view pgm("P5\n# a comment\n2 1\n255\n\x0A\xC8");
  EXPECT_EQ(decode_photo(base::as_bytes(pgm)).frames[0].pixels.pixels(),
            (std::vector<std::uint8_t>{10, 200}));
  const std::string_view pbm("P1 3 1 101");
  EXPECT_EQ(decode_photo(base::as_bytes(pbm)).frames[0].pixels.pixels(),
            (std::vector<std::uint8_t>{0, 255, 0}));
  const std::string_view ppm16("P6 1 1 65535 \xFF\xFF\x80\x00\x00\x00", 20);
  EXPECT_EQ(decode_photo(base::as_bytes(ppm16)).frames[0].pixels.pixels(),
            (std::vector<std::uint8_t>{255, 128, 0}));
  // 1 x 2 pixels of 24 bits, bottom row first, rows padded to 4 bytes.
  const Bytes bmp{'B', 'M', 62, 0, 0, 0, 0, 0,  0, 0, 54, 0, 0, 0, 40, 0, 0, 0, 1, 0, 0,
                  0,   2,   0,  0, 0, 1, 0, 24, 0, 0, 0,  0, 0, 8, 0,  0, 0, 0, 0, 0, 0,
                  0,   0,   0,  0, 0, 0, 0, 0,  0, 0, 0,  0, 3, 2, 1,  0, 6, 5, 4, 0};
  EXPECT_EQ(decode_photo(bmp).frames[0].pixels.pixels(), (std::vector<std::uint8_t>{4, 5, 6, 1, 2, 3}));
}

TEST(DecodePhoto, GrayAndReducedOnDemand) {
  const auto rgb = ramp(400, 300, 3);
  DecodeOptions options;
  options.color = DecodedColor::kGray;
  for (const Bytes& bytes : {encode_jpeg(rgb, 98), encode_png(rgb)}) {
    options.max_long_side_px = 0;
    EXPECT_LE(largest_difference(decode_photo(bytes, options).frames[0].pixels, to_gray(rgb)), 3);
    for (const int side : {200, 160, 40}) {
      options.max_long_side_px = side;
      const Frame frame = decode_photo(bytes, options).frames[0];
      EXPECT_LE(largest_difference(frame.pixels, resize(to_gray(rgb), side, side * 3 / 4)), 3);
      EXPECT_EQ(frame.full_width, 400);
      EXPECT_EQ(frame.full_height, 300);
    }
  }
}

TEST(DecodePhoto, ACutJpegGivesWhatIsLeftAndANote) {
  const auto gray = ramp(200, 200, 1);
  Bytes bytes = encode_jpeg(gray, 90);
  bytes.resize(bytes.size() * 2 / 3);
  const Photo photo = decode_photo(bytes);
  ASSERT_EQ(photo.notes.size(), 1u);
  EXPECT_EQ(photo.notes[0].code, "photo.cut_short");
  EXPECT_NEAR(photo.frames[0].pixels.at(100, 20), gray.at(100, 20), 4);
}

TEST(DecodePhoto, SaysInPlainWordsWhatForeignBytesAre) {
  EXPECT_EQ(message_of(""), "the file is empty");
  EXPECT_EQ(message_of("%PDF-1.7\n..."), "this is a PDF, not a picture");
  EXPECT_EQ(message_of("\xEF\xBB\xBF <!DOCTYPE HTML><html>"), "this is a web page, not a picture");
  EXPECT_EQ(message_of("dear sir or madam"), "this is text, not a picture");
  EXPECT_EQ(message_of(std::string_view("\0\0\0\0", 4)), "this is nothing but zeros, not a picture");
  EXPECT_EQ(message_of("\x01\x02\x03\x80\x99"), "this is not a picture of a known kind");
  EXPECT_EQ(message_of(std::string_view("\0\0\0\x18"
                                        "ftypisom",
                                        12)),
            "this is a video, not a picture");
}

TEST(DecodePhoto, RefusesSizesBeforeTakingMemory) {
  EXPECT_EQ(code_of(encode_png(GrayImage(20'000, 1))), ErrorCode::kLimit);
  Bytes vast = encode_png(GrayImage(1, 1));
  for (const std::size_t at : {16u, 20u}) vast[at] = 0x7F;  // claims 2 thousand million pixels a side
  EXPECT_NE(code_of(vast), ErrorCode::kUsage);
  const std::string_view pgm("P5 9000 9000 255 ");
  EXPECT_EQ(code_of(Bytes(pgm.begin(), pgm.end())), ErrorCode::kLimit);
  DecodeOptions small;
  small.limits.bytes = 10;
  EXPECT_EQ(code_of(encode_png(GrayImage(9, 9)), small), ErrorCode::kLimit);
  small = {};
  small.limits.pixels = 99;
  const auto image = ramp(10, 10, 3);
  for (const Bytes& bytes : {encode_png(image), encode_jpeg(image, 90), webp_of(image), tiff_of({image}),
                             gif_of({ramp(10, 10, 1)})}) {
    EXPECT_EQ(code_of(bytes, small), ErrorCode::kLimit);
  }
}

TEST(DecodePhoto, OnePixelIsAPicture) {
  for (const Bytes& bytes : {encode_png(GrayImage(1, 1)), encode_jpeg(GrayImage(1, 1), 90)}) {
    EXPECT_EQ(decode_photo(bytes).frames[0].pixels.width(), 1);
  }
}

// Every cut and a few hundred single-byte damages of every format end in a picture or in an Error.
TEST(DecodePhoto, BrokenBytesNeverEndInAnythingElse) {
  base::Rng rng(9, "damage");
  const auto image = ramp(24, 18, 3);
  for (const Bytes& whole : {encode_png(image), encode_jpeg(image, 80), webp_of(image), tiff_of({image}),
                             gif_of({ramp(24, 18, 1)}), heif_of(ramp(64, 64, 3), "heic")}) {
    const std::size_t step = std::max<std::size_t>(1, whole.size() / 60);
    for (int trial = 0; trial < 120; ++trial) {
      Bytes broken = whole;
      if (trial % 2) {
        broken.resize(std::min(broken.size(), step * static_cast<std::size_t>(trial / 2)));
      } else {
        broken[rng.below(broken.size())] = static_cast<std::uint8_t>(rng.below(256));
      }
      try {
        EXPECT_FALSE(decode_photo(broken).frames.empty());
      } catch (const Error& error) {
        EXPECT_FALSE(error.message().empty());
      }
    }
  }
}

}  // namespace
}  // namespace barium::image
