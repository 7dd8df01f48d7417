#pragma once

// Bytes of unknown encoding to UTF-8.

#include <string>

#include "base/bytes.h"

namespace barium::app {

enum class TextEncoding { kUtf8, kUtf16, kWindows1252 };

struct DecodedText {
  std::string text;  // UTF-8, without byte order mark
  TextEncoding encoding = TextEncoding::kUtf8;
};

// By byte order mark; without one UTF-8 where valid, else Windows-1252. Throws base::Error(kMalformed) for
// bytes that are no text (NUL, a broken UTF-16 pair).
DecodedText decode_text(base::ByteView bytes);

}  // namespace barium::app
