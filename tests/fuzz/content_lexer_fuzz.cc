// Any bytes are a content stream to the lexer: it must come to an end, and tokens must lie within the bytes.

#include <cstdlib>

#include "page/content_lexer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace barium::page;
  ContentLexer lexer({reinterpret_cast<const char*>(data), size});
  std::uint32_t before = 0;
  for (Token token = lexer.next(); token.kind != TokenKind::kEnd; token = lexer.next()) {
    if (token.begin < before || token.end <= token.begin || token.end > size) std::abort();
    before = token.end;
    if (token.is_string() && decode_string(lexer.raw(token)).size() > size) std::abort();
    if (token.kind == TokenKind::kName && decode_name(lexer.raw(token)).size() > size) std::abort();
    if (lexer.raw(token) == "ID") {
      lexer.skip_inline_image(size % 7);
      if (lexer.at() > size) std::abort();
      before = lexer.at();
    }
  }
  return 0;
}
