#include "page/font.h"

#include <algorithm>
#include <cmath>

namespace barium::page {

bool is_blank(char32_t c) {
  return c <= 0x20 || c == 0xA0 || (c >= 0x2000 && c <= 0x200B) || c == 0x202F || c == 0x205F || c == 0x3000;
}

namespace {

bool all_blank(std::u32string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_blank);
}

}  // namespace

double Font::cid_width(std::uint32_t cid) const {
  auto after = cid_widths_.upper_bound(cid);
  if (after == cid_widths_.begin()) return default_width_;
  const auto& [first, span] = *--after;
  if (cid > span.last) return default_width_;
  return span.widths.size() == 1 ? span.widths[0] : span.widths[cid - first];
}

double Font::cid_down(std::uint32_t cid) const {
  auto after = cid_downs_.upper_bound(cid);
  if (after == cid_downs_.begin()) return default_down_;
  const auto& [first, span] = *--after;
  if (cid > span.last) return default_down_;
  return span.downs.size() == 1 ? span.downs[0] : span.downs[cid - first];
}

const std::u32string& Font::composite_text(std::uint32_t code, std::uint32_t cid) {
  const auto [found, is_new] = text_cache_.try_emplace(code);
  std::u32string& text = found->second;
  if (!is_new) return text;
  if (to_unicode_) text = to_unicode_->text(code);
  if (text.empty() && !collection_.empty()) {
    if (const char32_t c = library_->unicode(collection_, cid); c != 0) text.assign(1, c);
  }
  return text;
}

FontGlyph Font::next(std::string_view rest) {
  FontGlyph glyph;
  if (!composite_) {
    glyph.code = static_cast<unsigned char>(rest[0]);
    glyph.width = widths_[glyph.code];
    glyph.text = texts_[glyph.code];
    glyph.space = blank_[glyph.code];
    glyph.word_space = glyph.code == 32;
    return glyph;
  }
  const CMap::Code code = encoding_->next_code(rest);
  const std::uint32_t cid = encoding_->cid(code).value_or(0);
  glyph.code = code.value;
  glyph.bytes = code.bytes;
  glyph.width = cid_width(cid);
  glyph.down = cid_down(cid);
  glyph.text = composite_text(code.value, cid);
  glyph.space = all_blank(glyph.text);
  glyph.word_space = code.bytes == 1 && code.value == 32;
  return glyph;
}

// Fills a Font from its dictionary.
class FontReader {
 public:
  FontReader(PdfFile& file, CMapLibrary& library, QPDFObjectHandle dictionary)
      : file_(file), library_(library), dictionary_(std::move(dictionary)) {}

  std::unique_ptr<Font> run() {
    auto font = std::make_unique<Font>();
    font_ = font.get();
    font_->library_ = &library_;
    const std::string subtype = name_of(dictionary_, "/Subtype");
    read_to_unicode();
    if (subtype == "/Type0") {
      read_composite();
    } else {
      font_->type3_ = subtype == "/Type3";
      read_simple();
    }
    return font;
  }

 private:
  static QPDFObjectHandle get(QPDFObjectHandle from, const char* key) {
    return from.isDictionary() ? from.getKey(key) : QPDFObjectHandle::newNull();
  }
  static std::string name_of(QPDFObjectHandle from, const char* key) {
    QPDFObjectHandle value = get(std::move(from), key);
    return value.isName() ? value.getName() : std::string();
  }
  static double number_of(QPDFObjectHandle value, double otherwise) {
    const double number = value.isNumber() ? value.getNumericValue() : otherwise;
    return std::isfinite(number) && std::abs(number) < 1e6 ? number : otherwise;
  }

  void read_to_unicode() {
    QPDFObjectHandle stream = get(dictionary_, "/ToUnicode");
    if (!stream.isStream()) return;
    font_->to_unicode_ = std::make_unique<CMap>(embedded_cmap(stream));
    if (!font_->to_unicode_->has_text()) font_->to_unicode_.reset();
  }
  CMap embedded_cmap(QPDFObjectHandle stream) {
    const base::Bytes bytes = file_.decode(stream);
    return parse_cmap(base::as_text(bytes), [this](const std::string& name) { return library_.find(name); });
  }

  // --- simple fonts -----------------------------------------------------------------------------------

