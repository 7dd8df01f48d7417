#include "base/utf8.h"

#include <gmock/gmock.h>

namespace barium::base {
namespace {

TEST(Utf8, ACharacterHasItsLength) {
  EXPECT_EQ(utf8_length("a\u00e9"), 1u);
  EXPECT_EQ(utf8_length("\u00e9a"), 2u);
  EXPECT_EQ(utf8_length("\u20ac"), 3u);
  EXPECT_EQ(utf8_length("\U0001f600"), 4u);
}

TEST(Utf8, WhatIsNoCharacterHasNone) {
  for (const std::string_view text : {"", "\x80", "\xc3", "\xe2\x82", "\xc0\xaf", "\xe0\x80\xaf",
                                      "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff"}) {
    EXPECT_EQ(utf8_length(text), 0u) << text;
  }
}

TEST(Utf8, ATextIsUtf8WhereAllOfItIs) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("J\u00fcrgen \u20ac"));
  EXPECT_FALSE(is_utf8("J\xfcrgen"));
  EXPECT_FALSE(is_utf8("J\xc3"));
}

}  // namespace
}  // namespace barium::base
