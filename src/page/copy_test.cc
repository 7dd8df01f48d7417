// Copies, from a template that needs no interpreter: each page begins with comments, and the comments are the
// slots.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFExc.hh>
#include <qpdf/QPDFWriter.hh>

#include "base/rng.h"
#include "page/base_file.h"
#include "page/copy_layout.h"
#include "page/document.h"
#include "page/encryption.h"

namespace barium::page {
namespace {

constexpr int kCarriersPerPage = 5;

QPDFObjectHandle own_contents(QPDF& pdf, QPDFObjectHandle page) {
  QPDFObjectHandle contents = QPDFObjectHandle::newStream(&pdf);
  page.replaceKey("/Contents", contents);
  return contents;
}

std::string small_pdf(int pages, qpdf_object_stream_e mode) {
  QPDF pdf;
  pdf.emptyPDF();
  for (int i = 0; i < pages; ++i) {
    QPDFObjectHandle page = pdf.makeIndirectObject(
        QPDFObjectHandle::parse("<< /Type /Page /MediaBox [0 0 200 100] /Resources << >> >>"));
    page.replaceKey("/Contents", QPDFObjectHandle::newStream(&pdf, "0 0 " + std::to_string(i) + " 20 re f"));
    pdf.addPage(page, false);
  }
  QPDFWriter writer(pdf);
  writer.setOutputMemory();
  writer.setObjectStreamMode(mode);
  writer.setStaticID(true);
  writer.write();
  const auto buffer = writer.getBufferSharedPointer();
  return {reinterpret_cast<const char*>(buffer->getBuffer()), buffer->getSize()};
}

CopyTemplate comment_template(const std::string& bytes, const std::string& password = {}) {
  QPDF pdf;
  pdf.setSuppressWarnings(true);
  pdf.processMemoryFile("test", bytes.data(), bytes.size(), password.c_str());
  std::vector<MarkedObject> marked;
  std::vector<std::string> contents;
  for (QPDFObjectHandle page : std::vector<QPDFObjectHandle>(pdf.getAllPages())) {
    const auto data = page.getKey("/Contents").getStreamData();
    contents.emplace_back(reinterpret_cast<const char*>(data->getBuffer()), data->getSize());
    contents.back().insert(0, std::string(kCarriersPerPage, '\n'));
    marked.push_back(
        {own_contents(pdf, page), QPDFObjectHandle::newName("/FlateDecode"), QPDFObjectHandle::newNull()});
  }
  const BaseFile base = write_base(pdf, marked);
  CopyLayout layout;
  layout.carriers = static_cast<std::uint32_t>(contents.size()) * kCarriersPerPage;
  layout.first_id = base.first_id;
  layout.trailer = base.trailer;
  layout.alternatives = {{{{"", "%-20.83333", "%0", "%+20.8", ""}}},
                         {{{"", "%long", "%", "%longer text", ""}}},
                         {{{"%--", "%-", "", "%+", "%++"}}}};
  for (std::uint32_t i = 0; i < contents.size(); ++i) {
    MarkedStream stream{base.holes[i].length_at,
                        base.holes[i].data_at,
                        StreamEncoding::kZlib,
                        base::as_bytes(contents[i]),
                        {}};
    for (std::uint32_t j = 0; j < kCarriersPerPage; ++j)
      stream.slots.push_back({j, i * kCarriersPerPage + j, kNoCarrier, j % 2});
    // Where one carrier ends another begins.
    stream.slots.push_back({kCarriersPerPage, i * kCarriersPerPage, (i + 1) * kCarriersPerPage - 1, 2});
    layout.streams.push_back(stream);
  }
  std::ranges::sort(layout.streams, {}, &MarkedStream::length_at);
  layout.xref_kind = base.xref_kind;
  layout.xref = base.xref;
  layout.body = base.body;
  const base::Bytes encryption = pdf.isEncrypted() ? encryption_sample(pdf) : base::Bytes();
  layout.encryption = encryption;
  layout.password = password;
  return {serialize(layout)};
}

std::vector<std::int8_t> random_signs(std::size_t count, std::uint64_t seed) {
  base::Rng rng(seed, "copy_test");
  std::vector<std::int8_t> signs(count);
  for (std::int8_t& sign : signs) sign = static_cast<std::int8_t>(static_cast<int>(rng.below(3)) - 1);
  return signs;
}

class Copy : public testing::TestWithParam<qpdf_object_stream_e> {
 protected:
  const CopyTemplate template_ = comment_template(small_pdf(12, GetParam()));
  const std::vector<std::int8_t> signs_ = random_signs(12 * kCarriersPerPage, 1);
};

TEST_P(Copy, ReadsBackAsTheSignsItWasWrittenWith) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const std::vector<std::int8_t> signs = random_signs(signs_.size(), seed);
    EXPECT_EQ(read_back(template_, write_copy(template_, signs)), signs);
  }
}

