#include "base/entropy.h"

#include <sodium.h>

#include "base/error.h"

namespace barium::base {

SystemEntropy::SystemEntropy() {
  if (sodium_init() < 0)
    throw Error(ErrorCode::kStorage, "the system's random number generator cannot be used");
}

void SystemEntropy::fill(std::span<std::uint8_t> bytes) { randombytes_buf(bytes.data(), bytes.size()); }

Key new_key(Entropy& entropy) {
  Key key;
  entropy.fill(key);
  return key;
}

}  // namespace barium::base
