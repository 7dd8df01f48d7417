#pragma once

// The part of a document that all of its copies share, written once with qpdf: object streams and stream data
// stay as they are, encryption and what nothing refers to go. The data of the marked streams are left out.

#include <qpdf/QPDF.hh>
#include <qpdf/QPDFObjectHandle.hh>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "page/copy_layout.h"

namespace barium::page {

// Where a marked stream's parts go in BaseFile::body.
struct StreamHole {
  std::uint64_t length_at = 0;
  std::uint64_t data_at = 0;
};

struct BaseFile {
  base::Bytes body;
  std::vector<StreamHole> holes;  // one for each of `marked`, in their order, not in that of the body
  XrefKind xref_kind = XrefKind::kTable;
  std::vector<XrefEntry> xref;
  std::string trailer;   // as CopyLayout::trailer
  std::string first_id;  // as CopyLayout::first_id
};

// A stream object whose data the copies bring along, and the filter that they then have.
struct MarkedObject {
  QPDFObjectHandle stream;
  QPDFObjectHandle filter, parameters;
};

// Throws base::Error(kMalformed) where qpdf cannot write the document.
BaseFile write_base(QPDF& pdf, std::vector<MarkedObject>& marked);

}  // namespace barium::page
