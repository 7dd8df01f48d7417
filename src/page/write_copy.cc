#include <algorithm>

#include "page/copy_layout.h"
#include "page/document.h"
#include "page/encryption.h"
#include "page/plain_copy.h"
#include "page/xref_section.h"
#include "page/zlib_stream.h"

namespace barium::page {

namespace {

void append(base::Bytes& out, base::ByteView bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }
void append(base::Bytes& out, std::string_view text) { append(out, base::as_bytes(text)); }

base::Bytes filled(const CopyLayout& layout, const MarkedStream& stream, std::span<const std::int8_t> signs) {
  base::Bytes out;
  out.reserve(stream.literals.size() + stream.slots.size() * 12);
  std::size_t done = 0;
  for (const Slot& slot : stream.slots) {
    append(out, stream.literals.subspan(done, slot.at - done));
    append(out, layout.alternatives[slot.alternatives].of(slot.steps(signs)));
    done = slot.at;
  }
  append(out, stream.literals.subspan(done));
  return out;
}

base::Bytes data_of(const CopyLayout& layout, const MarkedStream& stream,
                    std::span<const std::int8_t> signs) {
  if (stream.encoding == StreamEncoding::kZlib)
    return zlib_compress(filled(layout, stream, signs), layout.level);
  const MarkedPicture picture = parse_marked_picture(stream.picture);
  check_moves(picture, stream.moves);
  return picture_data(picture, stream.moves, signs, layout.level);
}

// The body with its streams put in; `insertions` tells where and how much.
base::Bytes compose_body(const CopyLayout& layout, std::span<const std::int8_t> signs,
                         std::vector<Insertion>& insertions) {
  base::Bytes out;
  out.reserve(layout.body.size() + layout.body.size() / 2);
  std::size_t done = 0;
  const auto copy_until = [&](std::uint64_t at) {
    append(out, layout.body.subspan(done, at - done));
    done = at;
  };
  for (const MarkedStream& stream : layout.streams) {
    const base::Bytes data = data_of(layout, stream, signs);
    const std::string length = std::to_string(data.size());
    copy_until(stream.length_at);
    append(out, length);
    copy_until(stream.data_at);
    append(out, data);
    insertions.push_back({stream.length_at, length.size()});
    insertions.push_back({stream.data_at, data.size()});
  }
  copy_until(layout.body.size());
  return out;
}

void append_xref(base::Bytes& out, const XrefSection& section, int level) {
  append(out, section.head);
  if (section.rows.empty()) return;
  const base::Bytes data = zlib_compress(section.rows, level);
  append(out, std::to_string(data.size()));
  append(out, section.joint);
  append(out, data);
  append(out, section.tail);
}

}  // namespace

base::Bytes write_plain_copy(const CopyLayout& layout, std::span<const std::int8_t> signs) {
  std::vector<Insertion> insertions;
  base::Bytes copy = compose_body(layout, signs, insertions);
  const XrefSection section = compose_xref(layout, insertions);
  const std::size_t second_id_at = copy.size() + section.second_id_at;
  append_xref(copy, section, layout.level);
  std::ranges::copy(second_id(copy), copy.begin() + static_cast<std::ptrdiff_t>(second_id_at));
  return copy;
}

base::Bytes write_copy(const CopyTemplate& copy_template, std::span<const std::int8_t> signs) {
  const CopyLayout layout = parse_layout(copy_template.bytes);
  base::require(signs.size() == layout.carriers, "one sign for each carrier of the document");
  base::Bytes copy = write_plain_copy(layout, signs);
  return layout.encryption.empty() ? copy : encrypt_copy(layout, copy);
}

}  // namespace barium::page
