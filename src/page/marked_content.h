#pragma once

// What stands beside text in a content stream: marked-content sequences with their ActualText and optional
// content (ISO 32000-1:2008, 14.6, 14.9.4, 8.11.3), and the dictionary of an inline image (8.9.7).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "page/content.h"
#include "page/content_lexer.h"

namespace barium::page {

// UTF-16 with its mark, UTF-8 with its mark, else PDFDocEncoding taken as Latin-1 (7.9.2.2).
std::u32string from_text_string(std::string_view bytes);

class MarkedContent {
 public:
  struct Mark {
    bool hidden = false;
    std::optional<std::u32string> actual_text;
    std::size_t first_glyph = 0;
  };

  void begin(bool hidden, std::optional<std::u32string> actual_text, std::size_t first_glyph);
  // nullopt: there was nothing to end.
  std::optional<Mark> end();
  bool hidden() const { return hidden_ > 0; }
  std::size_t depth() const { return marks_.size() + beyond_; }

 private:
  static constexpr std::size_t kMaxDepth = 4096;
  std::vector<Mark> marks_;
  std::size_t beyond_ = 0;
  std::size_t hidden_ = 0;
};

// Gives the glyphs since the mark its ActualText, where that is a part of one word: the first glyph speaks
// for all.
void apply_actual_text(PageContent& content, const MarkedContent::Mark& mark);

class InlineImageKeys {
 public:
  void take(const Token& token, std::string_view raw);
  // The length of the image's data where it has no filter; 0: unknown.
  std::uint64_t known_bytes() const;
  bool mask() const { return mask_; }

 private:
  std::string key_;
  double width_ = 0, height_ = 0, bits_ = 8, components_ = 0;
  bool filtered_ = false, mask_ = false;
};

}  // namespace barium::page
