#include "page/cmap.h"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "base/file.h"
#include "page/content_lexer.h"

namespace barium::page {
namespace {

// More than the largest predefined CMap has (UniJIS-UTF32-H: 23,000) many times over.
constexpr std::size_t kMaxRanges = 500'000;
constexpr std::uint64_t kMaxFileBytes = 16u << 20;

std::uint32_t big_endian(std::string_view bytes) {
  std::uint32_t value = 0;
  for (const char c : bytes.substr(0, 4)) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

std::u32string from_utf16(std::string_view bytes) {
  if (bytes.size() == 1) return {static_cast<char32_t>(static_cast<unsigned char>(bytes[0]))};
  std::u32string out;
  for (std::size_t at = 0; at + 1 < bytes.size(); at += 2) {
    char32_t c = big_endian(bytes.substr(at, 2));
    if (c >= 0xD800 && c < 0xDC00 && at + 3 < bytes.size()) {
      const char32_t low = big_endian(bytes.substr(at + 2, 2));
      if (low >= 0xDC00 && low < 0xE000) {
        c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
        at += 2;
      }
    }
    if (c >= 0xD800 && c < 0xE000) c = 0xFFFD;
    if (c != 0) out += c;
  }
  return out;
}

}  // namespace

bool CMap::in_codespace(Code code) const {
  for (const CodeSpace& space : spaces_) {
    if (space.bytes != code.bytes) continue;
    bool inside = true;  // "each byte within its range": 9.7.6.2
    for (std::uint32_t shift = 0; shift < 8 * code.bytes; shift += 8) {
      const std::uint32_t byte = code.value >> shift & 0xFF;
      inside = inside && byte >= (space.low >> shift & 0xFF) && byte <= (space.high >> shift & 0xFF);
    }
    if (inside) return true;
  }
  return parent_ != nullptr && parent_->in_codespace(code);
}

CMap::Code CMap::next_code(std::string_view rest) const {
  Code code{0, 0};
  for (const char c : rest.substr(0, 4)) {
    code.value = code.value << 8 | static_cast<unsigned char>(c);
    ++code.bytes;
    if (in_codespace(code)) return code;
  }
  std::uint32_t shortest = 4;
  for (const CMap* map = this; map != nullptr; map = map->parent_) {
    for (const CodeSpace& space : map->spaces_) shortest = std::min(shortest, space.bytes);
  }
  if (!has_codespace()) shortest = 2;
  const auto size = static_cast<std::uint32_t>(std::min<std::size_t>(shortest, rest.size()));
  return {big_endian(rest.substr(0, size)), size};
}

std::optional<std::uint32_t> CMap::cid(Code code) const {
  const auto after = std::upper_bound(cids_.begin(), cids_.end(), code, [](Code c, const CidRange& range) {
    return c.bytes != range.bytes ? c.bytes < range.bytes : c.value < range.low;
  });
  if (after != cids_.begin()) {
    const CidRange& range = *(after - 1);
    if (range.bytes == code.bytes && code.value <= range.high) return range.cid + (code.value - range.low);
  }
  return parent_ != nullptr ? parent_->cid(code) : std::nullopt;
}

std::u32string CMap::text(std::uint32_t code) const {
  const auto after = std::upper_bound(texts_.begin(), texts_.end(), code,
                                      [](std::uint32_t c, const TextRange& range) { return c < range.low; });
  if (after != texts_.begin() && code <= (after - 1)->high) {
    std::u32string out = (after - 1)->text;
    if (!out.empty()) out.back() += code - (after - 1)->low;
    if (!out.empty() && out.back() > 0x10FFFF) out.back() = 0xFFFD;
    return out;
  }
  return parent_ != nullptr ? parent_->text(code) : std::u32string{};
}

CMap identity_cmap(bool vertical) {
  CMap map;
  map.vertical_ = vertical;
  map.spaces_.push_back({2, 0, 0xFFFF});
  map.cids_.push_back({0, 0xFFFF, 2, 0});
  return map;
}

// Operands are kept as the last few tokens, as a PostScript stack would.
class CMapParser {
 public:
  CMapParser(std::string_view bytes, const FindCMap& find_cmap) : lexer_(bytes), find_cmap_(find_cmap) {}

  CMap run() {
    for (Token token = lexer_.next(); token.kind != TokenKind::kEnd; token = lexer_.next()) {
      if (token.kind == TokenKind::kOperator) {
        apply(lexer_.raw(token));
      } else {
        before_ = last_;
        last_ = token;
      }
    }
    finish();
    return std::move(map_);
  }

 private:
  void apply(std::string_view name) {
    if (name == "begincodespacerange") return codespaces();
    if (name == "begincidrange") return cid_ranges("endcidrange", true);
    if (name == "begincidchar") return cid_ranges("endcidchar", false);
    if (name == "beginbfrange") return text_ranges("endbfrange", true);
    if (name == "beginbfchar") return text_ranges("endbfchar", false);
    if (name == "usecmap" && last_.kind == TokenKind::kName) {
      map_.parent_ = find_cmap_(decode_name(lexer_.raw(last_)));
      if (map_.parent_ != nullptr) map_.vertical_ |= map_.parent_->vertical();
    }
    if (name == "def" && before_.kind == TokenKind::kName && lexer_.raw(before_) == "/WMode") {
      map_.vertical_ = last_.number == 1;
    }
  }

  // Fills `fields` up to `end`; false: the section is over.
  bool next_row(std::string_view end, Token* fields, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      fields[i] = lexer_.next();
      if (fields[i].kind == TokenKind::kEnd) return false;
      if (fields[i].kind == TokenKind::kOperator && lexer_.raw(fields[i]) == end) return false;
    }
    return true;
  }
  std::string string(const Token& token) const {
    return token.is_string() ? decode_string(lexer_.raw(token)) : std::string();
  }

