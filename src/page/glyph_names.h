#pragma once

// The tables a PDF may take for granted: what Unicode character a glyph name stands for (Adobe Glyph List),
// the predefined encodings (ISO 32000-1:2008, Annex D), and the widths of the 14 standard fonts.

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace barium::page {

// Glyph name by character code; empty: none.
using Encoding = std::array<std::string, 256>;

enum class EncodingName { kStandard, kMacRoman, kWinAnsi, kSymbol, kZapfDingbats };
const Encoding& predefined_encoding(EncodingName name);

// By the rules of the Adobe Glyph List Specification: "f_i", "uni0041", "u1F600", "a.sc" too. Empty: unknown.
std::u32string unicode_of_glyph(std::string_view name);

enum class StandardFont {
  kHelvetica,
  kHelveticaBold,
  kTimes,
  kTimesBold,
  kTimesItalic,
  kTimesBoldItalic,
  kCourier,
  kSymbol,
  kZapfDingbats
};
// The standard font that a BaseFont names, by the aliases that writers use (Arial, TimesNewRoman,
// CourierNew).
std::optional<StandardFont> standard_font(std::string_view base_font);
// The nearest standard font in looks, for fonts that are neither embedded nor standard. flags: of the
// descriptor.
StandardFont substitute_font(std::string_view base_font, unsigned flags);
// 1/1000 em; nullopt where the font has no such glyph.
std::optional<int> standard_width(StandardFont font, std::string_view glyph);

}  // namespace barium::page
