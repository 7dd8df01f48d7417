#include "page/content_lexer.h"

#include <gtest/gtest.h>

#include <vector>

namespace barium::page {
namespace {

std::vector<std::string> cut(std::string_view text) {
  ContentLexer lexer(text);
  std::vector<std::string> out;
  for (Token token = lexer.next(); token.kind != TokenKind::kEnd; token = lexer.next()) {
    out.emplace_back(lexer.raw(token));
  }
  return out;
}

double number(std::string_view text) { return ContentLexer(text).next().number; }

TEST(ContentLexer, CutsTokensAtBlanksAndDelimiters) {
  EXPECT_EQ(cut("q 1 0 0 1 72 720 cm/F1 12Tf[(a)-5<62>]TJ%x\nQ"),
            (std::vector<std::string>{"q", "1", "0", "0", "1", "72", "720", "cm", "/F1", "12", "Tf", "[",
                                      "(a)", "-5", "<62>", "]", "TJ", "Q"}));
}

TEST(ContentLexer, KeepsNestedAndEscapedParenthesesInOneString) {
  EXPECT_EQ(cut(R"((a(b)c\)d) Tj)"), (std::vector<std::string>{R"((a(b)c\)d))", "Tj"}));
}

TEST(ContentLexer, TellsADictionaryFromAHexString) {
  EXPECT_EQ(cut("/P<</MCID 0>>BDC<0041>Tj"),
            (std::vector<std::string>{"/P", "<<", "/MCID", "0", ">>", "BDC", "<0041>", "Tj"}));
}

TEST(ContentLexer, ReadsNumbersAsWritersWriteThem) {
  EXPECT_EQ(number("-.5"), -0.5);
  EXPECT_EQ(number("+12."), 12);
  EXPECT_EQ(number("--7"), -7);
  EXPECT_EQ(number("0.1"), 0.1);
  EXPECT_EQ(number("746.742"), 746.742);
  EXPECT_EQ(number("-12.3456789"), -12.3456789);
  EXPECT_EQ(number("123456789012345678901234"), 1.23456789012345678e23);
  EXPECT_LT(number("0.00000000000000000000001"), 1e-17);
}

TEST(ContentLexer, EndsForEver) {
  ContentLexer lexer("Q");
  lexer.next();
  EXPECT_EQ(lexer.next().kind, TokenKind::kEnd);
  EXPECT_EQ(lexer.next().kind, TokenKind::kEnd);
}

TEST(ContentLexer, CutStringsEndWithTheStream) {
  EXPECT_EQ(cut("(never closed \\"), (std::vector<std::string>{"(never closed \\"}));
  EXPECT_EQ(cut("<414"), (std::vector<std::string>{"<414"}));
}

TEST(ContentLexer, SkipsInlineImagesWhoseBytesLookLikeOperators) {
  const std::string image = std::string("BI /W 4 /H 1 /BPC 8 /CS /G ID ") + "\xFF EI" + "\nEI Q";
  ContentLexer lexer(image);
  while (lexer.raw(lexer.next()) != "ID") {
  }
  lexer.skip_inline_image(4);
  EXPECT_EQ(lexer.raw(lexer.next()), "Q");
}

TEST(ContentLexer, FindsTheEndOfAnImageOfUnknownLength) {
  ContentLexer lexer(std::string_view("ID \x01\x02 EI \x03\x04\x05 EI\nQ q", 21));
  lexer.next();
  lexer.skip_inline_image(0);
  EXPECT_EQ(lexer.raw(lexer.next()), "Q");
}

TEST(DecodeString, FollowsTheEscapesOfTable3) {
  EXPECT_EQ(decode_string(R"((\n\r\t\b\f\(\)\\\101\7x\q))"), std::string("\n\r\t\b\f()\\A\7xq"));
  EXPECT_EQ(decode_string("(a\\\nb\r\nc)"), "ab\nc");
  EXPECT_EQ(decode_string("<4 1 4>"), "A@");
}

TEST(DecodeName, ResolvesHexadecimal) {
  EXPECT_EQ(decode_name("/A#20B#2"), "A B#2");
  EXPECT_EQ(decode_name("/C#41"), "CA");
}

}  // namespace
}  // namespace barium::page
