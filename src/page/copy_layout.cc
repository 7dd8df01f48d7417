#include "page/copy_layout.h"

#include <algorithm>

namespace barium::page {

namespace {

constexpr std::string_view kMagic = "BARIUMCT";
// 3: slots where one carrier ends and the next begins. 2: pictures. Version 1 is the same without.
constexpr std::uint32_t kVersion = 3, kOldestVersion = 1, kFirstWithSharedSlots = 3;
constexpr std::size_t kSlotBytes = 16, kOldSlotBytes = 12;
constexpr std::size_t kMoveBytes = 7 * 4;
constexpr std::size_t kXrefBytes = 13;
constexpr std::size_t kStreamBytes = 8 + 8 + 1 + 4 + 4;
constexpr std::size_t kAlternativesBytes = 5 * 4, kOldAlternativesBytes = 3 * 4;
// As ReadOptions::max_content_bytes: nothing larger is ever read, so nothing larger is written.
constexpr std::size_t kMostStreamBytes = 512ull << 20;

void put_picture(base::ByteWriter& out, const MarkedStream& stream) {
  out.put_blob(stream.picture);
  out.put(static_cast<std::uint32_t>(stream.moves.size()));
  for (const PictureMove& move : stream.moves) {
    out.put(move.carrier);
    for (const int value : {move.area.x0, move.area.y0, move.area.x1, move.area.y1, move.dx, move.dy})
      out.put(std::int32_t{value});
  }
}

void get_picture(base::ByteReader& in, MarkedStream& stream) {
  stream.picture = in.get_blob();
  stream.moves.resize(in.get_count(kMoveBytes));
  for (PictureMove& move : stream.moves) {
    move.carrier = in.get<std::uint32_t>();
    for (int* value : {&move.area.x0, &move.area.y0, &move.area.x1, &move.area.y1, &move.dx, &move.dy})
      *value = in.get<std::int32_t>();
  }
}

void put_stream(base::ByteWriter& out, const MarkedStream& stream) {
  out.put(stream.length_at);
  out.put(stream.data_at);
  out.put(static_cast<std::uint8_t>(stream.encoding));
  if (stream.encoding == StreamEncoding::kPicture) return put_picture(out, stream);
  out.put_blob(stream.literals);
  out.put(static_cast<std::uint32_t>(stream.slots.size()));
  for (const Slot& slot : stream.slots) {
    out.put(slot.at);
    out.put(slot.begins);
    out.put(slot.ends);
    out.put(slot.alternatives);
  }
}

// Before version 3 a slot had one carrier, and a text for each of its signs.
Slot get_slot(base::ByteReader& in, std::uint32_t version) {
  Slot slot;
  slot.at = in.get<std::uint32_t>();
  slot.begins = in.get<std::uint32_t>();
  if (version >= kFirstWithSharedSlots) slot.ends = in.get<std::uint32_t>();
  slot.alternatives = in.get<std::uint32_t>();
  return slot;
}

Alternatives get_alternatives(base::ByteReader& in, std::uint32_t version) {
  Alternatives alternatives;
  if (version >= kFirstWithSharedSlots) {
    for (std::string_view& text : alternatives.texts) text = base::as_text(in.get_blob());
    return alternatives;
  }
  for (const int sign : {1, -1, 0})
    alternatives.texts[static_cast<std::size_t>(sign + Alternatives::kMostSteps)] =
        base::as_text(in.get_blob());
  return alternatives;
}

MarkedStream get_stream(base::ByteReader& in, std::uint32_t version) {
  MarkedStream stream;
  stream.length_at = in.get<std::uint64_t>();
  stream.data_at = in.get<std::uint64_t>();
  const auto encoding = in.get<std::uint8_t>();
  if (encoding > static_cast<std::uint8_t>(StreamEncoding::kPicture)) in.fail("names an unknown encoding");
  stream.encoding = static_cast<StreamEncoding>(encoding);
  if (stream.encoding == StreamEncoding::kPicture) {
    get_picture(in, stream);
    return stream;
  }
  stream.literals = in.get_blob();
  stream.slots.resize(in.get_count(version >= kFirstWithSharedSlots ? kSlotBytes : kOldSlotBytes));
  for (Slot& slot : stream.slots) slot = get_slot(in, version);
  return stream;
}

XrefEntry get_entry(base::ByteReader& in) {
  const auto type = in.get<std::uint8_t>();
  if (type > static_cast<std::uint8_t>(XrefType::kInObjectStream)) in.fail("has an unknown kind of object");
  const auto place = in.get<std::uint64_t>();
  return {static_cast<XrefType>(type), place, in.get<std::uint32_t>()};
}

std::uint32_t get_version(base::ByteReader& in) {
  if (base::as_text(in.get_raw(kMagic.size())) != kMagic) in.fail("does not begin as one");
  const auto version = in.get<std::uint32_t>();
  if (version >= kOldestVersion && version <= kVersion) return version;
  throw base::Error(
      base::ErrorCode::kVersion,
      "the copy template is of version " + std::to_string(version) + ", this barium reads 1 to 3", {},
      "Use the barium that wrote it, or a newer one.");
}

std::size_t longest(const Alternatives& texts) {
  return std::ranges::max(texts.texts, {}, &std::string_view::size).size();
}

void check_slots(const base::ByteReader& in, const CopyLayout& layout, MarkedStream& stream,
                 std::vector<bool>& has_slot) {
  std::uint32_t before = 0;
  stream.most_bytes = stream.literals.size();
  for (const Slot& slot : stream.slots) {
    if (slot.at < before || slot.at > stream.literals.size()) in.fail("has a slot out of place");
    if (slot.alternatives >= layout.alternatives.size() || slot.begins == slot.ends)
      in.fail("has a slot that refers to nothing");
    before = slot.at;
    for (const std::uint32_t carrier : {slot.begins, slot.ends}) {
      if (carrier == kNoCarrier) continue;
      if (carrier >= layout.carriers) in.fail("has a slot that refers to nothing");
      has_slot[carrier] = true;
    }
    stream.most_bytes += longest(layout.alternatives[slot.alternatives]);
  }
  for (const PictureMove& move : stream.moves) {
    if (move.carrier >= layout.carriers) in.fail("moves a word of no carrier");
    has_slot[move.carrier] = true;
  }
  if (stream.most_bytes > kMostStreamBytes) in.fail("has a stream beyond all limits");
}

void check_places(const base::ByteReader& in, const CopyLayout& layout) {
  std::uint64_t before = 0;
  for (const MarkedStream& stream : layout.streams) {
    if (stream.length_at < before || stream.data_at < stream.length_at || stream.data_at > layout.body.size())
      in.fail("has a stream out of place");
    before = stream.data_at;
  }
  for (const XrefEntry& entry : layout.xref) {
    if (entry.type == XrefType::kInFile && entry.place > layout.body.size())
      in.fail("has an object beyond its end");
    if (entry.type == XrefType::kInObjectStream && entry.place >= layout.xref.size())
      in.fail("has an object in no stream");
  }
}

void check(const base::ByteReader& in, CopyLayout& layout) {
  if (layout.level < 1 || layout.level > 12) in.fail("asks for an unknown level of compression");
  check_places(in, layout);
  // A slot is of two carriers at most, so this is no more memory than the slots took.
  std::size_t slots = 0;
  for (const MarkedStream& stream : layout.streams) slots += 2 * stream.slots.size() + stream.moves.size();
  if (layout.carriers > slots) in.fail("has a carrier without a slot");
  std::vector<bool> has_slot(layout.carriers, false);
  for (MarkedStream& stream : layout.streams) check_slots(in, layout, stream, has_slot);
  if (!std::ranges::all_of(has_slot, [](bool has) { return has; })) in.fail("has a carrier without a slot");
}

}  // namespace

base::Bytes serialize(const CopyLayout& layout) {
  base::ByteWriter out;
  out.put_raw(base::as_bytes(kMagic));
  out.put(kVersion);
  out.put(static_cast<std::uint8_t>(layout.xref_kind));
  out.put(layout.level);
  out.put(layout.carriers);
  out.put_text(layout.first_id);
  out.put_text(layout.trailer);
  out.put(static_cast<std::uint32_t>(layout.alternatives.size()));
  for (const Alternatives& texts : layout.alternatives) {
    for (const std::string_view text : texts.texts) out.put_text(text);
  }
  out.put(static_cast<std::uint32_t>(layout.streams.size()));
  for (const MarkedStream& stream : layout.streams) put_stream(out, stream);
  out.put(static_cast<std::uint32_t>(layout.xref.size()));
  for (const XrefEntry& entry : layout.xref) {
    out.put(static_cast<std::uint8_t>(entry.type));
    out.put(entry.place);
    out.put(entry.index);
  }
  out.put_blob(layout.encryption);
  out.put_text(layout.password);
  out.put_blob(layout.body);
  return out.take();
}

CopyLayout parse_layout(base::ByteView bytes) {
  base::ByteReader in(bytes, "the copy template");
  const std::uint32_t version = get_version(in);
  CopyLayout layout;
  const auto kind = in.get<std::uint8_t>();
  if (kind > static_cast<std::uint8_t>(XrefKind::kStream)) in.fail("has an unknown kind of cross-references");
  layout.xref_kind = static_cast<XrefKind>(kind);
  layout.level = in.get<std::uint8_t>();
  layout.carriers = in.get<std::uint32_t>();
  layout.first_id = base::as_text(in.get_blob());
  layout.trailer = base::as_text(in.get_blob());
  layout.alternatives.resize(
      in.get_count(version >= kFirstWithSharedSlots ? kAlternativesBytes : kOldAlternativesBytes));
  for (Alternatives& texts : layout.alternatives) texts = get_alternatives(in, version);
  layout.streams.resize(in.get_count(kStreamBytes));
  for (MarkedStream& stream : layout.streams) stream = get_stream(in, version);
  layout.xref.resize(in.get_count(kXrefBytes));
  for (XrefEntry& entry : layout.xref) entry = get_entry(in);
  layout.encryption = in.get_blob();
  layout.password = base::as_text(in.get_blob());
  layout.body = in.get_blob();
  in.expect_end();
  check(in, layout);
  return layout;
}

}  // namespace barium::page
