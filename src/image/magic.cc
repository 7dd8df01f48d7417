#include "image/magic.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace barium::image {
namespace {

using base::ByteView;
using namespace std::string_view_literals;

bool has_at(ByteView bytes, std::size_t at, std::string_view text) {
  return bytes.size() >= at + text.size() && base::as_text(bytes.subspan(at, text.size())) == text;
}

// ISO 14496-12: the brand of an ftyp box, and the compatible brands after it, within the first 64 bytes.
bool has_brand(ByteView bytes, std::initializer_list<std::string_view> brands) {
  if (!has_at(bytes, 4, "ftyp")) return false;
  const std::size_t end = std::min<std::size_t>({bytes.size(), 64, std::size_t{bytes[3]}});
  for (std::size_t at = 8; at + 4 <= end; at += at == 8 ? 8 : 4) {
    for (const std::string_view brand : brands) {
      if (has_at(bytes, at, brand)) return true;
    }
  }
  return false;
}

bool is_pnm(ByteView bytes) {
  return bytes.size() >= 3 && bytes[0] == 'P' && bytes[1] >= '1' && bytes[1] <= '6' &&
         std::isspace(bytes[2]) != 0;
}

// BMP's "BM" alone is two letters of any text: the header's size must be one that exists.
bool is_bmp(ByteView bytes) {
  constexpr std::array<std::uint8_t, 5> kHeaderSizes{12, 40, 52, 108, 124};
  return has_at(bytes, 0, "BM") && bytes.size() > 18 && bytes[15] == 0 &&
         std::find(kHeaderSizes.begin(), kHeaderSizes.end(), bytes[14]) != kHeaderSizes.end();
}

std::string lower_start(ByteView bytes) {
  std::string text(base::as_text(bytes.first(std::min<std::size_t>(bytes.size(), 512))));
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  text.erase(0, std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

bool is_text(ByteView bytes) {
  const ByteView start = bytes.first(std::min<std::size_t>(bytes.size(), 512));
  return std::all_of(start.begin(), start.end(),
                     [](std::uint8_t c) { return c >= 32 || (c >= 9 && c <= 13); });
}

struct Foreign {
  std::size_t at;
  std::string_view magic;
  const char* what;
};
constexpr Foreign kForeign[] = {
    {0, "%PDF-", "a PDF"},
    {0, "PK\x03\x04", "a ZIP archive or an office document"},
    {0, "\xD0\xCF\x11\xE0", "an office document of the old kind"},
    {0, "\x1F\x8B", "a gzip archive"},
    {0, "7z\xBC\xAF\x27\x1C", "a 7-Zip archive"},
    {0, "Rar!", "a RAR archive"},
    {0,
     "\x7F"
     "ELF",
     "a program"},
    {0, "MZ", "a program"},
    {0, "8BPS", "a Photoshop document"},
    {0, "%!PS", "a PostScript file"},
    {0, "{\\rtf", "a rich-text document"},
    {0, "\xFF\x0A", "a JPEG XL picture, which is not read yet"},
    {4, "JXL ", "a JPEG XL picture, which is not read yet"},
    {4, "jP  ", "a JPEG 2000 picture, which is not read yet"},
    {4, "ftyp", "a video"},
    {0, "\x1A\x45\xDF\xA3", "a video"},
    {8, "AVI ", "a video"},
    {8, "WAVE", "a sound file"},
    {0, "ID3", "a sound file"},
    {0, "OggS", "a sound or video file"},
    {0, "SQLite format 3", "a database"},
};

}  // namespace

PhotoFormat tell_format(ByteView bytes) {
  if (has_at(bytes, 0, "\xFF\xD8\xFF")) return PhotoFormat::kJpeg;
  if (has_at(bytes, 0, "\x89PNG\r\n\x1A\n")) return PhotoFormat::kPng;
  if (has_at(bytes, 0, "RIFF") && has_at(bytes, 8, "WEBP")) return PhotoFormat::kWebp;
  if (has_at(bytes, 0, "GIF87a") || has_at(bytes, 0, "GIF89a")) return PhotoFormat::kGif;
  if (has_at(bytes, 0, "II*\0"sv) || has_at(bytes, 0, "MM\0*"sv) || has_at(bytes, 0, "II+\0"sv) ||
      has_at(bytes, 0, "MM\0+"sv)) {
    return PhotoFormat::kTiff;
  }
  if (has_brand(bytes, {"avif", "avis"})) return PhotoFormat::kAvif;
  if (has_brand(bytes, {"heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1"})) {
    return PhotoFormat::kHeif;
  }
  if (is_bmp(bytes)) return PhotoFormat::kBmp;
  return is_pnm(bytes) ? PhotoFormat::kPnm : PhotoFormat::kUnknown;
}

const char* name_of(PhotoFormat format) {
  constexpr const char* kNames[] = {"unknown", "jpeg", "png",  "webp", "gif",
                                    "tiff",    "heif", "avif", "bmp",  "pnm"};
  return kNames[static_cast<int>(format)];
}

std::string describe_foreign(ByteView bytes) {
  for (const Foreign& foreign : kForeign) {
    if (has_at(bytes, foreign.at, foreign.magic)) return foreign.what;
  }
  const std::string start = lower_start(bytes);
  if (start.starts_with("<!doctype html") || start.starts_with("<html")) return "a web page";
  if (start.find("<svg") != std::string::npos) return "an SVG drawing, which is not read yet";
  if (start.starts_with("<?xml")) return "an XML document";
  if (is_text(bytes)) return "text";
  if (std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b == 0; })) {
    return "nothing but zeros";
  }
  return "not a picture of a known kind";
}

}  // namespace barium::image
