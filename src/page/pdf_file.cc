#include "page/pdf_file.h"

#include <qpdf/Pipeline.hh>
#include <qpdf/QPDFExc.hh>
#include <set>

namespace barium::page {
namespace {

using base::Error;
using base::ErrorCode;

// Nodes of a page tree or field tree looked at before it is called malformed: 50 a page of the default limit.
constexpr std::size_t kMaxTreeNodes = 100'000;

constexpr const char* kPrintAnew =
    "If a reader shows it, print it from there to a new PDF and use that; else ask for the file anew";

// Collects what qpdf decodes and stops it once the budget is spent: qpdf itself would inflate a bomb to the
// end. qpdf swallows the exception, so the verdict is kept in exceeded().
class CappedCollector final : public Pipeline {
 public:
  explicit CappedCollector(std::uint64_t budget) : Pipeline("capped collector", nullptr), budget_(budget) {}

  void write(const unsigned char* data, std::size_t size) override {
    if (exceeded_ || size > budget_ - bytes_.size()) {
      exceeded_ = true;
      throw std::runtime_error("decoded content is larger than its budget");
    }
    bytes_.insert(bytes_.end(), data, data + size);
  }
  void finish() override {}
  bool exceeded() const { return exceeded_; }
  base::Bytes take() { return std::move(bytes_); }

 private:
  std::uint64_t budget_;
  base::Bytes bytes_;
  bool exceeded_ = false;
};

[[noreturn]] void cannot_open(const std::string& why) {
  throw Error(ErrorCode::kMalformed, "This is not a PDF that can be opened: " + why, {}, kPrintAnew);
}

// qpdf's words, where they say little to those who do not know the format, in plainer ones.
std::string plain_words(const std::string& fault) {
  if (fault.find("trailer dictionary") != std::string::npos)
    return "it has no table of contents (trailer), and none could be rebuilt; it may be cut, or no PDF at "
           "all";
  if (fault.find("/Root dictionary") != std::string::npos)
    return "it does not say where its pages are (the trailer names no /Root)";
  if (fault.find("overflow/underflow") != std::string::npos)
    return "a number in its table of contents (cross-references) is impossibly large";
  return fault;
}

std::unique_ptr<QPDF> open(const base::Bytes& bytes, const std::string& password) {
  auto qpdf = std::make_unique<QPDF>();
  qpdf->setSuppressWarnings(true);
  try {
    qpdf->processMemoryFile("document", reinterpret_cast<const char*>(bytes.data()), bytes.size(),
                            password.c_str());
  } catch (const QPDFExc& fault) {
    if (fault.getErrorCode() == qpdf_e_password) {
      throw Error(ErrorCode::kPassword,
                  password.empty() ? "The PDF is encrypted and needs a password."
                                   : "The password does not open this PDF.",
                  {}, "Give the user or owner password with --password or in BARIUM_PASSWORD.");
    }
    if (fault.getErrorCode() == qpdf_e_unsupported) {
      throw Error(ErrorCode::kUnsupported,
                  "The PDF is protected in a way that is not supported: " + fault.getMessageDetail());
    }
    cannot_open(plain_words(fault.getMessageDetail()));
  } catch (const std::exception& fault) {
    cannot_open(plain_words(fault.what()));
  }
  return qpdf;
}

// True where a field of the form holds a signature, or the document as a whole is certified.
bool is_signed(QPDF& qpdf) {
  QPDFObjectHandle root = qpdf.getRoot();
  QPDFObjectHandle permissions = root.getKey("/Perms");
  if (permissions.isDictionary() && permissions.getKey("/DocMDP").isDictionary()) return true;
  QPDFObjectHandle form = root.getKey("/AcroForm");
  if (!form.isDictionary()) return false;
  std::vector<QPDFObjectHandle> todo{form.getKey("/Fields")};
  std::set<QPDFObjGen> seen;
  for (std::size_t visited = 0; !todo.empty() && visited < kMaxTreeNodes; ++visited) {
    QPDFObjectHandle node = todo.back();
    todo.pop_back();
    if (node.isIndirect() && !seen.insert(node.getObjGen()).second) continue;
    if (node.isArray()) {
      for (int i = 0; i < node.getArrayNItems(); ++i) todo.push_back(node.getArrayItem(i));
    } else if (node.isDictionary()) {
      QPDFObjectHandle value = node.getKey("/V");
      if (value.isDictionary() && value.hasKey("/ByteRange")) return true;
      todo.push_back(node.getKey("/Kids"));
    }
  }
  return false;
}

// The leaves of the page tree in order. qpdf's own walk recurses, and dies of a tree 20,000 deep.
class PageTreeWalk {
 public:
  PageTreeWalk(QPDF& qpdf, std::size_t max_pages) : qpdf_(qpdf), max_pages_(max_pages) {}

  std::vector<QPDFObjectHandle> run() {
    push(qpdf_.getRoot().getKey("/Pages"));
    while (!stack_.empty()) {
      Level& level = stack_.back();
      if (level.next >= level.kids.getArrayNItems()) {
        stack_.pop_back();
        continue;
      }
      const int index = level.next++;
      QPDFObjectHandle kids = level.kids;  // level dies when push grows the stack
      visit(kids, index);
    }
    return std::move(pages_);
  }

 private:
  struct Level {
    QPDFObjectHandle kids;
    int next = 0;
  };

