#include "page/marked_content.h"

#include <algorithm>

#include "page/font.h"

namespace barium::page {
namespace {

std::u32string from_utf16(std::string_view bytes, bool big) {
  std::u32string out;
  char32_t high = 0;
  for (std::size_t at = 0; at + 1 < bytes.size(); at += 2) {
    const auto first = static_cast<unsigned char>(bytes[at + (big ? 0 : 1)]);
    const auto second = static_cast<unsigned char>(bytes[at + (big ? 1 : 0)]);
    const char32_t unit = static_cast<char32_t>(first) << 8 | second;
    if (unit >= 0xD800 && unit < 0xDC00) {
      high = unit;
    } else if (unit >= 0xDC00 && unit < 0xE000) {
      if (high != 0) out += 0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00);
      high = 0;
    } else {
      out += unit;
    }
  }
  return out;
}

std::u32string from_utf8(std::string_view bytes) {
  std::u32string out;
  for (std::size_t at = 0; at < bytes.size();) {
    const auto lead = static_cast<unsigned char>(bytes[at++]);
    const int more = lead < 0x80 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    char32_t c = more == 0 ? lead : lead & (0x3Fu >> more);
    for (int i = 0; i < more && at < bytes.size(); ++i)
      c = c << 6 | (static_cast<unsigned char>(bytes[at++]) & 0x3F);
    out += c < 0x110000 && (c < 0xD800 || c >= 0xE000) ? c : U'\uFFFD';
  }
  return out;
}

}  // namespace

std::u32string from_text_string(std::string_view bytes) {
  if (bytes.starts_with("\xFE\xFF")) return from_utf16(bytes.substr(2), true);
  if (bytes.starts_with("\xFF\xFE")) return from_utf16(bytes.substr(2), false);
  if (bytes.starts_with("\xEF\xBB\xBF")) return from_utf8(bytes.substr(3));
  std::u32string out;
  for (const char c : bytes) out += static_cast<unsigned char>(c);
  return out;
}

void MarkedContent::begin(bool hidden, std::optional<std::u32string> actual_text, std::size_t first_glyph) {
  if (marks_.size() >= kMaxDepth) {
    ++beyond_;
    return;
  }
  hidden_ += hidden;
  marks_.push_back({hidden, std::move(actual_text), first_glyph});
}

std::optional<MarkedContent::Mark> MarkedContent::end() {
  if (beyond_ > 0) {
    --beyond_;
    return std::nullopt;
  }
  if (marks_.empty()) return std::nullopt;
  Mark mark = std::move(marks_.back());
  marks_.pop_back();
  hidden_ -= mark.hidden;
  return mark;
}

void apply_actual_text(PageContent& content, const MarkedContent::Mark& mark) {
  if (!mark.actual_text || mark.first_glyph >= content.glyphs.size()) return;
  const std::u32string& text = *mark.actual_text;
  if (text.empty() || std::any_of(text.begin(), text.end(), is_blank)) return;
  for (std::size_t i = mark.first_glyph; i < content.glyphs.size(); ++i) {
    if (content.glyphs[i].space) return;  // more than a part of one word
  }
  Glyph& first = content.glyphs[mark.first_glyph];
  first.text_begin = static_cast<std::uint32_t>(content.text.size());
  first.text_size = static_cast<std::uint32_t>(text.size());
  content.text += text;
  for (std::size_t i = mark.first_glyph + 1; i < content.glyphs.size(); ++i) content.glyphs[i].text_size = 0;
}

void InlineImageKeys::take(const Token& token, std::string_view raw) {
  if (token.kind == TokenKind::kName && key_.empty()) {
    key_ = raw;
    return;
  }
  if (key_ == "/W" || key_ == "/Width") width_ = token.number;
  if (key_ == "/H" || key_ == "/Height") height_ = token.number;
  if (key_ == "/BPC" || key_ == "/BitsPerComponent") bits_ = token.number;
  if (key_ == "/F" || key_ == "/Filter") filtered_ = true;
  if (key_ == "/IM" || key_ == "/ImageMask") mask_ = raw == "true";
  if (key_ == "/CS" || key_ == "/ColorSpace") {
    if (raw == "/G" || raw == "/DeviceGray") components_ = 1;
    if (raw == "/RGB" || raw == "/DeviceRGB") components_ = 3;
    if (raw == "/CMYK" || raw == "/DeviceCMYK") components_ = 4;
  }
  key_.clear();
}

std::uint64_t InlineImageKeys::known_bytes() const {
  const double bits_a_pixel = mask_ ? 1 : bits_ * components_;
  const bool sane = width_ >= 1 && width_ <= 1e6 && height_ >= 1 && height_ <= 1e6 && bits_a_pixel >= 1 &&
                    bits_a_pixel <= 128;
  if (filtered_ || !sane) return 0;
  const auto row = (static_cast<std::uint64_t>(width_) * static_cast<std::uint64_t>(bits_a_pixel) + 7) / 8;
  return row * static_cast<std::uint64_t>(height_);
}

}  // namespace barium::page
