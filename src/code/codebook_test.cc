#include "code/codebook.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <sstream>

#include "base/hash.h"
#include "base/rng.h"
#include "code/rows.h"

namespace barium::code {
namespace {

base::Key key_of(std::uint8_t first) {
  base::Key key;
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::uint8_t>(first + i);
  return key;
}

// FIPS 197, appendix C.1.
TEST(Aes, GivesThePublishedCiphertext) {
  AesKey key;
  std::vector<std::uint8_t> block(16);
  for (std::size_t i = 0; i < 16; ++i) {
    key[i] = static_cast<std::uint8_t>(i);
    block[i] = static_cast<std::uint8_t>(0x11 * i);
  }
  encrypt_blocks(key, block);
  EXPECT_EQ(base::hex(block), "69c4e0d86a7b0430d8cdb78070b4c55a");
}

// The definition of docs/formats/codebook.md, one symbol at a time.
std::int8_t symbol_by_definition(const Codebook& book, CopyNumber copy, std::size_t carrier) {
  bool bit[3];
  for (std::uint32_t plane = 0; plane < 3; ++plane) {
    base::ByteWriter counter;
    counter.put(std::uint64_t{copy});
    counter.put(static_cast<std::uint32_t>(carrier / 128));
    counter.put(plane);
    base::Bytes block = counter.take();
    encrypt_blocks(book.symbol_key(), block);
    bit[plane] = (block[carrier % 128 / 8] >> (carrier % 8) & 1) != 0;
  }
  const bool all = bit[0] && bit[1] && bit[2];
  const BiasClass c = book.classes()[carrier];
  const bool plus = c == BiasClass::kLow ? all : c == BiasClass::kHigh ? !all : bit[0];
  return plus ? 1 : -1;
}

TEST(Codebook, FollowsItsDefinitionSymbolBySymbol) {
  const Codebook book(key_of(7), 700);
  for (const CopyNumber copy : {CopyNumber{0}, CopyNumber{1}, CopyNumber{999'999}, CopyNumber{1} << 40}) {
    const auto word = book.codeword(copy);
    ASSERT_EQ(word.size(), 700u);
    for (std::size_t i = 0; i < 700; i += 13) EXPECT_EQ(word[i], symbol_by_definition(book, copy, i)) << i;
  }
}

TEST(Codebook, GrowsWithoutChangingWhatWasThere) {
  const Codebook small(key_of(1), 100);
  const Codebook large(key_of(1), 1000);
  const auto a = small.codeword(5);
  const auto b = large.codeword(5);
  EXPECT_TRUE(std::equal(a.begin(), a.end(), b.begin()));
}

TEST(Codebook, DependsOnEveryBitOfTheKey) {
  const Codebook book(key_of(1), 400);
  base::Key other = key_of(1);
  other[31] ^= 0x80;
  const Codebook changed(other, 400);
  EXPECT_NE(book.codeword(0), changed.codeword(0));
  EXPECT_FALSE(std::equal(book.biases().begin(), book.biases().end(), changed.biases().begin()));
}

TEST(Codebook, MayBeEmpty) {
  const Codebook book(key_of(1), 0);
  EXPECT_EQ(book.carriers(), 0u);
  EXPECT_TRUE(book.codeword(3).empty());
}

TEST(Codebook, BiasesComeInExactThirds) {
  const Codebook book(key_of(3), 90'000);
  std::map<double, int> count;
  for (const double p : book.biases()) ++count[p];
  ASSERT_EQ(count.size(), 3u);
  for (const double p : kBiasOf) EXPECT_NEAR(count[p], 30'000, 5 * 141) << p;  // 5 sigma of a binomial
}

TEST(Codebook, SymbolsHaveTheirBiases) {
  const Codebook book(key_of(9), 300);
  const int copies = 3000;
  std::vector<int> plus(300);
  for (CopyNumber copy = 0; copy < copies; ++copy) {
    const auto word = book.codeword(copy);
    for (std::size_t i = 0; i < 300; ++i) plus[i] += word[i] > 0;
  }
  double chi2 = 0;
  for (std::size_t i = 0; i < 300; ++i) {
    const double p = book.biases()[i];
    chi2 += std::pow(plus[i] - copies * p, 2) / (copies * p * (1 - p));
  }
  EXPECT_NEAR(chi2, 300, 5 * std::sqrt(600.0));
}

TEST(Codebook, SymbolsOfNeighbouringCarriersAndCopiesAreIndependent) {
  const Codebook book(key_of(11), 2000);
  double by_carrier = 0;
  double by_copy = 0;
  auto previous = book.codeword(0);
  const auto residual = [&](const std::vector<std::int8_t>& word, std::size_t i) {
    const double p = book.biases()[i];
    return ((word[i] > 0) - p) / std::sqrt(p * (1 - p));
  };
  const int copies = 200;
  for (CopyNumber copy = 1; copy <= copies; ++copy) {
    const auto word = book.codeword(copy);
    for (std::size_t i = 1; i < 2000; ++i) {
      by_carrier += residual(word, i) * residual(word, i - 1);
      by_copy += residual(word, i) * residual(previous, i);
    }
    previous = word;
  }
  const double sigma = std::sqrt(copies * 1999.0);
  EXPECT_LT(std::abs(by_carrier), 5 * sigma);
  EXPECT_LT(std::abs(by_copy), 5 * sigma);
}

TEST(Rows, EveryPathGivesTheSameBits) {
  const Codebook book(key_of(21), 1300);
  const std::vector<std::uint32_t> blocks = {3, 0, 10, 7, 8};
  base::Rng rng(1, "rows test");
  std::vector<std::uint64_t> invert(10);
  for (auto& word : invert) word = rng.bits();
  const CopyNumber first = (CopyNumber{1} << 33) - 20;
  const RowGenerator slow(book, blocks, invert, RowPath::kOpenSsl);
  std::vector<std::uint64_t> expected(50 * slow.words());
  slow.generate(first, expected);
  for (const RowPath path : {RowPath::kAesNi, RowPath::kVaes512}) {
    if (!has_row_path(path)) continue;
    const RowGenerator fast(book, blocks, invert, path);
    std::vector<std::uint64_t> rows(expected.size());
    fast.generate(first, rows);
    EXPECT_EQ(rows, expected) << static_cast<int>(path);
  }
}

TEST(Rows, AreTheCodewordOfTheirBlocks) {
  const Codebook book(key_of(2), 1000);
  const std::vector<std::uint32_t> blocks = {6, 2};
  const RowGenerator generator(book, blocks);
  std::vector<std::uint64_t> row(generator.words());
  generator.generate(77, row);
  const auto word = book.codeword(77);
  for (std::size_t k = 0; k < blocks.size(); ++k)
    for (std::size_t i = 0; i < 128; ++i)
      EXPECT_EQ((row[2 * k + i / 64] >> (i % 64) & 1) != 0, word[blocks[k] * 128 + i] > 0);
}

TEST(Codebook, CommonestCodewordIsTheProductOfItsLargerSides) {
  const Codebook book(key_of(2), 50);
  double product = 1;
  for (const double p : book.biases()) product *= std::max(p, 1 - p);
  EXPECT_NEAR(book.log_commonest(), std::log(product), 1e-12);
}

// tests/vectors/codebook.vec was written by tests/vectors/codebook.py (hashlib and the openssl program), so
// it is another implementation of docs/formats/codebook.md.
TEST(Codebook, ReproducesTheVectors) {
  std::ifstream file("tests/vectors/codebook.vec");
  ASSERT_TRUE(file) << "run from the source root";
  std::string line;
  int vectors = 0;
  while (std::getline(file, line)) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream fields(line);
    int first = 0;
    std::size_t carriers = 0;
    CopyNumber copy = 0;
    std::string classes;
    std::string symbols;
    fields >> first >> carriers >> copy >> classes >> symbols;
    const Codebook book(key_of(static_cast<std::uint8_t>(first)), carriers);
    std::string got_classes;
    std::string got_symbols;
    for (const BiasClass c : book.classes()) got_classes += static_cast<char>('0' + static_cast<int>(c));
    for (const std::int8_t s : book.codeword(copy)) got_symbols += s > 0 ? '+' : '-';
    EXPECT_EQ(got_classes, classes);
    EXPECT_EQ(got_symbols, symbols);
    ++vectors;
  }
  EXPECT_GE(vectors, 4);
}

}  // namespace
}  // namespace barium::code
