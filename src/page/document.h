#pragma once

// A PDF in, its words and a template out; a template and one sign per carrier in, a marked PDF out.
//
//   OpenedDocument opened = read_document(pdf_bytes, options);          // foreign bytes: in a confined
//   worker only Bytes copy = write_copy(opened.copy_template, signs, copy_seed);    // thousands of times, no
//   PDF parser involved std::vector<std::int8_t> back = read_back(opened.copy_template, copy);
//
// The rewriting follows ISO 32000-1:2008, 9.4.3: a number in a TJ array moves the pen by -n/1000 text space
// units, so
// [-a (word) a] TJ displaces a word and gives the pen back.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "page/word.h"

namespace barium::page {

struct ReadOptions {
  double strength_pt = 0.25;      // displacement of a carrier; see Carrier::shift_pt for what each word got
  std::string password;           // user or owner password; empty for none
  bool break_signatures = false;  // true: accept a signed document, whose copies then fail its signature
  std::size_t max_pages = 2000;
  std::uint64_t max_content_bytes = 512ull << 20;  // decoded content streams, whole document
  void check() const;                              // throws base::Error(kUsage)
};

// Everything that copies of a document have in common, and where they differ; an opaque blob,
// docs/formats/template.md.
struct CopyTemplate {
  base::Bytes bytes;
};

struct OpenedDocument {
  DocumentModel model;
  CopyTemplate copy_template;
};

// Throws base::Error: kMalformed, kPassword, kSigned, kLimit, kUnsupported. Pages without carriers are no
// error.
OpenedDocument read_document(base::ByteView pdf, const ReadOptions& options = {});

// The words alone, as read_document finds them, for who writes no copies: without the template, and without
// asking extractors which carriers would change the text, it takes a small part of the time. Throws likewise.
DocumentModel read_words(base::ByteView pdf, const ReadOptions& options = {});

// signs: one per carrier of the document: +1, -1, or 0 for not displaced. The same template and signs give
// the same bytes; /ID follows from them.
base::Bytes write_copy(const CopyTemplate& copy_template, std::span<const std::int8_t> signs);

// The signs that a file written by write_copy carries, read from its bytes alone against the template.
// Throws base::Error(kMalformed) where the file is not a whole copy of this template.
std::vector<std::int8_t> read_back(const CopyTemplate& copy_template, base::ByteView copy);

}  // namespace barium::page
