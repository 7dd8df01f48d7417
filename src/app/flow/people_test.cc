#include "app/flow/people.h"

#include <gmock/gmock.h>

#include "app/flow/file_names.h"
#include "base/error.h"

namespace barium::app {
namespace {

using base::Error;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

People people_of(std::string_view csv) { return parse_people(base::as_bytes(csv), base::Key{}); }

std::string refusal(std::string_view csv) {
  try {
    people_of(csv);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), base::ErrorCode::kMalformed);
    return error.what();
  }
  ADD_FAILURE() << "accepted: " << csv;
  return {};
}

TEST(People, AListIsReadWithAllItsColumns) {
  const People people = people_of("Email, NAME \na@x,Ann Example\nb@x,Ben\n");
  EXPECT_THAT(people.columns, ElementsAre("Email", "NAME"));
  ASSERT_THAT(people.people, SizeIs(2));
  EXPECT_EQ(people.people[0].name, "Ann Example");
  EXPECT_THAT(people.people[1].fields, ElementsAre("b@x", "Ben"));
  EXPECT_EQ(people.people[1].line, 3u);
}

TEST(People, QuotesSeparatorsAndLineEndsOfEveryKind) {
  for (const std::string_view csv :
       {"name,x\r\n\"A, \"\"B\"\"\nC\",1\r\nD,2", "name;x\n\"A, \"\"B\"\"\nC\";1\nD;2\n\n",
        "name\tx\r\"A, \"\"B\"\"\nC\"\t1\rD\t2\r"}) {
    const People people = people_of(csv);
    ASSERT_THAT(people.people, SizeIs(2)) << csv;
    EXPECT_EQ(people.people[0].name, "A, \"B\"\nC");
    EXPECT_EQ(people.people[1].fields[1], "2");
  }
}

TEST(People, EveryEncodingGivesTheSamePerson) {
  using namespace std::string_view_literals;
  const People expected = people_of("name\nJ\u00fcrgen \u20ac\n");
  EXPECT_EQ(expected.people[0].name, "J\u00fcrgen \u20ac");
  for (const std::string_view csv : {"\xef\xbb\xbfname\nJ\u00fcrgen \u20ac\n"sv, "name\nJ\xfcrgen \x80\n"sv,
                                     "\xff\xfen\0a\0m\0e\0\n\0J\0\xfc\0r\0g\0e\0n\0 \0\xac\x20\n\0"sv,
                                     "\xfe\xff\0n\0a\0m\0e\0\n\0J\0\xfc\0r\0g\0e\0n\0 \x20\xac\0\n"sv})
    EXPECT_EQ(people_of(csv).people[0].fingerprint, expected.people[0].fingerprint) << csv;
  EXPECT_THAT(people_of("name\nJ\xfcrgen\n").notes, SizeIs(1));
}

TEST(People, TheSameNameWithOtherFieldsIsAnotherPerson) {
  const People people = people_of("name,unit\nAnn,1\nAnn,2\n");
  EXPECT_NE(people.people[0].fingerprint, people.people[1].fingerprint);
}

TEST(People, TheSameRowTwiceIsRefusedNamingBothLines) {
  EXPECT_THAT(refusal("name,unit\nAnn,1\nBen,1\nAnn,1\n"), HasSubstr("lines 2 and 4"));
}

TEST(People, AFingerprintDependsOnTheVaultAndTheWholeRow) {
  base::Key other{};
  other[0] = 1;
  const std::string_view csv = "name,x\nAnn,1\n";
  EXPECT_NE(people_of(csv).people[0].fingerprint,
            parse_people(base::as_bytes(csv), other).people[0].fingerprint);
  EXPECT_NE(people_of("name,x\nab,c\n").people[0].fingerprint,
            people_of("name,x\na,bc\n").people[0].fingerprint);
}

TEST(People, WhatIsNoListIsCalledSo) {
  EXPECT_THAT(refusal(""), HasSubstr("is empty"));
  EXPECT_THAT(refusal("name,email\n"), HasSubstr("names nobody"));
  EXPECT_THAT(refusal("Ann,a@x\nBen,b@x\n"), HasSubstr("no column called 'name'"));
  EXPECT_THAT(refusal("name,Name\na,b\n"), HasSubstr("two columns"));
  EXPECT_THAT(refusal("name,x\nAnn\n"), HasSubstr("line 2"));
  EXPECT_THAT(refusal("name,x\n ,1\n"), HasSubstr("has no name"));
  EXPECT_THAT(refusal("name\nAnn\n\"Ben\n"), HasSubstr("line 3"));
  EXPECT_THAT(refusal("name\n\"Ann\" B\n"), HasSubstr("after a closing quote"));
  EXPECT_THAT(refusal(std::string_view("name\nA\0\n", 8)), HasSubstr("is no text"));
}

TEST(People, TheSeparatorIsThatOfTheFirstLineThatIsNotBlank) {
  EXPECT_THAT(people_of("\n \nname;unit\nAnn;1\n").columns, ElementsAre("name", "unit"));
}

TEST(People, AHundredThousandRows) {
  std::string csv = "name,number\n";
  for (int i = 0; i < 100'000; ++i) csv += "Person," + std::to_string(i) + "\n";
  EXPECT_THAT(people_of(csv).people, SizeIs(100'000));
}

TEST(Csv, WhatIsWrittenIsReadBack) {
  const std::vector<std::string> fields{"plain", "a,b", "say \"x\"", "two\nlines", ""};
  const std::string csv = csv_line({"a", "b", "c", "d", "e"}) + csv_line(fields);
  EXPECT_EQ(parse_csv(base::as_bytes(csv)).rows.at(0).fields, fields);
}

TEST(Csv, AHeaderFullOfOtherSeparatorsIsReadBack) {
  const std::vector<std::string> header{"a;b;c;d", "e\tf\tg\th", "plain"};
  EXPECT_EQ(parse_csv(base::as_bytes(csv_line(header) + csv_line({"1", "2", "3"}))).header.fields, header);
}

TEST(FileNames, StayReadableAndHarmless) {
  EXPECT_EQ(copy_file_name("record.pdf", "Ann Example", 1), "record-Ann Example.pdf");
  EXPECT_EQ(copy_file_name("record", "\u0391\u03bd\u03bd\u03b1", 2),
            "record-\u0391\u03bd\u03bd\u03b1 (2).pdf");
  EXPECT_EQ(safe_name("../../etc/passwd", 50), "_.._etc_passwd");
  EXPECT_EQ(safe_name("a\nb\\c:d", 50), "a b_c_d");
  EXPECT_EQ(safe_name(" . ", 50), "unnamed");
  EXPECT_EQ(safe_name("--force", 50), "force");
  EXPECT_EQ(safe_name(std::string(300, 'x'), 50), std::string(50, 'x'));
  EXPECT_LE(copy_file_name(std::string(300, 'x'), std::string(300, 'y'), 12345).size(), 240u);
}

}  // namespace
}  // namespace barium::app
