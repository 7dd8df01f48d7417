#pragma once

// The inside of a CopyTemplate (docs/formats/template.md): the bytes that all copies of a document share, cut
// where they differ. A marked stream's decoded bytes are literals with slots between them; a slot holds one
// of five texts, by how far the pen has to go there: to a carrier, from one, or from one to the next. Filled,
// encoded again and spliced into the body, with a cross-reference section that fits: that is a copy.
//
// Everything here is a view into the template's bytes (or, while a template is built, into its maker's
// storage).

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "page/document.h"
#include "page/marked_picture.h"

namespace barium::page {

// What a slot holds where the pen goes by -2 to +2 displacements.
struct Alternatives {
  static constexpr int kMostSteps = 2;
  std::array<std::string_view, 2 * kMostSteps + 1> texts;

  std::string_view of(int steps) const { return texts[static_cast<std::size_t>(steps + kMostSteps)]; }
};

inline constexpr std::uint32_t kNoCarrier = UINT32_MAX;

// Where a carrier begins, ends, or both: the pen goes by the sign of the one that begins less that of the one
// that ends. Carriers are numbered through the document.
struct Slot {
  std::uint32_t at = 0;  // before this byte of the stream's literals
  std::uint32_t begins = kNoCarrier, ends = kNoCarrier;
  std::uint32_t alternatives = 0;  // into CopyLayout::alternatives

  static int sign(std::span<const std::int8_t> signs, std::uint32_t carrier) {
    return carrier == kNoCarrier ? 0 : signs[carrier];
  }
  int steps(std::span<const std::int8_t> signs) const { return sign(signs, begins) - sign(signs, ends); }
};

// How decoded bytes become the stream's data. Stored: never renumber.
enum class StreamEncoding : std::uint8_t {
  kZlib = 0,     // RFC 1950, for /FlateDecode
  kPicture = 1,  // of a picture whose words move (marked_picture.h)
};

struct MarkedStream {
  std::uint64_t length_at = 0;  // in the body: where the digits of the stream's /Length go
  std::uint64_t data_at = 0;    // in the body: where its data go; >= length_at
  StreamEncoding encoding = StreamEncoding::kZlib;
  base::ByteView literals;
  std::vector<Slot> slots;     // in order of `at`
  std::size_t most_bytes = 0;  // that it can have when filled; set by parse_layout
  // Of kPicture alone, instead of literals and slots.
  base::ByteView picture;  // a MarkedPicture
  std::vector<PictureMove> moves;
};

// Stored: never renumber.
enum class XrefKind : std::uint8_t { kTable = 0, kStream = 1 };
enum class XrefType : std::uint8_t { kFree = 0, kInFile = 1, kInObjectStream = 2 };

struct XrefEntry {
  XrefType type = XrefType::kFree;
  std::uint64_t place = 0;  // kInFile: offset in the body; kInObjectStream: number of the object stream
  std::uint32_t index = 0;  // kInObjectStream: which object of it
};

struct CopyLayout {
  XrefKind xref_kind = XrefKind::kTable;
  std::uint8_t level = 6;      // of compression, 1 to 12
  std::uint32_t carriers = 0;  // length of a codeword
  std::string_view first_id;   // 16 bytes or what the original had: first string of /ID
  std::string_view trailer;    // entries of the trailer dictionary but /Size, /ID and those of a stream
  std::vector<Alternatives> alternatives;
  std::vector<MarkedStream> streams;  // in order of their place in the body
  std::vector<XrefEntry> xref;        // by object number, from 0
  base::ByteView encryption;  // a PDF that is encrypted as the copies shall be (encryption.h), or empty
  std::string_view password;  // that opens it
  base::ByteView body;        // from %PDF to the cross-reference section
};

base::Bytes serialize(const CopyLayout& layout);

// Checks every index and order, so that what it returns can be used blindly. The views borrow `bytes`. Throws
// base::Error(kMalformed, kVersion).
CopyLayout parse_layout(base::ByteView bytes);

}  // namespace barium::page
