#pragma once

// The symbols of many copies, at the speed of AES: 128 carriers are made at once from three AES-128 blocks,
// one bit plane each, and only for the blocks of carriers that a reading touches. The same bits on every
// machine; vector instructions are chosen when the program runs.

#include <cstdint>
#include <span>
#include <vector>

#include "code/codebook.h"

namespace barium::code {

constexpr std::size_t kBlockCarriers = 128;

// Which instructions make the rows; all give the same bits.
enum class RowPath { kOpenSsl, kAesNi, kVaes512 };
// The fastest that this processor has.
RowPath best_row_path();
bool has_row_path(RowPath path);

// Everything a path needs, laid out for 512-bit loads: blocks in groups of four, padded with repeats.
struct RowPlan {
  AesKey key;
  std::vector<std::uint64_t> counters;  // per block: 0, block number
  std::vector<std::uint64_t> half;      // per block 128 bits: 1 where the bias is 1/2
  std::vector<std::uint64_t> invert;  // per block 128 bits: 1 where the bias is 7/8, xor what the caller asks
};

class RowGenerator {
 public:
  // blocks: carriers [128 b, 128 b + 128) for each b, in any order. invert: empty, or two words a block: bits
  // to flip in every row (so that a row can say "agrees with the reading").
  RowGenerator(const Codebook& codebook, std::span<const std::uint32_t> blocks,
               std::span<const std::uint64_t> invert = {}, RowPath path = best_row_path());

  // 64-bit words of a row: a multiple of 8. Carrier 128 blocks[k] + i is bit i % 64 of word 2 k + i / 64, set
  // for +1. Bits past the last block, or past the codeword, mean nothing.
  std::size_t words() const { return plan_.half.size(); }

  // Rows of copies first, first + 1, ...; rows holds a whole number of them.
  void generate(CopyNumber first, std::span<std::uint64_t> rows) const;

 private:
  RowPlan plan_;
  RowPath path_;
};

// One function per path: count rows into rows[0 .. count * plan.half.size()).
void generate_openssl(const RowPlan& plan, CopyNumber first, std::size_t count, std::uint64_t* rows);
void generate_aesni(const RowPlan& plan, CopyNumber first, std::size_t count, std::uint64_t* rows);
void generate_vaes512(const RowPlan& plan, CopyNumber first, std::size_t count, std::uint64_t* rows);

// AES-128 in ECB mode by OpenSSL, in place: blocks of 16 bytes.
void encrypt_blocks(const AesKey& key, std::span<std::uint8_t> blocks);

}  // namespace barium::code
