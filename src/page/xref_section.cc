#include "page/xref_section.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.h"

namespace barium::page {

namespace {

// Offsets in the copy from offsets in the body.
class Shifter {
 public:
  explicit Shifter(std::span<const Insertion> insertions) : insertions_(insertions) {
    sums_.reserve(insertions.size() + 1);
    sums_.push_back(0);
    for (const Insertion& insertion : insertions) sums_.push_back(sums_.back() + insertion.size);
  }
  std::uint64_t operator()(std::uint64_t in_body) const {
    const auto behind = std::ranges::upper_bound(insertions_, in_body, {}, &Insertion::at);
    return in_body + sums_[static_cast<std::size_t>(behind - insertions_.begin())];
  }

 private:
  std::span<const Insertion> insertions_;
  std::vector<std::uint64_t> sums_;
};

std::vector<XrefEntry> shifted(const CopyLayout& layout, const Shifter& in_copy) {
  std::vector<XrefEntry> entries = layout.xref;
  for (XrefEntry& entry : entries)
    if (entry.type == XrefType::kInFile) entry.place = in_copy(entry.place);
  return entries;
}

std::string dictionary_with_id(const CopyLayout& layout, std::size_t size, std::size_t& second_id_at) {
  std::string text =
      fmt::format("{} /Size {} /ID [<{}><", layout.trailer, size, base::hex(base::as_bytes(layout.first_id)));
  second_id_at = text.size();
  return text + std::string(kIdDigits, '0') + ">]";
}

std::string end_of_file(std::uint64_t xref_at) { return fmt::format("startxref\n{}\n%%EOF\n", xref_at); }

// 7.5.4: "Each entry shall be exactly 20 bytes long, including the end-of-line marker."
XrefSection compose_table(const CopyLayout& layout, const Shifter& in_copy) {
  XrefSection section;
  section.head = fmt::format("xref\n0 {}\n", layout.xref.size());
  for (const XrefEntry& entry : shifted(layout, in_copy))
    section.head += entry.type == XrefType::kInFile ? fmt::format("{:010} 00000 n \n", entry.place)
                                                    : std::string("0000000000 65535 f \n");
  section.head += "trailer <<";
  std::size_t id_at = 0;
  const std::string dictionary = dictionary_with_id(layout, layout.xref.size(), id_at);
  section.second_id_at = section.head.size() + id_at;
  section.head += dictionary + " >>\n" + end_of_file(in_copy(layout.body.size()));
  return section;
}

int bytes_for(std::uint64_t value) {
  int count = 1;
  while (value >>= 8) ++count;
  return count;
}

void put_big_endian(base::Bytes& out, std::uint64_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

// PNG's Up predictor (RFC 2083, 6.4): each byte less the one above it; a row begins with its filter type, 2.
base::Bytes predicted(const base::Bytes& rows, std::size_t width) {
  base::Bytes out;
  out.reserve(rows.size() + rows.size() / width);
  for (std::size_t row = 0; row < rows.size(); row += width) {
    out.push_back(2);
    for (std::size_t i = row; i < row + width; ++i)
      out.push_back(static_cast<std::uint8_t>(rows[i] - (row == 0 ? 0 : rows[i - width])));
  }
  return out;
}

XrefSection compose_stream(const CopyLayout& layout, const Shifter& in_copy) {
  std::vector<XrefEntry> entries = shifted(layout, in_copy);
  const std::uint64_t xref_at = in_copy(layout.body.size());
  const std::size_t own_number = entries.size();
  entries.push_back({XrefType::kInFile, xref_at, 0});
  std::uint64_t most_place = 0, most_index = 0;
  for (const XrefEntry& entry : entries) {
    most_place = std::max(most_place, entry.place);
    most_index = std::max<std::uint64_t>(most_index, entry.index);
  }
  const int place_bytes = bytes_for(most_place), index_bytes = bytes_for(most_index);
  base::Bytes rows;
  for (const XrefEntry& entry : entries) {
    rows.push_back(static_cast<std::uint8_t>(entry.type));
    put_big_endian(rows, entry.place, place_bytes);
    put_big_endian(rows, entry.index, index_bytes);
  }
  const int width = 1 + place_bytes + index_bytes;
  XrefSection section;
  section.rows = predicted(rows, static_cast<std::size_t>(width));
  section.head = fmt::format("{} 0 obj\n<< /Type /XRef", own_number);
  std::size_t id_at = 0;
  const std::string dictionary = dictionary_with_id(layout, entries.size(), id_at);
  section.second_id_at = section.head.size() + id_at;
  section.head += dictionary + fmt::format(
                                   " /W [1 {} {}] /Filter /FlateDecode /DecodeParms << /Predictor 12 "
                                   "/Columns {} >> /Length ",
                                   place_bytes, index_bytes, width);
  section.joint = " >>\nstream\n";
  section.tail = "\nendstream\nendobj\n" + end_of_file(xref_at);
  return section;
}

}  // namespace

XrefSection compose_xref(const CopyLayout& layout, std::span<const Insertion> insertions) {
  const Shifter in_copy(insertions);
  return layout.xref_kind == XrefKind::kTable ? compose_table(layout, in_copy)
                                              : compose_stream(layout, in_copy);
}

std::string second_id(base::ByteView file_with_zeros) {
  const base::Digest digest = base::sha256(file_with_zeros);
  return base::hex(base::ByteView(digest).first(kIdDigits / 2));
}

}  // namespace barium::page
