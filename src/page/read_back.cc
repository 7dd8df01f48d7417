#include <algorithm>
#include <charconv>
#include <string>

#include "page/copy_layout.h"
#include "page/document.h"
#include "page/xref_section.h"
#include "page/zlib_stream.h"

namespace barium::page {

namespace {

[[noreturn]] void refuse(std::string_view why, std::size_t at) {
  throw base::Error(base::ErrorCode::kMalformed,
                    "the file is not a whole copy of this document: " + std::string(why),
                    {.file = {}, .page = 0, .object = {}, .offset = static_cast<std::int64_t>(at)});
}

// The copy's bytes, taken from the front.
class Cursor {
 public:
  explicit Cursor(base::ByteView copy) : copy_(copy) {}
  std::size_t at() const { return at_; }
  base::ByteView take(std::size_t size) {
    if (size > copy_.size() - at_) refuse("it is cut short", at_);
    at_ += size;
    return copy_.subspan(at_ - size, size);
  }
  void expect(base::ByteView bytes) {
    const std::size_t from = at_;
    if (!std::ranges::equal(take(bytes.size()), bytes)) refuse("bytes that all copies share differ", from);
  }
  // A number as std::to_string writes it: no sign, no leading zero.
  std::size_t take_number(std::size_t& digits) {
    std::size_t value = 0;
    const std::string_view rest = base::as_text(copy_.subspan(at_));
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
    digits = static_cast<std::size_t>(end - rest.data());
    if (error != std::errc() || std::to_string(value).size() != digits) refuse("a length is damaged", at_);
    at_ += digits;
    return value;
  }
  void expect_end() const {
    if (at_ != copy_.size()) refuse("it goes on after its end", at_);
  }

 private:
  base::ByteView copy_;
  std::size_t at_ = 0;
};

// Signs that are still possible for a carrier, as bits.
enum Possible : std::uint8_t { kPlus = 1, kMinus = 2, kZero = 4 };

// Which alternatives stand at the front of `text`. One may begin with another: the longest counts.
struct Match {
  std::uint8_t signs = 0;
  std::size_t size = 0;
};
Match match_slot(std::string_view text, const Alternatives& alternatives) {
  Match best;
  const auto try_one = [&](std::string_view one, Possible sign) {
    if (!text.starts_with(one) || (best.signs != 0 && one.size() < best.size)) return;
    best = {static_cast<std::uint8_t>(one.size() == best.size ? best.signs | sign : sign), one.size()};
  };
  try_one(alternatives.plus, kPlus);
  try_one(alternatives.minus, kMinus);
  try_one(alternatives.zero, kZero);
  return best;
}

void read_slots(const CopyLayout& layout, const MarkedStream& stream, base::ByteView decoded,
                std::size_t place, std::vector<std::uint8_t>& possible) {
  std::string_view rest = base::as_text(decoded);
  std::size_t done = 0;
  const auto expect_literals = [&](std::size_t until) {
    const std::string_view literals = base::as_text(stream.literals.subspan(done, until - done));
    if (!rest.starts_with(literals)) refuse("a page's content differs", place);
    rest.remove_prefix(literals.size());
    done = until;
  };
  for (const Slot& slot : stream.slots) {
    expect_literals(slot.at);
    const Match match = match_slot(rest, layout.alternatives[slot.alternatives]);
    possible[slot.carrier] &= match.signs;
    if (possible[slot.carrier] == 0) refuse("a mark is none of ours", place);
    rest.remove_prefix(match.size);
  }
  expect_literals(stream.literals.size());
  if (!rest.empty()) refuse("a page's content goes on after its end", place);
}

base::ByteView take_data(Cursor& cursor, std::size_t length, base::ByteView before) {
  cursor.expect(before);
  return cursor.take(length);
}

std::vector<Insertion> read_body(const CopyLayout& layout, Cursor& cursor,
                                 std::vector<std::uint8_t>& possible) {
  std::vector<Insertion> insertions;
  std::size_t done = 0;
  for (const MarkedStream& stream : layout.streams) {
    cursor.expect(layout.body.subspan(done, stream.length_at - done));
    std::size_t digits = 0;
    const std::size_t length = cursor.take_number(digits);
    const std::size_t place = cursor.at();
    const base::ByteView data =
        take_data(cursor, length, layout.body.subspan(stream.length_at, stream.data_at - stream.length_at));
    read_slots(layout, stream, zlib_expand(data, stream.most_bytes), place, possible);
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
    refuse("the cross-references differ", cursor.at());
  cursor.expect(base::as_bytes(section.tail));
  return id;
}

void check_id(base::ByteView copy, std::size_t at, const std::string& id) {
  base::Bytes with_zeros(copy.begin(), copy.end());
  std::ranges::fill_n(with_zeros.begin() + static_cast<std::ptrdiff_t>(at), kIdDigits, '0');
  if (second_id(with_zeros) != id) refuse("its bytes do not fit its /ID", at);
}

std::int8_t the_sign(std::uint8_t possible) {
  if (possible == kPlus) return 1;
  if (possible == kMinus) return -1;
  if (possible == kZero) return 0;
  refuse("a mark can be read in two ways", 0);
}

std::vector<std::int8_t> read_whole(const CopyLayout& layout, base::ByteView copy) {
  Cursor cursor(copy);
  std::vector<std::uint8_t> possible(layout.carriers, kPlus | kMinus | kZero);
  const std::vector<Insertion> insertions = read_body(layout, cursor, possible);
  const XrefSection section = compose_xref(layout, insertions);
  const std::size_t id_at = cursor.at() + section.second_id_at;
  const std::string id = read_xref(section, cursor);
  cursor.expect_end();
  check_id(copy, id_at, id);
  std::vector<std::int8_t> signs;
  std::ranges::transform(possible, std::back_inserter(signs), the_sign);
  return signs;
}

}  // namespace

std::vector<std::int8_t> read_back(const CopyTemplate& copy_template, base::ByteView copy) {
  const CopyLayout layout = parse_layout(copy_template.bytes);
  try {
    return read_whole(layout, copy);
  } catch (const base::Error& error) {
    if (error.code() != base::ErrorCode::kLimit) throw;
    refuse("a page's content is longer than it can be", 0);
  }
}

}  // namespace barium::page
