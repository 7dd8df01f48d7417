#pragma once

// A copy before encryption.

#include <span>

#include "base/bytes.h"
#include "page/copy_layout.h"

namespace barium::page {

// signs: layout.carriers of them.
base::Bytes write_plain_copy(const CopyLayout& layout, std::span<const std::int8_t> signs);

}  // namespace barium::page