  void push(QPDFObjectHandle node) {
    if (++visited_ > kMaxTreeNodes)
      throw Error(ErrorCode::kMalformed, "The tree that lists the pages (/Pages) has no end.", {},
                  kPrintAnew);
    if (!node.isDictionary()) return;
    if (node.isIndirect() && !nodes_.insert(node.getObjGen()).second) return;  // a cycle
    QPDFObjectHandle kids = node.getKey("/Kids");
    if (kids.isArray()) stack_.push_back({kids});
  }

  void visit(QPDFObjectHandle& kids, int index) {
    QPDFObjectHandle kid = kids.getArrayItem(index);
    if (!kid.isDictionary()) return;
    if (kid.getKey("/Kids").isArray()) return push(kid);
    // A page that is direct, or listed twice, becomes an object of its own, as qpdf itself would do.
    if (!kid.isIndirect() || !leaves_.insert(kid.getObjGen()).second) {
      kid = qpdf_.makeIndirectObject(kid.shallowCopy());
      kids.setArrayItem(index, kid);
      leaves_.insert(kid.getObjGen());
    }
    if (pages_.size() == max_pages_) {
      throw Error(ErrorCode::kLimit, "The document has more than " + std::to_string(max_pages_) + " pages.",
                  {}, "Split it, and add the parts one by one.");
    }
    pages_.push_back(kid);
  }

  QPDF& qpdf_;
  std::size_t max_pages_;
  std::size_t visited_ = 0;
  std::vector<Level> stack_;
  std::set<QPDFObjGen> nodes_, leaves_;
  std::vector<QPDFObjectHandle> pages_;
};

// ISO 32000-1:2008, 12.8.2.3: a usage rights signature lets Acrobat Reader save and annotate; it says nothing
// of the content's author. Any change breaks it, and a reader then complains at every opening, so copies come
// without it.
bool remove_usage_rights(QPDF& qpdf) {
  QPDFObjectHandle permissions = qpdf.getRoot().getKey("/Perms");
  if (!permissions.isDictionary()) return false;
  bool removed = false;
  for (const char* key : {"/UR3", "/UR"}) {
    removed = removed || permissions.hasKey(key);
    permissions.removeKey(key);
  }
  if (permissions.getKeys().empty()) qpdf.getRoot().removeKey("/Perms");
  return removed;
}

}  // namespace

PdfFile::PdfFile(base::ByteView pdf, const ReadOptions& options)
    : bytes_(pdf.begin(), pdf.end()), budget_(options.max_content_bytes) {
  qpdf_ = open(bytes_, options.password);
  try {
    if (!options.break_signatures && is_signed(*qpdf_)) {
      throw Error(
          ErrorCode::kSigned, "The PDF is digitally signed, and marking a copy breaks the signature.", {},
          "Register it all the same with 'barium add --break-signatures', or mark it before it is signed.");
    }
    if (remove_usage_rights(*qpdf_))
      notes_.push_back(
          {"page.usage_rights_removed",
           "The PDF had Adobe's signature for extended use in Acrobat Reader, which no changed file "
           "keeps; its copies come without it."});
    pages_ = PageTreeWalk(*qpdf_, options.max_pages).run();
  } catch (const Error&) {
    throw;
  } catch (const std::exception& fault) {
    cannot_open(plain_words(fault.what()));
  }
  if (pages_.empty()) throw Error(ErrorCode::kMalformed, "The PDF has no pages.", {}, kPrintAnew);
}

PdfFile::~PdfFile() = default;

base::Bytes PdfFile::decode(QPDFObjectHandle stream) {
  if (!stream.isStream()) return {};
  CappedCollector collector(budget_);
  bool whole = false;
  try {
    whole = stream.pipeStreamData(&collector, 0, qpdf_dl_generalized, true, false);
  } catch (const std::exception&) {
    whole = false;  // noted below; what came out before the fault counts
  }
  if (collector.exceeded()) {
    throw Error(
        ErrorCode::kLimit, "What its pages draw unpacks to more bytes than are allowed.",
        base::Place{.file = {}, .page = 0, .object = stream.getObjGen().unparse(' ') + " R"},
        "The file may have been made to waste memory; if you trust it, split it and add the parts one "
        "by one.");
  }
  if (!whole) {
    damaged_.insert(stream.getObjGen());
    notes_.push_back(
        {"pdf.stream_damaged", "Content stream " + stream.getObjGen().unparse(' ') +
                                   " R cannot be unpacked to its end; its first part was read."});
  }
  base::Bytes bytes = collector.take();
  budget_ -= bytes.size();
  return bytes;
}

bool PdfFile::has_damaged_contents(int index) const {
  QPDFObjectHandle page = pages_[static_cast<std::size_t>(index)], contents = page.getKey("/Contents");
  if (contents.isStream()) return damaged_.contains(contents.getObjGen());
  if (!contents.isArray()) return false;
  for (int i = 0; i < contents.getArrayNItems(); ++i)
    if (damaged_.contains(contents.getArrayItem(i).getObjGen())) return true;
  return false;
}

base::Bytes PdfFile::decode_picture(QPDFObjectHandle stream, std::size_t most_bytes) {
  // Some writers end the rows with a line feed.
  constexpr std::size_t kTail = 16;
  CappedCollector collector(most_bytes + kTail);
  try {
    if (!stream.pipeStreamData(&collector, 0, qpdf_dl_specialized, true, false)) return {};
  } catch (const std::exception&) {
    return {};
  }
  base::Bytes bytes = collector.take();
  if (bytes.size() > most_bytes) bytes.resize(most_bytes);
  return collector.exceeded() ? base::Bytes() : bytes;
}

}  // namespace barium::page
