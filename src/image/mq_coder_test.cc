#include "image/mq_coder.h"

#include <gtest/gtest.h>

#include "base/rng.h"

namespace barium::image {
namespace {

// ITU-T T.88, H.2: 256 bits in one context, and what they are coded as.
const base::Bytes kBits = {0x00, 0x02, 0x00, 0x51, 0x00, 0x00, 0x00, 0xC0, 0x03, 0x52, 0x87,
                           0x2A, 0xAA, 0xAA, 0xAA, 0xAA, 0x82, 0xC0, 0x20, 0x00, 0xFC, 0xD7,
                           0x9E, 0xF6, 0xBF, 0x7F, 0xED, 0x90, 0x4F, 0x46, 0xA3, 0xBF};
const base::Bytes kCoded = {0x84, 0xC7, 0x3B, 0xFC, 0xE1, 0xA1, 0x43, 0x04, 0x02, 0x20,
                            0x00, 0x00, 0x41, 0x0D, 0xBB, 0x86, 0xF4, 0x31, 0x7F, 0xFF,
                            0x88, 0xFF, 0x37, 0x47, 0x1A, 0xDB, 0x6A, 0xDF, 0xFF, 0xAC};

TEST(MqCoder, CodesTheStandardsTestSequence) {
  MqEncoder encoder;
  MqContext cx;
  for (const std::uint8_t byte : kBits)
    for (int i = 7; i >= 0; --i) encoder.encode(cx, byte >> i & 1);
  EXPECT_EQ(encoder.finish(), kCoded);
}

TEST(MqCoder, DecodesTheStandardsTestSequence) {
  MqDecoder decoder(kCoded);
  MqContext cx;
  for (const std::uint8_t byte : kBits)
    for (int i = 7; i >= 0; --i) EXPECT_EQ(decoder.decode(cx), byte >> i & 1);
}

// Both sides of each range of table A.1, both signs, and out of band.
TEST(IntegerCode, DecodesWhatWasEncoded) {
  std::vector<std::optional<std::int32_t>> values = {std::nullopt};
  for (const std::int32_t edge : {0, 4, 20, 84, 340, 4436, INT32_MAX})
    for (const std::int32_t value : {edge - 1, edge}) values.insert(values.end(), {value, -value});
  base::Rng rng(1, "mq_coder_test");
  for (int i = 0; i < 1000; ++i)
    values.push_back(static_cast<std::int32_t>(rng.below(1u << (1 + rng.below(14)))) - 100);
  IntegerCode encoding, decoding;
  MqEncoder encoder;
  for (const auto& value : values) encoding.encode(encoder, value);
  const base::Bytes coded = encoder.finish();
  MqDecoder decoder(coded);
  for (const auto& value : values) EXPECT_EQ(decoding.decode(decoder), value);
}

TEST(SymbolCode, DecodesWhatWasEncodedAndTakesNoBitsForOneSymbol) {
  for (const std::uint32_t count : {1u, 2u, 3u, 64u, 65u}) {
    SymbolCode encoding(count), decoding(count);
    MqEncoder encoder;
    for (std::uint32_t i = 0; i < 300; ++i) encoding.encode(encoder, i * 7 % count);
    const base::Bytes coded = encoder.finish();
    if (count == 1) {
      EXPECT_LE(coded.size(), 4u);
    }
    MqDecoder decoder(coded);
    for (std::uint32_t i = 0; i < 300; ++i) EXPECT_EQ(decoding.decode(decoder), i * 7 % count);
  }
}

// Past their end, data are as if markers followed.
TEST(MqCoder, OfNoDataNeverRunsOut) {
  MqDecoder decoder({});
  IntegerCode code;
  for (int i = 0; i < 1000; ++i) code.decode(decoder);
}

}  // namespace
}  // namespace barium::image
