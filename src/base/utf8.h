#pragma once

// UTF-8 in bytes that may be anything.

#include <cstddef>
#include <string>
#include <string_view>

namespace barium::base {

// Bytes of the character that the text begins with; 0 where it begins with none, or is empty.
std::size_t utf8_length(std::string_view text);

bool is_utf8(std::string_view text);

void append_utf8(std::string& out, char32_t c);

}  // namespace barium::base
