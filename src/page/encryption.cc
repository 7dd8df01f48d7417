#include "page/encryption.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <qpdf/QPDFExc.hh>
#include <qpdf/QPDFWriter.hh>
#include <qpdf/QUtil.hh>
#include <qpdf/RandomDataProvider.hh>

#include "base/hash.h"
#include "page/xref_section.h"

namespace barium::page {

namespace {

// qpdf draws the initialization vectors of AES from a global source. While an object of this class lives, the
// thread's vectors are SHA-256 of (seed, counter): as good as random to who does not know the plain copy, and
// the same for the same copy.
class ScopedVectors {
 public:
  explicit ScopedVectors(const base::Digest& seed) {
    static Provider
        provider;  // before main's other threads use qpdf's source or after: both give random bytes
    static const bool installed = (QUtil::setRandomDataProvider(&provider), true);
    base::require(installed && !seed_, "one source of vectors at a time");
    seed_ = seed;
    counter_ = 0;
  }
  ~ScopedVectors() { seed_.reset(); }
  ScopedVectors(const ScopedVectors&) = delete;
  ScopedVectors& operator=(const ScopedVectors&) = delete;

 private:
  class Provider : public RandomDataProvider {
   public:
    void provideRandomData(unsigned char* data, std::size_t size) override {
      if (!seed_) return secure_->provideRandomData(data, size);
      for (std::size_t done = 0; done < size;) {
        base::ByteWriter input;
        input.put_raw(*seed_);
        input.put(counter_++);
        const base::Digest block = base::sha256(input.take());
        const std::size_t part = std::min(size - done, block.size());
        std::copy_n(block.begin(), part, data + done);
        done += part;
      }
    }

   private:
    RandomDataProvider* secure_ = QUtil::getRandomDataProvider();
  };

  static thread_local std::optional<base::Digest> seed_;
  static thread_local std::uint64_t counter_;
};
thread_local std::optional<base::Digest> ScopedVectors::seed_;
thread_local std::uint64_t ScopedVectors::counter_ = 0;

// QPDFWriter::setStaticID puts the first digits of pi where a second string of /ID would be random.
constexpr std::string_view kStaticId = "31415926535897932384626433832795";

std::unique_ptr<QPDF> open(base::ByteView bytes, const std::string& password) {
  auto pdf = std::make_unique<QPDF>();
  pdf->setSuppressWarnings(true);
  pdf->setAttemptRecovery(false);
  pdf->processMemoryFile("copy", reinterpret_cast<const char*>(bytes.data()), bytes.size(), password.c_str());
  return pdf;
}

base::Bytes written(QPDFWriter& writer, QPDF& encrypted_as) {
  writer.setOutputMemory();
  writer.setObjectStreamMode(qpdf_o_preserve);
  writer.setStreamDataMode(qpdf_s_preserve);
  writer.setStaticID(true);
  writer.copyEncryptionParameters(encrypted_as);
  writer.write();
  const std::shared_ptr<Buffer> buffer = writer.getBufferSharedPointer();
  return {buffer->getBuffer(), buffer->getBuffer() + buffer->getSize()};
}

void set_second_id(base::Bytes& copy) {
  const std::size_t at = base::as_text(copy).rfind(kStaticId);
  base::require(at != std::string_view::npos, "qpdf writes a static /ID");
  const auto place = copy.begin() + static_cast<std::ptrdiff_t>(at);
  std::fill_n(place, kIdDigits, '0');
  std::ranges::copy(second_id(copy), place);
}

// The number of the object that holds the stream, in a plain copy and so in the body.
int object_number(const CopyLayout& layout, const MarkedStream& stream) {
  std::size_t number = 0;
  std::uint64_t begin = 0;
  for (std::size_t i = 0; i < layout.xref.size(); ++i) {
    const XrefEntry& entry = layout.xref[i];
    if (entry.type != XrefType::kInFile || entry.place > stream.length_at || entry.place < begin) continue;
    number = i;
    begin = entry.place;
  }
  return static_cast<int>(number);
}

// QPDFExc, and what qpdf lets through from the numbers and streams of a damaged file.
[[noreturn]] void rethrow(const std::runtime_error& error) {
  if (const auto* ours = dynamic_cast<const base::Error*>(&error)) throw *ours;
  const auto* qpdf = dynamic_cast<const QPDFExc*>(&error);
  const bool locked_out = qpdf != nullptr && qpdf->getErrorCode() == qpdf_e_password;
  throw base::Error(locked_out ? base::ErrorCode::kPassword : base::ErrorCode::kMalformed,
                    std::string("an encrypted copy cannot be processed: ") + error.what());
}

}  // namespace

base::Bytes encryption_sample(QPDF& original) try {
  QPDF empty;
  empty.emptyPDF();
  QPDFWriter writer(empty);
  return written(writer, original);
} catch (const std::runtime_error& error) {
  rethrow(error);
}

base::Bytes encrypt_copy(const CopyLayout& layout, base::ByteView plain_copy) try {
  const std::unique_ptr<QPDF> sample = open(layout.encryption, std::string(layout.password));
  const std::unique_ptr<QPDF> plain = open(plain_copy, "");
  const ScopedVectors vectors(base::sha256(plain_copy));
  QPDFWriter writer(*plain);
  base::Bytes copy = written(writer, *sample);
  set_second_id(copy);
  return copy;
} catch (const std::runtime_error& error) {
  rethrow(error);
}

std::vector<base::Bytes> decrypted_streams(const CopyLayout& layout, base::ByteView any_plain_copy,
                                           base::ByteView copy) try {
  const std::unique_ptr<QPDF> sample = open(layout.encryption, std::string(layout.password));
  const std::unique_ptr<QPDF> plain = open(any_plain_copy, "");
  QPDFWriter writer(*plain);
  written(writer, *sample);
  const std::unique_ptr<QPDF> encrypted = open(copy, std::string(layout.password));
  std::vector<base::Bytes> streams;
  for (const MarkedStream& stream : layout.streams) {
    const QPDFObjGen number = writer.getRenumberedObjGen(QPDFObjGen(object_number(layout, stream), 0));
    const std::shared_ptr<Buffer> data = encrypted->getObject(number).getRawStreamData();
    streams.emplace_back(data->getBuffer(), data->getBuffer() + data->getSize());
  }
  return streams;
} catch (const std::runtime_error& error) {
  rethrow(error);
}

}  // namespace barium::page
