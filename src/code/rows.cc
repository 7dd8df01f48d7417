#include "code/rows.h"

#include "base/error.h"

namespace barium::code {

namespace {

constexpr std::size_t kGroupBlocks = 4;  // 512 bits

struct BlockMasks {
  std::uint64_t half = 0;
  std::uint64_t high = 0;
};

// Of 64 carriers from `first` on. Past the codeword: any bias will do.
BlockMasks masks_of(std::span<const BiasClass> classes, std::size_t first) {
  BlockMasks masks;
  for (std::size_t i = 0; i < 64 && first + i < classes.size(); ++i) {
    const std::uint64_t bit = std::uint64_t{1} << i;
    if (classes[first + i] == BiasClass::kHalf) masks.half |= bit;
    if (classes[first + i] == BiasClass::kHigh) masks.high |= bit;
  }
  return masks;
}

}  // namespace

RowPath best_row_path() {
  static const RowPath best = has_row_path(RowPath::kVaes512) ? RowPath::kVaes512
                              : has_row_path(RowPath::kAesNi) ? RowPath::kAesNi
                                                              : RowPath::kOpenSsl;
  return best;
}

RowGenerator::RowGenerator(const Codebook& codebook, std::span<const std::uint32_t> blocks,
                           std::span<const std::uint64_t> invert, RowPath path)
    : path_(path) {
  base::require(has_row_path(path), "this processor has the instructions");
  base::require(invert.empty() || invert.size() == 2 * blocks.size(), "two words of invert a block");
  plan_.key = codebook.symbol_key();
  const std::size_t padded = (blocks.size() + kGroupBlocks - 1) / kGroupBlocks * kGroupBlocks;
  for (std::size_t k = 0; k < padded; ++k) {
    const std::uint32_t block = blocks[std::min(k, blocks.size() - 1)];
    base::require(block * kBlockCarriers < codebook.carriers(), "a block of the codeword");
    plan_.counters.insert(plan_.counters.end(), {0, block});
    for (std::size_t word = 0; word < 2; ++word) {
      const BlockMasks masks = masks_of(codebook.classes(), block * kBlockCarriers + 64 * word);
      const bool flips = k < blocks.size() && !invert.empty();
      plan_.half.push_back(masks.half);
      plan_.invert.push_back(masks.high ^ (flips ? invert[2 * k + word] : 0));
    }
  }
}

void RowGenerator::generate(CopyNumber first, std::span<std::uint64_t> rows) const {
  if (words() == 0) return;
  base::require(rows.size() % words() == 0, "a whole number of rows");
  const std::size_t count = rows.size() / words();
  switch (path_) {
    case RowPath::kOpenSsl:
      return generate_openssl(plan_, first, count, rows.data());
    case RowPath::kAesNi:
      return generate_aesni(plan_, first, count, rows.data());
    case RowPath::kVaes512:
      return generate_vaes512(plan_, first, count, rows.data());
  }
}

}  // namespace barium::code
