#include "app/flow/text_encoding.h"

#include <array>

#include "base/utf8.h"

namespace barium::app {

namespace {

using base::append_utf8;
using base::ByteView;
using base::is_utf8;

[[noreturn]] void no_text(const char* why) {
  throw base::Error(base::ErrorCode::kMalformed, std::string("is no text: ") + why, {},
                    "Save the list as CSV, UTF-8");
}

std::string from_utf16(ByteView bytes, bool big_endian) {
  if (bytes.size() % 2 != 0) no_text("UTF-16 cut in the middle of a character");
  const auto unit = [&](std::size_t i) {
    return static_cast<char32_t>(big_endian ? bytes[i] << 8 | bytes[i + 1] : bytes[i + 1] << 8 | bytes[i]);
  };
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    char32_t c = unit(i);
    if (c >= 0xd800 && c < 0xdc00 && i + 3 < bytes.size() && (unit(i + 2) & 0xfc00) == 0xdc00) {
      c = 0x10000 + ((c & 0x3ff) << 10) + (unit(i + 2) & 0x3ff);
      i += 2;
    } else if (c >= 0xd800 && c < 0xe000) {
      no_text("half a UTF-16 pair");
    }
    append_utf8(out, c);
  }
  return out;
}

// WHATWG Encoding Standard, index windows-1252, 0x80 to 0x9f; the rest is Latin-1.
constexpr std::array<char16_t, 32> kWindows1252 = {
    0x20ac, 0x0081, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008d, 0x017d, 0x008f, 0x0090, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x009d, 0x017e, 0x0178};

std::string from_windows_1252(ByteView bytes) {
  std::string out;
  for (const std::uint8_t byte : bytes)
    append_utf8(out, byte >= 0x80 && byte < 0xa0 ? kWindows1252[byte - 0x80] : byte);
  return out;
}

}  // namespace

DecodedText decode_text(ByteView bytes) {
  const std::string_view raw = base::as_text(bytes);
  DecodedText decoded;
  if (raw.starts_with("\xff\xfe") || raw.starts_with("\xfe\xff")) {
    decoded = {from_utf16(bytes.subspan(2), raw[0] == '\xfe'), TextEncoding::kUtf16};
  } else if (raw.starts_with("\xef\xbb\xbf") && is_utf8(raw.substr(3))) {
    decoded.text = raw.substr(3);
  } else if (is_utf8(raw)) {
    decoded.text = raw;
  } else {
    decoded = {from_windows_1252(bytes), TextEncoding::kWindows1252};
  }
  if (decoded.text.find('\0') != std::string::npos) no_text("it holds zero bytes");
  return decoded;
}

}  // namespace barium::app
