#include "page/glyph_names.h"

#include <charconv>
#include <unordered_map>

#include "page/font_tables.inc"

namespace barium::page {
namespace {

// Calls each(word) for every blank-separated word of a table.
template <class Each>
void for_each_word(std::string_view table, Each each) {
  while (!table.empty()) {
    const std::size_t end = table.find(' ');
    each(table.substr(0, end));
    table.remove_prefix(end == std::string_view::npos ? table.size() : end + 1);
  }
}

std::optional<std::uint32_t> parse_hex(std::string_view digits) {
  std::uint32_t value = 0;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  if (fault != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

int parse_int(std::string_view digits) {
  int value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

using NameTable = std::unordered_map<std::string_view, char32_t>;
const NameTable& glyph_list() {
  static const NameTable table = [] {
    NameTable made;
    for_each_word(kGlyphNames, [&](std::string_view word) {
      const std::size_t equals = word.find('=');
      made.emplace(word.substr(0, equals), parse_hex(word.substr(equals + 1)).value_or(0));
    });
    return made;
  }();
  return table;
}

Encoding make_encoding(std::string_view table) {
  Encoding made;
  std::size_t code = 0;
  for_each_word(table, [&](std::string_view word) {
    if (code < made.size() && word != "-") made[code] = word;
    ++code;
  });
  return made;
}

// One component of a name, between underscores, its suffix gone.
std::u32string unicode_of_component(std::string_view name) {
  if (const auto found = glyph_list().find(name); found != glyph_list().end()) return {found->second};
  std::u32string out;
  if (name.starts_with("uni") && name.size() >= 7 && (name.size() - 3) % 4 == 0) {
    for (std::size_t at = 3; at < name.size(); at += 4) {
      const auto value = parse_hex(name.substr(at, 4));
      if (!value || (*value >= 0xD800 && *value < 0xE000)) return {};
      out += static_cast<char32_t>(*value);
    }
  } else if (name.starts_with("u") && name.size() >= 5 && name.size() <= 7) {
    const auto value = parse_hex(name.substr(1));
    if (value && *value < 0x110000 && (*value < 0xD800 || *value >= 0xE000)) {
      out += static_cast<char32_t>(*value);
    }
  }
  return out;
}

std::string folded(std::string_view base_font) {
  if (base_font.size() > 7 && base_font[6] == '+') base_font.remove_prefix(7);  // subset tag: 9.6.4
  std::string out;
  for (const char c : base_font) {
    if (c >= 'A' && c <= 'Z') {
      out += static_cast<char>(c - 'A' + 'a');
    } else if (c != ' ' && c != '-' && c != ',') {
      out += c;
    }
  }
  return out;
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

struct Style {
  bool bold, italic;
};
StandardFont styled_times(Style style) {
  if (style.bold) return style.italic ? StandardFont::kTimesBoldItalic : StandardFont::kTimesBold;
  return style.italic ? StandardFont::kTimesItalic : StandardFont::kTimes;
}
Style style_of(std::string_view name) {
  return {has(name, "bold") || has(name, "black") || has(name, "demi"),
          has(name, "italic") || has(name, "oblique")};
}

using WidthTable = std::unordered_map<std::string_view, std::array<int, 6>>;
WidthTable make_widths(std::string_view table) {
  WidthTable made;
  for_each_word(table, [&](std::string_view word) {
    std::size_t at = word.find('=');
    auto& row = made[word.substr(0, at)];
    for (std::size_t column = 0; column < row.size() && at != std::string_view::npos; ++column) {
      word.remove_prefix(at + 1);
      at = word.find('=');
      row[column] = parse_int(word.substr(0, at));
    }
  });
  return made;
}

const WidthTable& width_table(StandardFont font) {
  static const WidthTable latin = make_widths(kLatinWidths), symbol = make_widths(kSymbolWidths),
                          dingbats = make_widths(kZapfDingbatsWidths);
  if (font == StandardFont::kSymbol) return symbol;
  return font == StandardFont::kZapfDingbats ? dingbats : latin;
}

}  // namespace

const Encoding& predefined_encoding(EncodingName name) {
  static const std::array<Encoding, 5> made = {
      make_encoding(kStandardEncoding), make_encoding(kMacRomanEncoding), make_encoding(kWinAnsiEncoding),
      make_encoding(kSymbolEncoding), make_encoding(kZapfDingbatsEncoding)};
  return made[static_cast<std::size_t>(name)];
}

std::u32string unicode_of_glyph(std::string_view name) {
  if (const std::size_t dot = name.find('.'); dot != std::string_view::npos) name = name.substr(0, dot);
  std::u32string out;
  while (!name.empty()) {
    const std::size_t bar = name.find('_');
    out += unicode_of_component(name.substr(0, bar));
    name.remove_prefix(bar == std::string_view::npos ? name.size() : bar + 1);
  }
  return out;
}

std::optional<StandardFont> standard_font(std::string_view base_font) {
  const std::string name = folded(base_font);
  if (name.starts_with("symbol")) return StandardFont::kSymbol;
  if (name.starts_with("zapfdingbats")) return StandardFont::kZapfDingbats;
  if (name.starts_with("courier")) return StandardFont::kCourier;
  if (name.starts_with("times")) return styled_times(style_of(name));
  if (name.starts_with("helvetica") || name.starts_with("arial")) {
    if (has(name, "narrow") || has(name, "condensed") || has(name, "black")) return std::nullopt;
    return style_of(name).bold ? StandardFont::kHelveticaBold : StandardFont::kHelvetica;
  }
  return std::nullopt;
}

StandardFont substitute_font(std::string_view base_font, unsigned flags) {
  if (const auto standard = standard_font(base_font)) return *standard;
  constexpr unsigned kFixedPitch = 1, kSerif = 2, kItalic = 1 << 6, kForceBold = 1 << 18;  // table 123
  Style style = style_of(folded(base_font));
  style.bold |= (flags & kForceBold) != 0;
  style.italic |= (flags & kItalic) != 0;
  if (flags & kFixedPitch) return StandardFont::kCourier;
  if (flags & kSerif) return styled_times(style);
  return style.bold ? StandardFont::kHelveticaBold : StandardFont::kHelvetica;
}

std::optional<int> standard_width(StandardFont font, std::string_view glyph) {
  if (font == StandardFont::kCourier) return 600;
  const WidthTable& table = width_table(font);
  const auto found = table.find(glyph);
  if (found == table.end()) return std::nullopt;
  const bool one_column = font == StandardFont::kSymbol || font == StandardFont::kZapfDingbats;
  return found->second[one_column ? 0 : static_cast<std::size_t>(font)];
}

}  // namespace barium::page
