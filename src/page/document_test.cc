// A document's copies, judged by reading them again: the interpreter sees each carrier displaced as its sign
// says, and everything else where it was.

#include "page/document.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFWriter.hh>
#include <regex>

#include "base/file.h"
#include "base/rng.h"
#include "page/content.h"
#include "page/extracted_text.h"
#include "page/pdf_file.h"

namespace barium::page {
namespace {

// One page, its font as F1.
std::string pdf_of(const std::vector<std::string>& contents, const std::string& font = "/Helvetica") {
  QPDF pdf;
  pdf.emptyPDF();
  QPDFObjectHandle page = pdf.makeIndirectObject(QPDFObjectHandle::parse(
      "<< /Type /Page /MediaBox [0 0 400 200] /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 "
      "/BaseFont " +
      font + " /Encoding /WinAnsiEncoding >> >> >> >>"));
  std::vector<QPDFObjectHandle> parts;
  for (const std::string& part : contents) parts.push_back(QPDFObjectHandle::newStream(&pdf, part));
  page.replaceKey("/Contents", QPDFObjectHandle::newArray(parts));
  pdf.addPage(page, false);
  QPDFWriter writer(pdf);
  writer.setOutputMemory();
  writer.setStaticID(true);
  writer.write();
  const auto buffer = writer.getBufferSharedPointer();
  return {reinterpret_cast<const char*>(buffer->getBuffer()), buffer->getSize()};
}

std::vector<std::int8_t> random_signs(std::size_t count, std::uint64_t seed) {
  base::Rng rng(seed, "document_test");
  std::vector<std::int8_t> signs(count);
  for (std::int8_t& sign : signs) sign = static_cast<std::int8_t>(static_cast<int>(rng.below(3)) - 1);
  return signs;
}

// How far a word of the copy stands from where the signs put it, at most.
double most_wrong_pt(const DocumentModel& original, const DocumentModel& copy,
                     const std::vector<std::int8_t>& signs) {
  double most = 0;
  std::size_t number = 0;
  for (std::size_t i = 0; i < original.pages.size(); ++i) {
    const PageModel& page = original.pages[i];
    EXPECT_EQ(page.words.size(), copy.pages[i].words.size()) << "page " << i + 1;
    if (page.words.size() != copy.pages[i].words.size()) return INFINITY;
    std::vector<base::Vec2> expected;
    for (const Word& word : page.words) expected.push_back(word.origin);
    for (const Carrier& carrier : page.carriers)
      expected[carrier.word] =
          expected[carrier.word] + page.words[carrier.word].along * (carrier.shift_pt * signs[number++]);
    for (std::size_t k = 0; k < expected.size(); ++k)
      most = std::max(most, base::norm(copy.pages[i].words[k].origin - expected[k]));
  }
  return most;
}

DocumentModel words_of(base::ByteView pdf) {
  PdfFile file(pdf, {});
  return open_pages(file).model;
}

void expect_true_copies(base::ByteView pdf, std::size_t least_carriers) {
  const OpenedDocument opened = read_document(pdf);
  ASSERT_GE(opened.model.carrier_count(), least_carriers);
  for (std::uint64_t seed = 0; seed < 2; ++seed) {
    const std::vector<std::int8_t> signs = random_signs(opened.model.carrier_count(), seed);
    const base::Bytes copy = write_copy(opened.copy_template, signs);
    EXPECT_EQ(read_back(opened.copy_template, copy), signs);
    EXPECT_LT(most_wrong_pt(opened.model, words_of(copy), signs), 1e-4);
  }
}

struct Case {
  const char* name;
  std::vector<std::string> contents;
  std::size_t least_carriers;
};
void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }

class Rewriting : public testing::TestWithParam<Case> {};

TEST_P(Rewriting, DisplacesWordsAsTheSignsSayAndNothingElse) {
  expect_true_copies(base::as_bytes(pdf_of(GetParam().contents)), GetParam().least_carriers);
}

INSTANTIATE_TEST_SUITE_P(
    Operators, Rewriting,
    testing::Values(
        Case{"Tj", {"BT /F1 12 Tf 20 100 Td (several plain words stand here) Tj ET"}, 3},
        Case{"Escapes", {"BT /F1 12 Tf 20 100 Td (first \\(second\\) thi\\\\rd fo\\165rth fifth) Tj ET"}, 3},
        Case{"Hexadecimal",
             {"BT /F1 12 Tf 20 100 Td <666972737420776f7264732061726520686578206865726520> Tj ET"},
             3},
        Case{"TJ", {"BT /F1 12 Tf 20 100 Td [(one)-278(wo)20(rd)-278(after)-278(another)-278(end)]TJ ET"}, 3},
        Case{"PenSetNext",
             {"BT /F1 12 Tf 20 100 Td (first) Tj 30 0 Td (second) Tj\n50 0 TD (third) Tj 1 0 0 1 150 100 Tm "
              "(fourth) Tj 1 0 0 1 220 100 Tm (last) Tj ET"},
             3},
        Case{"PenGoesOn",
             {"BT /F1 12 Tf 20 100 Td (first) Tj ( second) Tj /F1 12 Tf ( third) Tj % Td\n( fourth) Tj 0 Tr "
              "( last) Tj ET"},
             3},
        Case{"Quote", {"BT /F1 12 Tf 14 TL 20 100 Td (line of words above) Tj(line of words below)' ET"}, 4},
        Case{"DoubleQuote",
             {"BT /F1 12 Tf 14 TL 20 100 Td (line of words above) Tj 2 .5 (line of words below)\"(next line "
              "of "
              "words)' ET"},
             6},
        Case{"OneGlyphAnOperator",
             {"BT /F1 12 Tf 20 100 Td (first) Tj 40 0 Td (w) Tj 8.664 0 Td (o) Tj 6.672 0 Td (r) Tj 3.996 0 "
              "Td (d) "
              "Tj 30 0 Td (last) Tj ET"},
             1},
        Case{"SplitBetweenTokens",
             {"BT /F1 12 Tf 20 100", "Td [(several plain words)", "-278 (stand) -278 (here)]", "TJ ET"},
             3},
        Case{"Turned", {"BT /F1 12 Tf 0 1 -1 0 100 20 Tm (several plain words stand here) Tj ET"}, 3},
        Case{"ScaledSpacedRaised",
             {"q .1 0 0 .1 0 0 cm BT /F1 120 Tf 80 Tz 3 Tc 10 Tw 5 Ts 200 1000 Td (several plain words stand "
              "here) "
              "Tj ET Q"},
             3}),
    [](const auto& one) { return one.param.name; });

TEST(ReadDocument, GivesAPageWithoutTextNoCarriersAndACopyAllTheSame) {
  const OpenedDocument opened = read_document(base::as_bytes(pdf_of({"0 0 10 10 re f"})));
  EXPECT_EQ(opened.model.carrier_count(), 0u);
  EXPECT_TRUE(read_back(opened.copy_template, write_copy(opened.copy_template, {})).empty());
}

TEST(ReadDocument, RefusesAnImpossibleStrength) {
  const std::string pdf = pdf_of({"0 0 10 10 re f"});
  EXPECT_THROW(read_document(base::as_bytes(pdf), {.strength_pt = 0}), base::Error);
  EXPECT_THROW(read_document(base::as_bytes(pdf), {.strength_pt = 2}), base::Error);
}

TEST(ReadDocument, LeavesNothingOfTheOriginalContentInACopy) {
  const std::string pdf = pdf_of({"BT /F1 12 Tf 20 100 Td (several plain words stand here) Tj ET"});
  const OpenedDocument opened = read_document(base::as_bytes(pdf));
  const base::Bytes copy = write_copy(opened.copy_template, random_signs(opened.model.carrier_count(), 1));
  QPDF reopened;
  reopened.processMemoryFile("copy", reinterpret_cast<const char*>(copy.data()), copy.size());
  for (QPDFObjectHandle object : reopened.getAllObjects()) {
    if (!object.isStream()) continue;
    const auto data = object.getStreamData();
    EXPECT_EQ(std::string_view(reinterpret_cast<const char*>(data->getBuffer()), data->getSize())
                  .find("(several plain words"),
              std::string_view::npos);
  }
}

// Two columns, which pdftotext reads one after the other up to a gap of 5.5 pt and line by line beyond. It
// goes by the narrowest of twelve gaps: one copy in 4,096 has them all wider.
std::string columns_at_a_threshold() {
  std::string content = "BT /F1 8 Tf\n";
  for (int line = 0; line < 12; ++line) {
    const std::string y = std::to_string(150 - 10 * line);
    content += "1 0 0 1 20 " + y + " Tm (10002000) Tj 1 0 0 1 63.85 " + y + " Tm (ALPHA MORE) Tj\n";
  }
  return content + "ET";
}

TEST(ReadDocument, KeepsTextThatHangsOnAWholeColumnMovingOneWay) {
  const std::string pdf = pdf_of({columns_at_a_threshold()}, "/Courier");
  const OpenedDocument opened = read_document(base::as_bytes(pdf));
  ASSERT_GT(opened.model.carrier_count(), 0u);
  const auto text = [](base::ByteView file) { return extract_pages(Extractor::kPoppler, file, 1, 1); };
  for (const std::int8_t sign : {std::int8_t{1}, std::int8_t{-1}}) {
    const std::vector<std::int8_t> signs(opened.model.carrier_count(), sign);
    EXPECT_EQ(text(write_copy(opened.copy_template, signs)), text(base::as_bytes(pdf))) << int{sign};
  }
}

// Of a copy with these signs.
std::string content_of(const OpenedDocument& opened, const std::vector<std::int8_t>& signs) {
  const base::Bytes copy = write_copy(opened.copy_template, signs);
  QPDF pdf;
  pdf.processMemoryFile("copy", reinterpret_cast<const char*>(copy.data()), copy.size());
  QPDFObjectHandle page = pdf.getAllPages().at(0);
  const auto data = page.getKey("/Contents").getStreamData();
  return {reinterpret_cast<const char*>(data->getBuffer()), data->getSize()};
}

// The displacement is 20.8: a quarter of a point at 12 points, rounded to a multiple of 2^-10 pt.
std::string rounded(std::string content) {
  static const std::regex number(R"((-?)20\.[0-9]+)");
  return std::regex_replace(content, number, "$1d");
}

struct SharedCase {
  std::string shown;
  std::vector<std::int8_t> signs;
  std::string expected;
};
void PrintTo(const SharedCase& one, std::ostream* out) { *out << one.expected; }

class SharedSlots : public testing::TestWithParam<SharedCase> {};

TEST_P(SharedSlots, TakeThePenFromOneWordToTheNext) {
  const SharedCase& one = GetParam();
  const OpenedDocument opened =
      read_document(base::as_bytes(pdf_of({"BT /F1 12 Tf 20 100 Td " + one.shown + " TJ ET"})));
  ASSERT_EQ(opened.model.carrier_count(), one.signs.size());
  EXPECT_EQ(rounded(content_of(opened, one.signs)), "BT /F1 12 Tf 20 100 Td " + one.expected + "TJ ET\n");
}

INSTANTIATE_TEST_SUITE_P(
    Strings, SharedSlots,
    testing::Values(
        SharedCase{"[(first word other last)]", {1, 1}, "[(first )-d(word other )d(last)]"},
        SharedCase{"[(first word other last)]", {1, -1}, "[(first )-d(word )d d(other )-d(last)]"},
        SharedCase{"[(first word other last)]", {0, 1}, "[(first word )-d(other )d(last)]"},
        SharedCase{
            "[(first \\(word\\) other last)]", {-1, 1}, "[(first )d(\\(word\\) )-d -d(other )d(last)]"},
        SharedCase{"[<666972737420776f7264206f74686572206c617374>]",
                   {-1, -1},
                   "[<666972737420>d<776f7264206f7468657220>-d<6c617374>]"},
        SharedCase{"[(first)-278(wo)20(rd)-278(other)-278(last)]",
                   {1, -1},
                   "[(first)-278 -d(wo)20(rd)-278 d d(other)-278 -d(last)]"}));

class RealDocument : public testing::TestWithParam<const char*> {};

TEST_P(RealDocument, DisplacesWordsAsTheSignsSayAndNothingElse) {
  const char* folder = std::getenv("BARIUM_DATA");
  const std::string file = std::string(folder ? folder : "../shared/data") + "/pdf/core/" + GetParam();
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "the corpus is not here: " << file;
  expect_true_copies(base::read_file(file, 1 << 28), 90);
}

INSTANTIATE_TEST_SUITE_P(Core, RealDocument,
                         testing::Values("sample-files__pdflatex-4-pages.pdf", "uwazi__anotherPDF.pdf",
                                         "made__wkhtmltopdf_eng.pdf", "made__libreoffice_heb.pdf",
                                         "sample-files__google-doc-document.pdf"),
                         [](const auto& one) {
                           std::string name = one.param;
                           std::erase_if(name,
                                         [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); });
                           return name;
                         });

}  // namespace
}  // namespace barium::page
