#pragma once

// The end of a PDF: cross-references, trailer, startxref (ISO 32000-1:2008, 7.5.4, 7.5.5 and 7.5.8).

#include <span>
#include <string>

#include "base/bytes.h"
#include "page/copy_layout.h"

namespace barium::page {

// Bytes put into the body, for the offsets behind them.
struct Insertion {
  std::uint64_t at = 0;  // in the body
  std::uint64_t size = 0;
};

// The section is `head`, and for XrefKind::kStream then the digits of the data's length, `joint`, the data
// (`rows`, compressed), and `tail`.
struct XrefSection {
  std::string head;
  std::size_t second_id_at = 0;  // in head: 32 hexadecimal digits, here zeros
  base::Bytes rows;              // PNG-predicted, not yet compressed
  std::string joint, tail;
};

inline constexpr std::size_t kIdDigits = 32;

// insertions: in order of `at`; an object at the place of an insertion comes behind it.
XrefSection compose_xref(const CopyLayout& layout, std::span<const Insertion> insertions);

// The second string of /ID: the first 16 bytes of the SHA-256 of the file with zeros in that string's place.
std::string second_id(base::ByteView file_with_zeros);

}  // namespace barium::page