  void read_simple() {
    descriptor_ = get(dictionary_, "/FontDescriptor");
    const std::string base_font = name_of(dictionary_, "/BaseFont");
    const auto flags = static_cast<unsigned>(number_of(get(descriptor_, "/Flags"), 0));
    const std::string plain = base_font.empty() ? base_font : base_font.substr(1);
    const StandardFont standard = substitute_font(plain, flags);
    const bool symbolic_standard =
        standard == StandardFont::kSymbol || standard == StandardFont::kZapfDingbats;
    const Encoding names = read_encoding(symbolic_standard ? standard : StandardFont::kHelvetica);
    read_widths(names, standard);
    if (font_->type3_) read_type3_matrix();
    for (std::size_t code = 0; code < 256; ++code) {
      std::u32string& text = font_->texts_[code];
      if (font_->to_unicode_) text = font_->to_unicode_->text(static_cast<std::uint32_t>(code));
      // Subset fonts without an /Encoding number their glyphs as they like: code 32 is then any letter.
      const bool is_told = !text.empty();
      if (!is_told) text = unicode_of_glyph(names[code]);
      font_->blank_[code] =
          all_blank(text) || (!is_told && (names[code] == "space" || (code == 32 && names[code].empty())));
    }
    if (!font_->type3_) read_height(descriptor_);
  }

