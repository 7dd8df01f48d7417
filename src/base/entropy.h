#pragma once

// Where key material comes from. The product passes SystemEntropy; a test passes a scripted one and checks
// exact bytes.

#include <array>
#include <cstdint>
#include <span>

namespace barium::base {

class Entropy {
 public:
  virtual ~Entropy() = default;
  virtual void fill(std::span<std::uint8_t> bytes) = 0;
};

// The operating system's generator, by way of libsodium.
class SystemEntropy final : public Entropy {
 public:
  SystemEntropy();
  void fill(std::span<std::uint8_t> bytes) override;
};

using Key = std::array<std::uint8_t, 32>;
Key new_key(Entropy& entropy);

}  // namespace barium::base
