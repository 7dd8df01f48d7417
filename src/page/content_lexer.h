#pragma once

// Cuts a content stream or CMap into tokens without copying (ISO 32000-1:2008, 7.2 and 7.8.2). Knows nothing
// of fonts or operators' meaning. Never fails: malformed bytes become kJunk tokens, and the end is kEnd for
// ever.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace barium::page {

enum class TokenKind : std::uint8_t {
  kEnd,
  kNumber,
  kString,     // (...)
  kHexString,  // <...>
  kName,       // /...
  kOperator,   // also true, false, null
  kArrayBegin,
  kArrayEnd,
  kDictBegin,
  kDictEnd,
  kJunk,  // an unpaired ) { } or >
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::uint32_t begin = 0, end = 0;  // the raw token, delimiters included
  double number = 0;                 // of kNumber

  bool is_string() const { return kind == TokenKind::kString || kind == TokenKind::kHexString; }
};

class ContentLexer {
 public:
  // bytes: at most 4 GiB - 1, kept by the caller.
  explicit ContentLexer(std::string_view bytes) : bytes_(bytes) {}

  Token next();

  // To be called after the operator ID: passes over the image's bytes up to and including EI.
  // known_bytes: the length of unfiltered data where the caller knows it, else 0.
  void skip_inline_image(std::uint64_t known_bytes);

  std::string_view raw(const Token& token) const {
    return bytes_.substr(token.begin, token.end - token.begin);
  }
  std::uint32_t at() const { return static_cast<std::uint32_t>(at_); }

 private:
  void skip_blank();
  Token scan_string();
  Token scan_hex();
  Token scan_regular();

  std::string_view bytes_;
  std::size_t at_ = 0;
};

// The bytes of a raw kString or kHexString token.
std::string decode_string(std::string_view raw);
// A raw kName token without its slash and with its #xx resolved.
std::string decode_name(std::string_view raw);

}  // namespace barium::page