TEST_P(Copy, HasTheSameBytesForTheSameSigns) {
  EXPECT_EQ(write_copy(template_, signs_), write_copy(template_, signs_));
}

TEST_P(Copy, IsAPdfWithoutFault) {
  const base::Bytes copy = write_copy(template_, signs_);
  QPDF pdf;
  pdf.setAttemptRecovery(false);
  pdf.processMemoryFile("copy", reinterpret_cast<const char*>(copy.data()), copy.size());
  EXPECT_EQ(pdf.getAllPages().size(), 12u);
  for (QPDFObjectHandle page : pdf.getAllPages())
    EXPECT_THAT(
        std::string(reinterpret_cast<const char*>(page.getKey("/Contents").getStreamData()->getBuffer()),
                    page.getKey("/Contents").getStreamData()->getSize()),
        testing::HasSubstr(" 20 re f"));
  EXPECT_FALSE(pdf.anyWarnings());
}

TEST_P(Copy, KeepsTheFirstHalfOfItsIdAndHasASecondOfItsOwn) {
  const auto id_of = [](base::ByteView bytes, int half) {
    QPDF pdf;
    pdf.processMemoryFile("copy", reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return pdf.getTrailer().getKey("/ID").getArrayItem(half).getStringValue();
  };
  const std::string original = small_pdf(12, GetParam());
  const base::Bytes one = write_copy(template_, signs_);
  const base::Bytes other = write_copy(template_, random_signs(signs_.size(), 2));
  EXPECT_EQ(id_of(one, 0), id_of(base::as_bytes(original), 0));
  EXPECT_EQ(id_of(one, 0), id_of(other, 0));
  EXPECT_NE(id_of(one, 1), id_of(other, 1));
}

TEST_P(Copy, IsNeverReadBackWithAByteChanged) {
  const base::Bytes copy = write_copy(template_, signs_);
  for (std::size_t i = 0; i < copy.size(); ++i) {
    base::Bytes changed = copy;
    changed[i] ^= static_cast<std::uint8_t>(1u << (i % 8));
    EXPECT_THROW(read_back(template_, changed), base::Error) << "byte " << i;
  }
}

TEST_P(Copy, IsNeverReadBackCutOrWithATail) {
  base::Bytes copy = write_copy(template_, signs_);
  for (std::size_t size = 0; size < copy.size(); size += 7)
    EXPECT_THROW(read_back(template_, base::ByteView(copy).first(size)), base::Error) << size;
  copy.push_back('\n');
  EXPECT_THROW(read_back(template_, copy), base::Error);
}

TEST_P(Copy, OfAnotherDocumentIsRefused) {
  const CopyTemplate other = comment_template(small_pdf(11, GetParam()));
  EXPECT_THROW(read_back(other, write_copy(template_, signs_)), base::Error);
}

INSTANTIATE_TEST_SUITE_P(Xref, Copy, testing::Values(qpdf_o_disable, qpdf_o_generate),
                         [](const auto& kind) { return kind.param == qpdf_o_disable ? "Table" : "Stream"; });

// The encryptions of ISO 32000-1:2008, 7.6 and ISO 32000-2: revisions 3 (RC4, 128 bits), 4 (AES, 128 bits)
// and 6 (AES, 256 bits).
class EncryptedCopy : public testing::TestWithParam<int> {
 protected:
  static std::string encrypted_pdf(int revision) {
    const std::string plain = small_pdf(3, qpdf_o_generate);
    QPDF pdf;
    pdf.processMemoryFile("plain", plain.data(), plain.size());
    QPDFWriter writer(pdf);
    writer.setOutputMemory();
    if (revision == 3)
      writer.setR3EncryptionParametersInsecure("user", "owner", true, true, true, true, true, true,
                                               qpdf_r3p_full);
    if (revision == 4)
      writer.setR4EncryptionParametersInsecure("user", "owner", true, true, true, true, true, true,
                                               qpdf_r3p_low, true, true);
    if (revision == 6)
      writer.setR6EncryptionParameters("user", "owner", true, true, false, true, true, true, qpdf_r3p_full,
                                       true);
    writer.write();
    const auto buffer = writer.getBufferSharedPointer();
    return {reinterpret_cast<const char*>(buffer->getBuffer()), buffer->getSize()};
  }
  const std::string original_ = encrypted_pdf(GetParam());
  const CopyTemplate template_ = comment_template(original_, "user");
  const std::vector<std::int8_t> signs_ = random_signs(3 * kCarriersPerPage, 1);
};

TEST_P(EncryptedCopy, ReadsBackAndHasTheSameBytesForTheSameSigns) {
  const base::Bytes copy = write_copy(template_, signs_);
  EXPECT_EQ(read_back(template_, copy), signs_);
  EXPECT_EQ(write_copy(template_, signs_), copy);
}

TEST_P(EncryptedCopy, OpensWithBothPasswordsAndNoOther) {
  const base::Bytes copy = write_copy(template_, signs_);
  const auto open = [&](const char* password) {
    QPDF pdf;
    pdf.processMemoryFile("copy", reinterpret_cast<const char*>(copy.data()), copy.size(), password);
    return pdf.getAllPages().size();
  };
  EXPECT_EQ(open("user"), 3u);
  EXPECT_EQ(open("owner"), 3u);
  EXPECT_THROW(open(""), QPDFExc);
}

TEST_P(EncryptedCopy, KeepsThePermissions) {
  const base::Bytes copy = write_copy(template_, signs_);
  const auto permissions = [](base::ByteView bytes) {
    QPDF pdf;
    pdf.processMemoryFile("copy", reinterpret_cast<const char*>(bytes.data()), bytes.size(), "user");
    int revision = 0, permitted = 0;
    EXPECT_TRUE(pdf.isEncrypted(revision, permitted));
    return std::pair(revision, permitted);
  };
  EXPECT_EQ(permissions(copy), permissions(base::as_bytes(original_)));
}

TEST_P(EncryptedCopy, IsNeverReadBackWithAByteChanged) {
  const base::Bytes copy = write_copy(template_, signs_);
  for (std::size_t i = 0; i < copy.size(); i += 97) {
    base::Bytes changed = copy;
    changed[i] ^= static_cast<std::uint8_t>(1u << (i % 8));
    EXPECT_THROW(read_back(template_, changed), base::Error) << "byte " << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Revision, EncryptedCopy, testing::Values(3, 4, 6));

TEST(CopyTemplate, CutAnywhereIsMalformed) {
  const CopyTemplate whole = comment_template(small_pdf(2, qpdf_o_generate));
  for (std::size_t size = 0; size < whole.bytes.size(); ++size) {
    const CopyTemplate cut{{whole.bytes.begin(), whole.bytes.begin() + static_cast<std::ptrdiff_t>(size)}};
    EXPECT_THROW(parse_layout(cut.bytes), base::Error) << size;
  }
}

TEST(CopyTemplate, OfANewerVersionSaysSo) {
  CopyTemplate newer = comment_template(small_pdf(1, qpdf_o_generate));
  newer.bytes[8] = 4;
  try {
    parse_layout(newer.bytes);
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), base::ErrorCode::kVersion);
  }
}

}  // namespace
}  // namespace barium::page
