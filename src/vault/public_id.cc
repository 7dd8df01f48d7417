#include "vault/public_id.h"

#include <array>
#include <cctype>

#include "base/error.h"

namespace barium::vault {

namespace {

constexpr std::string_view kLetters = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr int kBitsPerLetter = 5;
constexpr std::size_t kLength = kPublicIdBits / kBitsPerLetter;

}  // namespace

std::uint64_t new_public_number(base::Entropy& entropy) {
  std::array<std::uint8_t, kPublicIdBits / 8> bytes{};
  entropy.fill(bytes);
  std::uint64_t number = 0;
  for (const std::uint8_t byte : bytes) number = number << 8 | byte;
  return number;
}

std::string public_id(char kind, std::uint64_t number) {
  base::require(number >> kPublicIdBits == 0, "a public number has forty bits");
  std::string id(kLength, '0');
  for (std::size_t i = kLength; i-- > 0; number >>= kBitsPerLetter) id[i] = kLetters[number & 31];
  return std::string{kind, '-'} + id;
}

std::optional<std::uint64_t> public_number(char kind, std::string_view id) {
  if (id.size() != kLength + 2 || std::tolower(static_cast<unsigned char>(id[0])) != kind || id[1] != '-')
    return std::nullopt;
  std::uint64_t number = 0;
  for (const char raw : id.substr(2)) {
    const auto letter = kLetters.find(static_cast<char>(std::tolower(static_cast<unsigned char>(raw))));
    if (letter == std::string_view::npos) return std::nullopt;
    number = number << kBitsPerLetter | letter;
  }
  return number;
}

}  // namespace barium::vault
