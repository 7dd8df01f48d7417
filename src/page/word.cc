#include "page/word.h"

#include <algorithm>
#include <cmath>

// The blob of docs/formats/page.md.

namespace barium::page {
namespace {

using base::ByteReader;
using base::ByteWriter;

constexpr std::uint32_t kMagic = 0x32475042;             // "BPG2"
constexpr std::uint32_t kMagicWithoutPens = 0x31475042;  // "BPG1"
// Pens are kept in 64ths of a point, below 2^24 so that a float holds them.
constexpr float kPenUnits = 64;
constexpr std::uint64_t kMostPenUnits = (1u << 24) - 1;
// Words farther from a page's corner are on no page; pixels of any raster at such a place fit an int.
constexpr double kMostPt = 1e6;
constexpr std::size_t kWordBytes = 8 * sizeof(float) + 4;

// LEB128: seven bits a byte, the lowest first, the top bit meaning "more".
void put_count(ByteWriter& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.put(static_cast<std::uint8_t>(value | 0x80));
  out.put(static_cast<std::uint8_t>(value));
}
std::uint64_t get_count(ByteReader& in) {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 63; shift += 7) {
    const auto byte = in.get<std::uint8_t>();
    value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return value;
  }
  in.fail("has a number that does not end");
}
std::size_t get_index(ByteReader& in, std::size_t limit) {
  const std::uint64_t index = get_count(in);
  if (index >= limit) in.fail("refers to something that is not there");
  return static_cast<std::size_t>(index);
}
std::size_t get_items(ByteReader& in, std::size_t bytes_each) {
  const std::uint64_t count = get_count(in);
  if (count > in.remaining() / bytes_each) in.fail("claims more items than it has room for");
  return static_cast<std::size_t>(count);
}

// Signed to unsigned, small to small: 0, -1, 1, -2, ...
std::uint64_t zigzag(std::int64_t value) { return static_cast<std::uint64_t>(value << 1 ^ value >> 63); }
std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

void put_text(ByteWriter& out, std::string_view text) {
  put_count(out, text.size());
  out.put_raw(base::as_bytes(text));
}
std::string get_text(ByteReader& in) { return std::string(base::as_text(in.get_raw(get_items(in, 1)))); }

// Lengths and places; NaN is none.
template <class T>
T get_pt(ByteReader& in) {
  const auto value = in.get<T>();
  if (!(std::abs(value) <= T{kMostPt})) in.fail("has a place that is on no page");
  return value;
}

// The different values of a field that has few: directions, shifts. In order of appearance.
template <class T>
std::size_t index_in(std::vector<T>& table, const T& value) {
  const auto found = std::find(table.begin(), table.end(), value);
  if (found != table.end()) return static_cast<std::size_t>(found - table.begin());
  table.push_back(value);
  return table.size() - 1;
}

void put_word(ByteWriter& out, const Word& word, std::size_t direction, std::int64_t line_step) {
  for (const double value : {word.box.x0, word.box.y0, word.box.x1, word.box.y1, word.origin.x, word.origin.y,
                             word.length_pt, word.size_pt}) {
    out.put(static_cast<float>(std::clamp(value, -kMostPt, kMostPt)));
  }
  put_count(out, direction);
  put_count(out, zigzag(line_step));
  out.put(static_cast<std::uint8_t>(word.obstacle));
  put_text(out, word.text);
  put_count(out, word.pens.size());
  std::uint64_t before = 0;
  for (const float pen : word.pens) {
    const auto now = static_cast<std::uint64_t>(std::lround(pen * kPenUnits));
    base::require(now >= before, "pens are in order");
    put_count(out, now - before);
    before = now;
  }
}

std::vector<float> get_pens(ByteReader& in) {
  std::vector<float> pens(get_items(in, 1));
  std::uint64_t now = 0;
  for (float& pen : pens) {
    const std::uint64_t step = get_count(in);
    if (step > kMostPenUnits - now) in.fail("has a glyph far outside its word");
    now += step;
    pen = static_cast<float>(now) / kPenUnits;
  }
  return pens;
}

Word get_word(ByteReader& in, const std::vector<base::Vec2>& directions, std::int64_t line_before,
              bool with_pens) {
  Word word;
  for (double* value : {&word.box.x0, &word.box.y0, &word.box.x1, &word.box.y1, &word.origin.x,
                        &word.origin.y, &word.length_pt, &word.size_pt}) {
    *value = static_cast<double>(get_pt<float>(in));
  }
  word.along = directions[get_index(in, directions.size())];
  const std::int64_t line = line_before + unzigzag(get_count(in));
  if (line < INT32_MIN || line > INT32_MAX) in.fail("has a line number out of range");
  word.line = static_cast<std::int32_t>(line);
  const auto obstacle = in.get<std::uint8_t>();
  if (obstacle > static_cast<std::uint8_t>(Obstacle::kSprawling)) in.fail("has an unknown obstacle");
  word.obstacle = static_cast<Obstacle>(obstacle);
  word.text = get_text(in);
  if (with_pens) word.pens = get_pens(in);
  return word;
}

void put_words(ByteWriter& out, const std::vector<Word>& words) {
  std::vector<base::Vec2> directions;
  std::vector<std::size_t> direction_of;
  for (const Word& word : words) direction_of.push_back(index_in(directions, word.along));
  put_count(out, directions.size());
  for (const base::Vec2 direction : directions) {
    out.put(direction.x);
    out.put(direction.y);
  }
  put_count(out, words.size());
  std::int64_t line = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    put_word(out, words[i], direction_of[i], words[i].line - line);
    line = words[i].line;
  }
}

