#pragma once

// The numbered .sql files of migrations/, embedded by CMake: [0] makes schema 1, and so on.

#include <span>

namespace barium::vault::sqlite {

std::span<const char* const> migrations();

}  // namespace barium::vault::sqlite
