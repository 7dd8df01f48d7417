#pragma once

// The generator for simulations, sampling and RANSAC: never for keys. xoshiro256** (Blackman and Vigna,
// "Scrambled linear pseudorandom number generators", ACM TOMS 2021), seeded by SHA-256 of (seed, purpose,
// index), so that the same three give the same numbers on any machine. There is no global generator: an Rng
// is an argument.

#include <array>
#include <cstdint>
#include <string_view>

namespace barium::base {

class Rng {
 public:
  Rng(std::uint64_t seed, std::string_view purpose, std::uint64_t index = 0);

  std::uint64_t bits();                      // 64 uniform bits
  double uniform();                          // in [0, 1)
  double uniform(double low, double high);   // in [low, high)
  std::uint64_t below(std::uint64_t bound);  // in [0, bound), unbiased; bound > 0
  double normal();                           // mean 0, variance 1

 private:
  std::array<std::uint64_t, 4> state_;
};

}  // namespace barium::base