std::vector<Word> get_words(ByteReader& in, bool with_pens) {
  std::vector<base::Vec2> directions(get_items(in, 2 * sizeof(double)));
  for (base::Vec2& direction : directions) {
    direction.x = get_pt<double>(in);
    direction.y = get_pt<double>(in);
    if (std::abs(base::norm(direction) - 1) > 1e-6) in.fail("has a direction that is none");
  }
  const std::size_t count = get_items(in, kWordBytes);
  std::vector<Word> words;
  words.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    words.push_back(get_word(in, directions, i == 0 ? 0 : words.back().line, with_pens));
  }
  return words;
}

void put_carriers(ByteWriter& out, const std::vector<Carrier>& carriers) {
  std::vector<double> shifts;
  std::vector<std::size_t> shift_of;
  for (const Carrier& carrier : carriers) shift_of.push_back(index_in(shifts, carrier.shift_pt));
  put_count(out, shifts.size());
  for (const double shift : shifts) out.put(shift);
  put_count(out, carriers.size());
  std::uint32_t next = 0;
  for (std::size_t i = 0; i < carriers.size(); ++i) {
    base::require(carriers[i].word >= next, "carriers are in order of their words");
    put_count(out, carriers[i].word - next);
    put_count(out, shift_of[i]);
    next = carriers[i].word + 1;
  }
}

std::vector<Carrier> get_carriers(ByteReader& in, std::size_t words) {
  std::vector<double> shifts(get_items(in, sizeof(double)));
  for (double& shift : shifts) {
    shift = get_pt<double>(in);
    if (!(shift > 0)) in.fail("has a displacement that is not positive");
  }
  std::vector<Carrier> carriers(get_items(in, 2));
  std::size_t next = 0;
  for (Carrier& carrier : carriers) {
    const std::size_t word = next + get_index(in, words - next);
    carrier.word = static_cast<std::uint32_t>(word);
    carrier.shift_pt = shifts.empty() ? 0 : shifts[get_index(in, shifts.size())];
    if (shifts.empty()) in.fail("has a carrier without a displacement");
    next = word + 1;
  }
  return carriers;
}

}  // namespace

float stored_pen(double pt) {
  const double units = std::clamp(std::round(pt * kPenUnits), 0.0, static_cast<double>(kMostPenUnits));
  return static_cast<float>(units) / kPenUnits;
}

std::size_t DocumentModel::first_carrier(std::size_t index) const {
  base::require(index <= pages.size(), "a page index is at most the number of pages");
  std::size_t count = 0;
  for (std::size_t i = 0; i < index; ++i) count += pages[i].carriers.size();
  return count;
}

base::Bytes serialize(const PageModel& page) {
  ByteWriter out;
  out.put(kMagic);
  out.put(page.width_pt);
  out.put(page.height_pt);
  out.put(static_cast<std::uint8_t>(page.raster_marked));
  put_text(out, page.unmarked_reason);
  put_words(out, page.words);
  put_carriers(out, page.carriers);
  put_count(out, page.notes.size());
  for (const base::Note& note : page.notes) {
    put_text(out, note.code);
    put_text(out, note.text);
  }
  return out.take();
}

PageModel parse_page(base::ByteView bytes) {
  ByteReader in(bytes, "The stored page");
  const auto magic = in.get<std::uint32_t>();
  if (magic != kMagic && magic != kMagicWithoutPens) in.fail("does not start as a page of this version");
  PageModel page;
  page.width_pt = get_pt<double>(in);
  page.height_pt = get_pt<double>(in);
  if (page.width_pt < 0 || page.height_pt < 0) in.fail("has a size that is none");
  page.raster_marked = in.get<std::uint8_t>() != 0;
  page.unmarked_reason = get_text(in);
  page.words = get_words(in, magic == kMagic);
  page.carriers = get_carriers(in, page.words.size());
  page.notes.resize(get_items(in, 2));
  for (base::Note& note : page.notes) {
    note.code = get_text(in);
    note.text = get_text(in);
  }
  in.expect_end();
  return page;
}

}  // namespace barium::page
