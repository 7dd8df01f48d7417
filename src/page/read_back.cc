#include <algorithm>
#include <charconv>
#include <string>

#include "page/copy_layout.h"
#include "page/document.h"
#include "page/encryption.h"
#include "page/plain_copy.h"
#include "page/sign_reader.h"
#include "page/xref_section.h"
#include "page/zlib_stream.h"

namespace barium::page {

namespace {

// The copy's bytes, taken from the front.
class Cursor {
 public:
  explicit Cursor(base::ByteView copy) : copy_(copy) {}
  std::size_t at() const { return at_; }
  base::ByteView take(std::size_t size) {
    if (size > copy_.size() - at_) refuse_copy("it is cut short", at_);
    at_ += size;
    return copy_.subspan(at_ - size, size);
  }
  void expect(base::ByteView bytes) {
    const std::size_t from = at_;
    if (!std::ranges::equal(take(bytes.size()), bytes))
      refuse_copy("bytes that all copies share differ", from);
  }
  // A number as std::to_string writes it: no sign, no leading zero.
  std::size_t take_number(std::size_t& digits) {
    std::size_t value = 0;
    const std::string_view rest = base::as_text(copy_.subspan(at_));
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
    digits = static_cast<std::size_t>(end - rest.data());
    if (error != std::errc() || std::to_string(value).size() != digits)
      refuse_copy("a length is damaged", at_);
    at_ += digits;
    return value;
  }
  void expect_end() const {
    if (at_ != copy_.size()) refuse_copy("it goes on after its end", at_);
  }

 private:
  base::ByteView copy_;
  std::size_t at_ = 0;
};

base::ByteView take_data(Cursor& cursor, std::size_t length, base::ByteView before) {
  cursor.expect(before);
  return cursor.take(length);
}

std::vector<Insertion> read_body(const CopyLayout& layout, Cursor& cursor, SignReader& signs) {
  std::vector<Insertion> insertions;
  std::size_t done = 0;
  for (const MarkedStream& stream : layout.streams) {
    cursor.expect(layout.body.subspan(done, stream.length_at - done));
    std::size_t digits = 0;
    const std::size_t length = cursor.take_number(digits);
    const std::size_t place = cursor.at();
    const base::ByteView data =
        take_data(cursor, length, layout.body.subspan(stream.length_at, stream.data_at - stream.length_at));
    signs.read(stream, data, place);
    insertions.push_back({stream.length_at, digits});
    insertions.push_back({stream.data_at, length});
    done = stream.data_at;
  }
  cursor.expect(layout.body.subspan(done));
  return insertions;
}

// The section up to the second string of /ID, that string, and the rest. The rows are compared decoded, so
// that a copy of an older release of libdeflate is still read.
std::string read_xref(const XrefSection& section, Cursor& cursor) {
  const base::ByteView head = base::as_bytes(section.head);
  cursor.expect(head.first(section.second_id_at));
  const std::string id(base::as_text(cursor.take(kIdDigits)));
  cursor.expect(head.subspan(section.second_id_at + kIdDigits));
  if (section.rows.empty()) return id;
  std::size_t digits = 0;
  const std::size_t length = cursor.take_number(digits);
  const base::ByteView data = take_data(cursor, length, base::as_bytes(section.joint));
  if (zlib_expand(data, section.rows.size()) != section.rows)
    refuse_copy("the cross-references differ", cursor.at());
  cursor.expect(base::as_bytes(section.tail));
  return id;
}

void check_id(base::ByteView copy, std::size_t at, const std::string& id) {
  base::Bytes with_zeros(copy.begin(), copy.end());
  std::ranges::fill_n(with_zeros.begin() + static_cast<std::ptrdiff_t>(at), kIdDigits, '0');
  if (second_id(with_zeros) != id) refuse_copy("its bytes do not fit its /ID", at);
}

std::vector<std::int8_t> read_whole(const CopyLayout& layout, base::ByteView copy) {
  Cursor cursor(copy);
  SignReader signs(layout);
  const std::vector<Insertion> insertions = read_body(layout, cursor, signs);
  const XrefSection section = compose_xref(layout, insertions);
  const std::size_t id_at = cursor.at() + section.second_id_at;
  const std::string id = read_xref(section, cursor);
  cursor.expect_end();
  check_id(copy, id_at, id);
  return signs.signs();
}

// qpdf takes the encryption off; what it would put on again for these signs must be the same file.
std::vector<std::int8_t> read_encrypted(const CopyTemplate& copy_template, const CopyLayout& layout,
                                        base::ByteView copy) {
  const std::vector<base::Bytes> data =
      decrypted_streams(layout, write_plain_copy(layout, std::vector<std::int8_t>(layout.carriers, 0)), copy);
  SignReader signs(layout);
  for (std::size_t i = 0; i < layout.streams.size(); ++i) signs.read(layout.streams[i], data[i], 0);
  if (!std::ranges::equal(write_copy(copy_template, signs.signs()), copy))
    refuse_copy("bytes that all copies share differ", 0);
  return signs.signs();
}

}  // namespace

std::vector<std::int8_t> read_back(const CopyTemplate& copy_template, base::ByteView copy) {
  const CopyLayout layout = parse_layout(copy_template.bytes);
  return layout.encryption.empty() ? read_whole(layout, copy) : read_encrypted(copy_template, layout, copy);
}

}  // namespace barium::page
