#include "vault/public_id.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace barium::vault {
namespace {

class ScriptedEntropy final : public base::Entropy {
 public:
  void fill(std::span<std::uint8_t> bytes) override {
    std::generate(bytes.begin(), bytes.end(), [this] { return next_++; });
  }

 private:
  std::uint8_t next_ = 1;
};

TEST(PublicId, SpellsItsFortyBitsFromTheHighestDown) {
  EXPECT_EQ(public_id('c', 0), "c-00000000");
  EXPECT_EQ(public_id('d', 31), "d-0000000z");
  EXPECT_EQ(public_id('c', (1ull << 40) - 1), "c-zzzzzzzz");
}

TEST(PublicId, IsReadBackInEitherCase) {
  for (const std::uint64_t number : {0ull, 1ull, 0x12345678aull, (1ull << 40) - 1})
    EXPECT_EQ(public_number('c', public_id('c', number)), number);
  EXPECT_EQ(public_number('d', "D-0000000Z"), 31u);
}

TEST(PublicId, OtherTextsAreNoIds) {
  for (const char* text :
       {"", "c", "c-", "c-0000000", "c-000000000", "d-00000000", "c-0000000u", "c_00000000"})
    EXPECT_EQ(public_number('c', text), std::nullopt) << text;
}

TEST(PublicId, TakesItsBitsFromEntropy) {
  ScriptedEntropy entropy;
  EXPECT_EQ(new_public_number(entropy), 0x0102030405u);
}

}  // namespace
}  // namespace barium::vault
