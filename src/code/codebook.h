#pragma once

// The collusion-secure code: G. Tardos, "Optimal probabilistic fingerprint codes", J. ACM 55(2), 2008, with
// a three-point bias law after K. Nuida et al., "An improvement of discrete Tardos fingerprinting codes",
// Designs, Codes and Cryptography 52, 2009. One secret bias p_i per carrier; the symbol of a copy at carrier
// i is +1 with probability p_i, from a keyed pseudorandom function of (copy, carrier). Nothing is stored but
// the key: a codebook is its key and size. docs/formats/codebook.md fixes every bit of it: copies live for
// decades, so the same key must give the same codewords for ever. docs/methods/code.md argues the bias law.

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/entropy.h"

namespace barium::code {

// Copies are numbered from 0 within a document. The number is not the copy's public id.
using CopyNumber = std::uint64_t;

// The three biases, each with probability 1/3; near the Gauss-Legendre points 0.1127, 0.5, 0.8873 of Nuida et
// al. and made of whole bits. Measured against them in bench/suites/collusion. The values are a format: never
// renumber.
enum class BiasClass : std::uint8_t { kLow = 0, kHalf = 1, kHigh = 2 };
constexpr std::array<double, 3> kBiasOf = {1.0 / 8, 1.0 / 2, 7.0 / 8};

using AesKey = std::array<std::uint8_t, 16>;

class Codebook {
 public:
  // The generator described in docs/formats/codebook.md, to be kept beside the key.
  static constexpr std::uint32_t kVersion = 1;
  // One codeword's limit: a thousand dense pages and more.
  static constexpr std::size_t kMaxCarriers = std::size_t{1} << 22;

  // key: secret, one per document, never used for another. carriers: length of a codeword.
  Codebook(const base::Key& key, std::size_t carriers);

  std::size_t carriers() const { return biases_.size(); }
  // P(symbol = +1) of each carrier.
  std::span<const double> biases() const { return biases_; }
  std::span<const BiasClass> classes() const { return classes_; }
  // +1 or -1 for each carrier.
  std::vector<std::int8_t> codeword(CopyNumber copy) const;
  // ln of the largest probability that any one codeword has: two copies agree everywhere with less.
  double log_commonest() const;
  // For RowGenerator, which makes the symbols of many copies.
  const AesKey& symbol_key() const { return symbol_key_; }

 private:
  AesKey symbol_key_;
  std::vector<BiasClass> classes_;
  std::vector<double> biases_;
};

}  // namespace barium::code
