#include <openssl/evp.h>

#include <memory>

#include "base/error.h"
#include "code/rows.h"

namespace barium::code {

namespace {

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

CipherContext make_ecb(const AesKey& key) {
  CipherContext context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  base::require(context != nullptr, "OpenSSL gives a cipher context");
  base::require(EVP_EncryptInit_ex(context.get(), EVP_aes_128_ecb(), nullptr, key.data(), nullptr) == 1,
                "OpenSSL knows AES-128");
  EVP_CIPHER_CTX_set_padding(context.get(), 0);
  return context;
}

void encrypt(EVP_CIPHER_CTX* context, std::uint8_t* bytes, std::size_t size) {
  constexpr std::size_t kChunk = std::size_t{1} << 24;  // EVP counts in int
  for (std::size_t at = 0; at < size; at += kChunk) {
    const int part = static_cast<int>(std::min(kChunk, size - at));
    int written = 0;
    base::require(EVP_EncryptUpdate(context, bytes + at, &written, bytes + at, part) == 1 && written == part,
                  "OpenSSL encrypts whole blocks");
  }
}

}  // namespace

void encrypt_blocks(const AesKey& key, std::span<std::uint8_t> blocks) {
  base::require(blocks.size() % 16 == 0, "whole AES blocks");
  encrypt(make_ecb(key).get(), blocks.data(), blocks.size());
}

void generate_openssl(const RowPlan& plan, CopyNumber first, std::size_t count, std::uint64_t* rows) {
  const CipherContext context = make_ecb(plan.key);
  const std::size_t words = plan.half.size();
  std::vector<std::uint64_t> planes(3 * words);
  for (std::size_t n = 0; n < count; ++n, rows += words) {
    for (std::size_t i = 0; i < 3 * words; i += 2) {
      planes[i] = first + n;
      planes[i + 1] = plan.counters[i % words + 1] | static_cast<std::uint64_t>(i / words) << 32;
    }
    encrypt(context.get(), reinterpret_cast<std::uint8_t*>(planes.data()), planes.size() * 8);
    for (std::size_t i = 0; i < words; ++i)
      rows[i] = (planes[i] & ((planes[words + i] & planes[2 * words + i]) | plan.half[i])) ^ plan.invert[i];
  }
}

}  // namespace barium::code
