// Simple fonts (ISO 32000-1:2008, 9.6).

#include <algorithm>
#include <array>

#include "page/font_reader.h"

namespace barium::page {
namespace {

// Tables of widths are rounded to a thousandth, by some programs towards zero.
constexpr double kSameWidth = 1.01e-3;

}  // namespace

void FontReader::read_simple() {
  descriptor_ = entry(dictionary_, "/FontDescriptor");
  const StandardFont standard = stand_in();
  const bool symbolic = standard == StandardFont::kSymbol || standard == StandardFont::kZapfDingbats;
  const Encoding names = read_encoding(symbolic ? standard : StandardFont::kHelvetica);
  read_widths(names, standard);
  if (font_->type3_) read_type3(names);
  read_texts(names);
  if (font_->type3_) return;
  read_height(descriptor_);
  read_ink(names);
}

void FontReader::read_ink(const Encoding& names) {
  for (std::size_t code = 0; code < 256; ++code)
    font_->inks_[code] = program().ink(static_cast<unsigned>(code), names[code]);
}

void FontReader::read_texts(const Encoding& names) {
  for (std::size_t code = 0; code < 256; ++code) {
    std::u32string& text = font_->texts_[code];
    if (font_->to_unicode_) text = font_->to_unicode_->text(static_cast<std::uint32_t>(code));
    // Subset fonts without an /Encoding number their glyphs as they like: code 32 is then any letter.
    const bool is_told = !text.empty();
    if (!is_told) text = unicode_of_glyph(names[code]);
    font_->blank_[code] =
        all_blank(text) || (!is_told && (names[code] == "space" || (code == 32 && names[code].empty())));
    // Nothing is drawn and nothing said.
    if (font_->inkless_[code] && text.empty()) font_->blank_[code] = true;
  }
}

// What programs draw with where nothing is embedded. "Assume Times": poppler and mupdf both do of a font
// without descriptor whose name says nothing.
StandardFont FontReader::stand_in() {
  const std::string name = name_entry(dictionary_, "/BaseFont");
  constexpr double kSerif = 2;  // table 123
  const double otherwise = descriptor_.isDictionary() || name.empty() ? 0 : kSerif;
  const auto flags = static_cast<unsigned>(std::max(0.0, number_or(entry(descriptor_, "/Flags"), otherwise)));
  return substitute_font(name.empty() ? name : name.substr(1), flags);
}

// The embedded font program; unreadable where there is none.
FontProgram& FontReader::program() {
  if (program_) return *program_;
  base::Bytes bytes;
  for (const char* key : {"/FontFile", "/FontFile2", "/FontFile3"}) {
    QPDFObjectHandle stream = entry(descriptor_, key);
    if (bytes.empty() && stream.isStream()) bytes = file_.decode(stream);
  }
  program_ = std::make_unique<FontProgram>(std::move(bytes));
  return *program_;
}

Encoding FontReader::read_encoding(StandardFont standard) {
  QPDFObjectHandle encoding = entry(dictionary_, "/Encoding");
  const std::string base = encoding.isName() ? encoding.getName() : name_entry(encoding, "/BaseEncoding");
  Encoding names = base_encoding(base, standard);
  QPDFObjectHandle differences = entry(encoding, "/Differences");
  if (!differences.isArray()) return names;
  const int count = std::min(differences.getArrayNItems(), 4096);
  std::size_t code = 0;
  for (int i = 0; i < count; ++i) {
    QPDFObjectHandle item = differences.getArrayItem(i);
    if (item.isInteger()) {
      code = static_cast<std::size_t>(std::clamp<long long>(item.getIntValue(), 0, 256));
    } else if (item.isName() && code < 256) {
      names[code++] = item.getName().substr(1);
    }
  }
  return names;
}

// Table 114: without a /BaseEncoding, "the font program's built-in encoding" of an embedded font, else
// StandardEncoding, or a symbolic font's own.
Encoding FontReader::base_encoding(const std::string& name, StandardFont standard) {
  if (name == "/WinAnsiEncoding") return predefined_encoding(EncodingName::kWinAnsi);
  if (name == "/MacRomanEncoding") return predefined_encoding(EncodingName::kMacRoman);
  if (font_->type3_) return {};
  if (const Encoding own = program_encoding(); own != Encoding{}) return own;
  if (standard == StandardFont::kSymbol) return predefined_encoding(EncodingName::kSymbol);
  if (standard == StandardFont::kZapfDingbats) return predefined_encoding(EncodingName::kZapfDingbats);
  return predefined_encoding(EncodingName::kStandard);
}

Encoding FontReader::program_encoding() {
  Encoding names;
  if (entry(descriptor_, "/FontFile2").isStream() || !program().readable()) return names;
  for (unsigned code = 0; code < 256; ++code) names[code] = program().name_of(code);
  for (std::string& name : names)
    if (name == ".notdef") name.clear();
  return names;
}

void FontReader::read_widths(const Encoding& names, StandardFont standard) {
  QPDFObjectHandle widths = entry(dictionary_, "/Widths");
  if (!widths.isArray()) {
    if (!font_->type3_) find_widths(names, standard);
    return;
  }
  const double unit = font_->type3_ ? 1 : 1e-3;
  font_->widths_.fill(number_or(entry(descriptor_, "/MissingWidth"), 0) * unit);
  const double first = number_or(entry(dictionary_, "/FirstChar"), 0);
  const int count = std::min(widths.getArrayNItems(), 256);
  for (int i = 0; i < count; ++i) {
    const double code = first + i;
    if (code < 0 || code > 255) continue;
    font_->widths_[static_cast<std::size_t>(code)] = number_or(widths.getArrayItem(i), 0) * unit;
  }
}

void FontReader::find_widths(const Encoding& names, StandardFont standard) {
  const bool fixed = standard == StandardFont::kCourier;
  for (std::size_t code = 0; code < 256; ++code) {
    const auto known = names[code].empty() ? std::nullopt : standard_width(standard, names[code]);
    font_->widths_[code] = known.value_or(fixed ? 600 : 0) * 1e-3;
  }
  const bool is_standard = standard_font(plain_name()).has_value() || !dictionary_.isDictionary();
  if (program().readable()) {
    for (std::size_t code = 0; code < 256; ++code) {
      const auto own = program().width(static_cast<unsigned>(code), names[code]);
      font_->doubtful_[code] = own && std::abs(*own - font_->widths_[code]) > kSameWidth;
      if (own) font_->widths_[code] = *own;
    }
    font_->doubt_ =
        "The font " + plain_name() +
        " cannot be relied on: it has no widths, and programs do not agree on what they take instead.";
  } else if (!is_standard && !fixed) {
    doubt("it has no widths, is not embedded, and is not one of the standard 14");
  }
}

}  // namespace barium::page
