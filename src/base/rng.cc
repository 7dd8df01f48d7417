#include "base/rng.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <numbers>

#include "base/hash.h"

namespace barium::base {

Rng::Rng(std::uint64_t seed, std::string_view purpose, std::uint64_t index) {
  ByteWriter writer;
  writer.put(seed);
  writer.put(index);
  writer.put_text(purpose);
  const Digest digest = sha256(writer.take());
  std::memcpy(state_.data(), digest.data(), sizeof(state_));
}

std::uint64_t Rng::bits() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t t = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

double Rng::uniform() { return static_cast<double>(bits() >> 11) * 0x1.0p-53; }

double Rng::uniform(double low, double high) { return low + (high - low) * uniform(); }

std::uint64_t Rng::below(std::uint64_t bound) {
  const std::uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
  std::uint64_t value = bits();
  while (value >= limit) value = bits();
  return value % bound;
}

double Rng::normal() {  // Box and Muller 1958, the cosine branch
  const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
  return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

}  // namespace barium::base
