#include "page/sign_reader.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string>

#include "page/zlib_stream.h"

namespace barium::page {

namespace {

enum Possible : std::uint8_t { kPlus = 1, kMinus = 2, kZero = 4 };

constexpr std::array<std::pair<Possible, int>, 3> kSigns = {{{kPlus, 1}, {kMinus, -1}, {kZero, 0}}};

// Which signs put what stands at the front of `text` there. One alternative may begin with another: the
// longest counts.
struct Match {
  std::uint8_t begins = 0, ends = 0;  // sets of Possible; empty: none
  std::size_t size = 0;
};

Match match_slot(std::string_view text, const Alternatives& alternatives, std::uint8_t may_begin,
                 std::uint8_t may_end) {
  Match best;
  for (const auto& [begin, begin_sign] : kSigns) {
    for (const auto& [end, end_sign] : kSigns) {
      if ((may_begin & begin) == 0 || (may_end & end) == 0) continue;
      const std::string_view one = alternatives.of(begin_sign - end_sign);
      if (!text.starts_with(one) || (best.begins != 0 && one.size() < best.size)) continue;
      if (one.size() > best.size) best = {0, 0, one.size()};
      best.begins |= begin, best.ends |= end;
    }
  }
  return best;
}

std::int8_t the_sign(std::uint8_t possible) {
  if (possible == kPlus) return 1;
  if (possible == kMinus) return -1;
  if (possible == kZero) return 0;
  refuse_copy("a mark can be read in two ways", 0);
}

}  // namespace

void refuse_copy(std::string_view why, std::size_t at) {
  throw base::Error(base::ErrorCode::kMalformed,
                    "the file is not a whole copy of this document: " + std::string(why),
                    {.file = {}, .page = 0, .object = {}, .offset = static_cast<std::int64_t>(at)});
}

SignReader::SignReader(const CopyLayout& layout)
    : layout_(layout), possible_(layout.carriers, kPlus | kMinus | kZero) {}

void SignReader::read(const MarkedStream& stream, base::ByteView data, std::size_t at) try {
  if (stream.encoding == StreamEncoding::kPicture) return read_picture(stream, data, at);
  const base::Bytes decoded = zlib_expand(data, stream.most_bytes);
  read_slots(stream, base::as_text(decoded), at);
} catch (const base::Error& error) {
  if (error.code() != base::ErrorCode::kLimit) throw;
  refuse_copy("a page's content is longer than it can be", at);
}

void SignReader::read_picture(const MarkedStream& stream, base::ByteView data, std::size_t at) {
  const MarkedPicture picture = parse_marked_picture(stream.picture);
  check_moves(picture, stream.moves);
  const std::vector<std::uint8_t> possible = possible_signs(picture, stream.moves, data);
  if (possible.size() != stream.moves.size()) refuse_copy("a picture differs", at);
  for (std::size_t i = 0; i < possible.size(); ++i) {
    possible_[stream.moves[i].carrier] &= possible[i];
    if (possible_[stream.moves[i].carrier] == 0) refuse_copy("a word of a picture stands where none may", at);
  }
}

void SignReader::read_slots(const MarkedStream& stream, std::string_view decoded, std::size_t at) {
  std::size_t done = 0;
  const auto expect_literals = [&](std::size_t until) {
    const std::string_view literals = base::as_text(stream.literals.subspan(done, until - done));
    if (!decoded.starts_with(literals)) refuse_copy("a page's content differs", at);
    decoded.remove_prefix(literals.size());
    done = until;
  };
  for (const Slot& slot : stream.slots) {
    expect_literals(slot.at);
    const auto possible = [&](std::uint32_t carrier) {
      return carrier == kNoCarrier ? static_cast<std::uint8_t>(kZero) : possible_[carrier];
    };
    const Match match = match_slot(decoded, layout_.alternatives[slot.alternatives], possible(slot.begins),
                                   possible(slot.ends));
    if (match.begins == 0) refuse_copy("a mark is none of ours", at);
    if (slot.begins != kNoCarrier) possible_[slot.begins] = match.begins;
    if (slot.ends != kNoCarrier) possible_[slot.ends] = match.ends;
    decoded.remove_prefix(match.size);
  }
  expect_literals(stream.literals.size());
  if (!decoded.empty()) refuse_copy("a page's content goes on after its end", at);
}

std::vector<std::int8_t> SignReader::signs() const {
  std::vector<std::int8_t> signs;
  std::ranges::transform(possible_, std::back_inserter(signs), the_sign);
  return signs;
}

}  // namespace barium::page
