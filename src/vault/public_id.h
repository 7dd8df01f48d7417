#pragma once

// The ids that people see: "d-7k3m9q2x" for a document, "c-0v4w8y2e" for a copy. Forty random bits in the
// letters of D. Crockford's base 32 (no i, l, o, u), so that they survive being read out on a telephone. An
// id says nothing about what it names.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/entropy.h"

namespace barium::vault {

inline constexpr int kPublicIdBits = 40;

// The forty bits, as an integer; what the database holds.
std::uint64_t new_public_number(base::Entropy& entropy);
// kind: 'c' copy, 'd' document.
std::string public_id(char kind, std::uint64_t number);
// nullopt: not an id of that kind. Upper case is accepted.
std::optional<std::uint64_t> public_number(char kind, std::string_view id);

}  // namespace barium::vault
