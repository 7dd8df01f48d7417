#include "base/bytes.h"

#include <gmock/gmock.h>

namespace barium::base {
namespace {

TEST(Bytes, ReaderGivesBackWhatTheWriterPut) {
  ByteWriter writer;
  writer.put<std::uint16_t>(0x1234);
  writer.put(-2.5);
  writer.put_text("grain");
  const Bytes bytes = writer.take();
  EXPECT_EQ(bytes[0], 0x34);  // little-endian
  ByteReader reader(bytes, "sample");
  EXPECT_EQ(reader.get<std::uint16_t>(), 0x1234);
  EXPECT_EQ(reader.get<double>(), -2.5);
  EXPECT_EQ(reader.get_text(), "grain");
  reader.expect_end();
}

TEST(Bytes, ReadingPastTheEndNamesTheThingAndTheOffset) {
  const Bytes bytes{1, 2, 3};
  ByteReader reader(bytes, "the page record");
  reader.get<std::uint8_t>();
  try {
    reader.get<std::uint32_t>();
    FAIL() << "read past the end";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kMalformed);
    EXPECT_THAT(error.what(), testing::HasSubstr("the page record is cut short (at byte 1)"));
  }
}

TEST(Bytes, ACountThatCannotFitIsRefusedBeforeMemoryIsTaken) {
  ByteWriter writer;
  writer.put<std::uint32_t>(4'000'000'000u);
  const Bytes bytes = writer.take();
  ByteReader reader(bytes, "list");
  EXPECT_THROW(reader.get_count(8), Error);
}

}  // namespace
}  // namespace barium::base
