#pragma once

// The collusion-secure code: G. Tardos, "Optimal probabilistic fingerprint codes", J. ACM 55(2), 2008, with
// the discrete bias laws of K. Nuida et al., "An improvement of discrete Tardos fingerprinting codes",
// Designs, Codes and Cryptography 52, 2009. One secret bias p_i per carrier; the symbol of a copy at carrier
// i is +1 with probability p_i, from a keyed pseudorandom function of (copy, carrier). Nothing is stored but
// the key: a codebook is its key and size.

#include <cstdint>
#include <span>
#include <vector>

#include "base/entropy.h"

namespace barium::code {

// Copies are numbered from 0 within a document. The number is not the copy's public id.
using CopyNumber = std::uint64_t;

class Codebook {
 public:
  // key: secret, one per document, never used for another. carriers: length of a codeword.
  Codebook(const base::Key& key, std::size_t carriers);

  std::size_t carriers() const { return biases_.size(); }
  // P(symbol = +1) of each carrier.
  std::span<const double> biases() const { return biases_; }
  // +1 or -1 for each carrier.
  std::vector<std::int8_t> codeword(CopyNumber copy) const;

 private:
  base::Key key_;
  std::vector<double> biases_;
};

}  // namespace barium::code