  Encoding read_encoding(StandardFont standard) {
    QPDFObjectHandle encoding = get(dictionary_, "/Encoding");
    const std::string base = encoding.isName() ? encoding.getName() : name_of(encoding, "/BaseEncoding");
    Encoding names = base_encoding(base, standard);
    QPDFObjectHandle differences = get(encoding, "/Differences");
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

  Encoding base_encoding(const std::string& name, StandardFont standard) const {
    if (name == "/WinAnsiEncoding") return predefined_encoding(EncodingName::kWinAnsi);
    if (name == "/MacRomanEncoding") return predefined_encoding(EncodingName::kMacRoman);
    if (standard == StandardFont::kSymbol) return predefined_encoding(EncodingName::kSymbol);
    if (standard == StandardFont::kZapfDingbats) return predefined_encoding(EncodingName::kZapfDingbats);
    if (font_->type3_) return {};
    return predefined_encoding(EncodingName::kStandard);
  }

  void read_widths(const Encoding& names, StandardFont standard) {
    QPDFObjectHandle widths = get(dictionary_, "/Widths");
    if (!widths.isArray()) {
      for (std::size_t code = 0; code < 256; ++code) {
        const auto width = names[code].empty() ? std::nullopt : standard_width(standard, names[code]);
        font_->widths_[code] = width.value_or(standard == StandardFont::kCourier ? 600 : 0) * 1e-3;
      }
      return;
    }
    const double unit = font_->type3_ ? 1 : 1e-3;
    font_->widths_.fill(number_of(get(descriptor_, "/MissingWidth"), 0) * unit);
    const double first = number_of(get(dictionary_, "/FirstChar"), 0);
    const int count = std::min(widths.getArrayNItems(), 256);
    for (int i = 0; i < count; ++i) {
      const double code = first + i;
      if (code < 0 || code > 255) continue;
      font_->widths_[static_cast<std::size_t>(code)] = number_of(widths.getArrayItem(i), 0) * unit;
    }
  }

  void read_type3_matrix() {
    QPDFObjectHandle matrix = get(dictionary_, "/FontMatrix");
    double x_scale = 1e-3, y_scale = 1e-3;
    if (matrix.isArray() && matrix.getArrayNItems() == 6) {
      x_scale = number_of(matrix.getArrayItem(0), 1e-3);
      y_scale = number_of(matrix.getArrayItem(3), 1e-3);
    }
    for (double& width : font_->widths_) width *= x_scale;
    QPDFObjectHandle box = get(dictionary_, "/FontBBox");
    if (!box.isArray() || box.getArrayNItems() != 4) return;
    const double low = number_of(box.getArrayItem(1), 0) * y_scale,
                 high = number_of(box.getArrayItem(3), 0) * y_scale;
    const double height = std::abs(high - low);
    if (!(height > 0)) return;
    // A box of 0.3 to 3 sizes is an ordinary font whose size means what it says; otherwise the box is all we
    // know.
    if (height < 0.3 || height > 3) font_->em_ = height;
    font_->ascent_ = std::max({low, high, 0.5 * font_->em_});
    font_->descent_ = std::min({low, high, 0.0});
  }

  // Typical of text fonts; a descriptor's own values count where they are plausible.
  void read_height(QPDFObjectHandle descriptor) {
    const double ascent = number_of(get(descriptor, "/Ascent"), 0) * 1e-3;
    const double descent = -std::abs(number_of(get(descriptor, "/Descent"), 0)) * 1e-3;
    if (ascent >= 0.4 && ascent <= 1.2) font_->ascent_ = ascent;
    if (descent <= -0.1 && descent >= -0.6) font_->descent_ = descent;
  }

  // --- composite fonts --------------------------------------------------------------------------------

  void read_composite() {
    font_->composite_ = true;
    QPDFObjectHandle encoding = get(dictionary_, "/Encoding");
    if (encoding.isName()) {
      font_->encoding_ = library_.find(encoding.getName().substr(1));
    } else if (encoding.isStream()) {
      font_->own_encoding_ = std::make_unique<CMap>(embedded_cmap(encoding));
      font_->encoding_ = font_->own_encoding_.get();
    }
    if (font_->encoding_ == nullptr) font_->encoding_ = library_.find("Identity-H");
    font_->vertical_ = font_->encoding_->vertical();
    QPDFObjectHandle descendants = get(dictionary_, "/DescendantFonts");
    if (!descendants.isArray() || descendants.getArrayNItems() < 1) return;
    read_descendant(descendants.getArrayItem(0));
  }

  void read_descendant(QPDFObjectHandle descendant) {
    if (!descendant.isDictionary()) return;
    font_->default_width_ = number_of(get(descendant, "/DW"), 1000) * 1e-3;
    read_cid_widths(get(descendant, "/W"));
    QPDFObjectHandle vertical = get(descendant, "/DW2");
    if (vertical.isArray() && vertical.getArrayNItems() == 2) {
      font_->default_down_ = number_of(vertical.getArrayItem(1), -1000) * 1e-3;
    }
    read_cid_downs(get(descendant, "/W2"));
    QPDFObjectHandle info = get(descendant, "/CIDSystemInfo");
    QPDFObjectHandle registry = get(info, "/Registry"), ordering = get(info, "/Ordering");
    if (registry.isString() && ordering.isString() && ordering.getStringValue() != "Identity") {
      font_->collection_ = registry.getStringValue() + "-" + ordering.getStringValue();
    }
    read_height(get(descendant, "/FontDescriptor"));
  }

  static std::uint32_t cid_of(QPDFObjectHandle value) {
    return static_cast<std::uint32_t>(std::clamp(number_of(value, 0), 0.0, 65535.0));
  }

  // "c [w1 ... wn]" or "cfirst clast w": 9.7.4.3.
  void read_cid_widths(QPDFObjectHandle array) {
    const int count = array.isArray() ? array.getArrayNItems() : 0;
    for (int i = 0; i + 1 < count;) {
      const std::uint32_t first = cid_of(array.getArrayItem(i));
      QPDFObjectHandle second = array.getArrayItem(i + 1);
      Font::CidSpan span;
      if (second.isArray()) {
        const int widths = std::min(second.getArrayNItems(), 65536);
        for (int k = 0; k < widths; ++k) span.widths.push_back(number_of(second.getArrayItem(k), 0) * 1e-3);
        span.last = first + static_cast<std::uint32_t>(widths) - 1;
        i += 2;
        if (widths == 0) continue;
      } else {
        if (i + 2 >= count) return;
        span.last = cid_of(second);
        span.widths.push_back(number_of(array.getArrayItem(i + 2), 0) * 1e-3);
        i += 3;
      }
      font_->cid_widths_[first] = std::move(span);
    }
  }

  // "c [w1y vx vy ...]" or "cfirst clast w1y vx vy".
  void read_cid_downs(QPDFObjectHandle array) {
    const int count = array.isArray() ? array.getArrayNItems() : 0;
    for (int i = 0; i + 1 < count;) {
      const std::uint32_t first = cid_of(array.getArrayItem(i));
      QPDFObjectHandle second = array.getArrayItem(i + 1);
      Font::CidDown span;
      if (second.isArray()) {
        const int triples = std::min(second.getArrayNItems() / 3, 65536);
        for (int k = 0; k < triples; ++k)
          span.downs.push_back(number_of(second.getArrayItem(3 * k), 0) * 1e-3);
        span.last = first + static_cast<std::uint32_t>(triples) - 1;
        i += 2;
        if (triples == 0) continue;
      } else {
        if (i + 4 >= count) return;
        span.last = cid_of(second);
        span.downs.push_back(number_of(array.getArrayItem(i + 2), 0) * 1e-3);
        i += 5;
      }
      font_->cid_downs_[first] = std::move(span);
    }
  }

  PdfFile& file_;
  CMapLibrary& library_;
  QPDFObjectHandle dictionary_, descriptor_ = QPDFObjectHandle::newNull();
  Font* font_ = nullptr;
};

Font& FontCache::get(QPDFObjectHandle font) {
  if (!font.isIndirect()) {
    direct_.push_back(FontReader(file_, library_, font).run());
    return *direct_.back();
  }
  std::unique_ptr<Font>& slot = by_object_[font.getObjGen()];
  if (!slot) slot = FontReader(file_, library_, font).run();
  return *slot;
}

}  // namespace barium::page
