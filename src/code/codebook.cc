#include "code/codebook.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string_view>

#include "base/error.h"
#include "base/hash.h"
#include "code/rows.h"

namespace barium::code {

namespace {

// HMAC-SHA-256 under the document's key of a label, cut to 16 bytes: one independent key per purpose.
AesKey derive_key(const base::Key& key, std::string_view label) {
  const base::Digest digest = base::hmac_sha256(key, base::as_bytes(label));
  AesKey derived;
  std::copy_n(digest.begin(), derived.size(), derived.begin());
  return derived;
}

// The first byte below 255 = 3 * 85 modulo 3: exact thirds by rejection. All 16 bytes are 255 once in 2^128.
BiasClass class_from(std::span<const std::uint8_t> block) {
  const auto first = std::find_if(block.begin(), block.end(), [](std::uint8_t byte) { return byte != 255; });
  return first == block.end() ? BiasClass::kHalf : static_cast<BiasClass>(*first % 3);
}

std::vector<BiasClass> draw_classes(const AesKey& key, std::size_t carriers) {
  std::vector<std::uint8_t> stream(carriers * 16, 0);
  for (std::uint64_t i = 0; i < carriers; ++i) std::memcpy(&stream[i * 16], &i, sizeof(i));
  encrypt_blocks(key, stream);
  std::vector<BiasClass> classes(carriers);
  for (std::size_t i = 0; i < carriers; ++i)
    classes[i] = class_from(std::span<const std::uint8_t>(stream).subspan(i * 16, 16));
  return classes;
}

}  // namespace

Codebook::Codebook(const base::Key& key, std::size_t carriers)
    : symbol_key_(derive_key(key, "barium codebook 1 symbols")) {
  base::require(carriers <= kMaxCarriers, "a codeword is within its limit");
  classes_ = draw_classes(derive_key(key, "barium codebook 1 biases"), carriers);
  biases_.reserve(carriers);
  for (const BiasClass c : classes_) biases_.push_back(kBiasOf[static_cast<std::size_t>(c)]);
}

std::vector<std::int8_t> Codebook::codeword(CopyNumber copy) const {
  std::vector<std::uint32_t> blocks((carriers() + kBlockCarriers - 1) / kBlockCarriers);
  for (std::uint32_t b = 0; b < blocks.size(); ++b) blocks[b] = b;
  const RowGenerator generator(*this, blocks);
  std::vector<std::uint64_t> row(generator.words());
  generator.generate(copy, row);
  std::vector<std::int8_t> symbols(carriers());
  for (std::size_t i = 0; i < symbols.size(); ++i)
    symbols[i] = (row[i / 64] >> (i % 64) & 1) != 0 ? std::int8_t{1} : std::int8_t{-1};
  return symbols;
}

double Codebook::log_commonest() const {
  double sum = 0;
  for (const double p : biases_) sum += std::log(std::max(p, 1 - p));
  return sum;
}

}  // namespace barium::code
