#include "page/scripts.h"

#include <algorithm>

namespace barium::page {
namespace {

bool within(char32_t c, char32_t low, char32_t high) { return c >= low && c <= high; }

bool is_left_to_right_digit(char32_t c) {
  return within(c, U'0', U'9') || within(c, 0x660, 0x669) || within(c, 0x6F0, 0x6F9);
}

}  // namespace

bool is_full_width(char32_t c) {
  return within(c, 0x2E80, 0x31FF) || within(c, 0x3400, 0x4DBF) || within(c, 0x4E00, 0x9FFF) ||
         within(c, 0xF900, 0xFAFF) || within(c, 0xFF01, 0xFF60) || within(c, 0x20000, 0x3FFFF);
}

bool is_spaceless(char32_t c) {
  return is_full_width(c) || within(c, 0x0E00, 0x0EFF) || within(c, 0x1000, 0x109F) ||
         within(c, 0x1780, 0x17FF);
}

bool is_right_to_left(char32_t c) {
  return within(c, 0x0590, 0x08FF) || within(c, 0xFB1D, 0xFDFF) || within(c, 0xFE70, 0xFEFF) ||
         within(c, 0x10800, 0x10FFF) || within(c, 0x1E800, 0x1EFFF);
}

bool joins_previous(char32_t c) {
  return within(c, 0x0300, 0x036F) || within(c, 0x3099, 0x309A) || within(c, 0x0E30, 0x0E3A) ||
         within(c, 0x0E45, 0x0E4E) || within(c, 0x0EB0, 0x0EBC) || within(c, 0x0EC8, 0x0ECD) ||
         within(c, 0x102B, 0x103E) || within(c, 0x17B6, 0x17D3);
}

bool joins_next(char32_t c) { return within(c, 0x0E40, 0x0E44) || within(c, 0x0EC0, 0x0EC4) || c == 0x17D2; }

bool is_slight(char32_t c) {
  constexpr std::u32string_view kSlight =
      U".,:;'`\"-_|~^*"
      U"\u00A8\u00AD\u00AF\u00B0\u00B4\u00B7\u00B8\u2010\u2011\u2012\u2013\u2014\u2015\u2018\u2019"
      U"\u201A\u201C\u201D\u201E\u2022\u2026\u2032\u2033\u2212\u25AA\u25CF\u2219\u22C5\u3001\u3002\u30FB"
      U"\uFF0C\uFF0E";
  return kSlight.find(c) != std::u32string_view::npos;
}

void put_in_logical_order(std::vector<std::u32string_view>& parts) {
  std::size_t right_to_left = 0, letters = 0;
  for (const auto part : parts) {
    right_to_left += !part.empty() && is_right_to_left(part[0]) && !is_left_to_right_digit(part[0]);
    letters += !part.empty();
  }
  if (right_to_left * 2 < letters || right_to_left == 0) return;
  std::reverse(parts.begin(), parts.end());
  const auto is_digit = [](std::u32string_view part) {
    return !part.empty() && is_left_to_right_digit(part[0]);
  };
  for (auto from = parts.begin(); from != parts.end();) {
    from = std::find_if(from, parts.end(), is_digit);
    const auto to = std::find_if_not(from, parts.end(), is_digit);
    std::reverse(from, to);
    from = to;
  }
}

}  // namespace barium::page
