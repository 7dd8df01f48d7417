#pragma once

// A PDF opened with qpdf, with the refusals that need no interpreter: not a PDF, a password missing, a
// signature that a copy would break, too many pages. qpdf has no limits of its own, so stream data are
// decoded here, within a budget for the whole document.

#include <cstdint>
#include <memory>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFObjectHandle.hh>
#include <set>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/note.h"
#include "page/document.h"

namespace barium::page {

class PdfFile {
 public:
  // Keeps its own copy of the bytes. Throws base::Error: kMalformed, kPassword, kSigned, kLimit,
  // kUnsupported.
  PdfFile(base::ByteView pdf, const ReadOptions& options);
  ~PdfFile();
  PdfFile(const PdfFile&) = delete;
  PdfFile& operator=(const PdfFile&) = delete;

  QPDF& qpdf() { return *qpdf_; }
  const std::vector<QPDFObjectHandle>& pages() const { return pages_; }
  base::Notes& notes() { return notes_; }

  // The stream's data after all its filters, or as far as they go before an error (then with a note). Throws
  // base::Error(kLimit) when the document's budget is spent.
  base::Bytes decode(QPDFObjectHandle stream);
  // Whether one of the page's content streams, once decoded, ended before its time.
  bool has_damaged_contents(int index) const;
  // A picture's samples, outside of the budget; empty where qpdf cannot decode them to the end or they are
  // more than most_bytes. Bytes behind the last row are allowed, and left out.
  base::Bytes decode_picture(QPDFObjectHandle stream, std::size_t most_bytes);

 private:
  base::Bytes bytes_;
  std::uint64_t budget_;
  std::unique_ptr<QPDF> qpdf_;
  std::vector<QPDFObjectHandle> pages_;
  base::Notes notes_;
  std::set<QPDFObjGen> damaged_;
};

}  // namespace barium::page
