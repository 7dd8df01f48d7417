#include "page/font.h"

#include <algorithm>

#include "page/font_reader.h"

namespace barium::page {

bool is_blank(char32_t c) {
  return c <= 0x20 || c == 0xA0 || (c >= 0x2000 && c <= 0x200B) || c == 0x202F || c == 0x205F || c == 0x3000;
}

bool all_blank(std::u32string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_blank);
}

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

const GlyphInk& Font::cid_ink(std::uint32_t cid) {
  const auto [found, is_new] = ink_cache_.try_emplace(cid);
  if (!is_new || !cid_program_) return found->second;
  unsigned index = cid;
  if (const std::size_t at = 2 * std::size_t{cid}; at + 1 < cid_to_gid_.size())
    index =
        static_cast<unsigned char>(cid_to_gid_[at]) * 256u + static_cast<unsigned char>(cid_to_gid_[at + 1]);
  return found->second = cid_program_->ink_of_index(index);
}

FontGlyph Font::next(std::string_view rest) {
  FontGlyph glyph;
  if (!composite_) {
    glyph.code = static_cast<unsigned char>(rest[0]);
    glyph.width = widths_[glyph.code];
    glyph.text = texts_[glyph.code];
    glyph.space = blank_[glyph.code];
    glyph.word_space = glyph.code == 32;
    glyph.inkless = inkless_[glyph.code];
    glyph.ink = inks_[glyph.code];
    glyph.doubtful = all_doubtful_ || doubtful_[glyph.code];
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
  glyph.ink = cid_ink(cid);
  glyph.doubtful = all_doubtful_;
  return glyph;
}

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