  void codespaces() {
    for (Token row[2]; next_row("endcodespacerange", row, 2) && map_.spaces_.size() < 256;) {
      const std::string low = string(row[0]), high = string(row[1]);
      if (low.empty() || low.size() > 4 || low.size() != high.size()) continue;
      map_.spaces_.push_back({static_cast<std::uint32_t>(low.size()), big_endian(low), big_endian(high)});
    }
  }

  void cid_ranges(std::string_view end, bool is_range) {
    for (Token row[3]; next_row(end, row, is_range ? 3 : 2) && map_.cids_.size() < kMaxRanges;) {
      const std::string low = string(row[0]), high = is_range ? string(row[1]) : low;
      const Token& cid = row[is_range ? 2 : 1];
      if (low.empty() || low.size() > 4 || low.size() != high.size() || cid.kind != TokenKind::kNumber)
        continue;
      if (big_endian(high) < big_endian(low) || cid.number < 0 || cid.number > 0xFFFFFF) continue;
      map_.cids_.push_back({big_endian(low), big_endian(high), static_cast<std::uint32_t>(low.size()),
                            static_cast<std::uint32_t>(cid.number)});
    }
  }

  void text_ranges(std::string_view end, bool is_range) {
    for (Token row[3]; next_row(end, row, is_range ? 3 : 2) && map_.texts_.size() < kMaxRanges;) {
      const std::string low = string(row[0]), high = is_range ? string(row[1]) : low;
      if (low.empty() || high.empty()) continue;
      const Token& target = row[is_range ? 2 : 1];
      if (target.kind == TokenKind::kArrayBegin) {
        text_array(big_endian(low));
      } else if (target.is_string()) {
        add_text(big_endian(low), big_endian(high), from_utf16(string(target)));
      }
    }
  }
  void text_array(std::uint32_t code) {
    for (Token token = lexer_.next(); token.is_string() && map_.texts_.size() < kMaxRanges;
         token = lexer_.next()) {
      add_text(code, code, from_utf16(string(token)));
      ++code;
    }
  }
  void add_text(std::uint32_t low, std::uint32_t high, std::u32string text) {
    if (high >= low) map_.texts_.push_back({low, high, std::move(text)});
  }

  // Of two ranges with the same start the later wins; a range is cut where the next begins.
  void finish() {
    const auto by_text = [](const CMap::TextRange& a, const CMap::TextRange& b) { return a.low < b.low; };
    std::stable_sort(map_.texts_.begin(), map_.texts_.end(), by_text);
    const auto by_code = [](const CMap::CidRange& a, const CMap::CidRange& b) {
      return a.bytes != b.bytes ? a.bytes < b.bytes : a.low < b.low;
    };
    std::stable_sort(map_.cids_.begin(), map_.cids_.end(), by_code);
  }

  ContentLexer lexer_;
  const FindCMap& find_cmap_;
  CMap map_;
  Token last_, before_;
};

CMap parse_cmap(std::string_view bytes, const FindCMap& find_cmap) {
  return CMapParser(bytes, find_cmap).run();
}

CMapLibrary::CMapLibrary(std::string directory) : directory_(std::move(directory)) {}

const CMap* CMapLibrary::find(const std::string& name) {
  if (const auto found = cmaps_.find(name); found != cmaps_.end()) return found->second.get();
  if (name == "Identity-H" || name == "Identity-V") {
    return (cmaps_[name] = std::make_unique<CMap>(identity_cmap(name.back() == 'V'))).get();
  }
  return load(name);
}

const CMap* CMapLibrary::load(const std::string& name) {
  // A name from a foreign file becomes a path: letters, digits and dashes only.
  const bool plain =
      !name.empty() && name.size() < 64 && std::all_of(name.begin(), name.end(), [](unsigned char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-';
      });
  std::unique_ptr<CMap>& slot = cmaps_[name];  // stays null against a usecmap cycle
  if (!plain || depth_ > 8) return nullptr;
  for (const char* collection :
       {"Adobe-Japan1", "Adobe-GB1", "Adobe-CNS1", "Adobe-Korea1", "Adobe-KR", "Adobe-Japan2"}) {
    const std::filesystem::path path = std::filesystem::path(directory_) / "cMap" / collection / name;
    std::error_code none;
    if (!std::filesystem::is_regular_file(path, none)) continue;
    const base::Bytes bytes = base::read_file(path, kMaxFileBytes);
    ++depth_;
    slot = std::make_unique<CMap>(
        parse_cmap(base::as_text(bytes), [this](const std::string& used) { return find(used); }));
    --depth_;
    return slot.get();
  }
  return nullptr;
}

char32_t CMapLibrary::unicode(const std::string& collection, std::uint32_t cid) {
  const auto [found, is_new] = collections_.try_emplace(collection);
  std::vector<char32_t>& table = found->second;
  if (is_new && collection.starts_with("Adobe-") && collection.find('/') == std::string::npos) {
    const auto path = std::filesystem::path(directory_) / "cidToUnicode" / collection;
    std::error_code none;
    if (std::filesystem::is_regular_file(path, none)) {
      const base::Bytes bytes = base::read_file(path, kMaxFileBytes);
      std::string_view text = base::as_text(bytes);
      while (!text.empty()) {  // one hexadecimal code point a line, the line number being the CID
        std::uint32_t value = 0;
        std::from_chars(text.data(), text.data() + text.size(), value, 16);
        table.push_back(value);
        text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
      }
    }
  }
  return cid < table.size() ? table[cid] : 0;
}

}  // namespace barium::page
