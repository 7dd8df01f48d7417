#include "image/exif.h"

#include <optional>

namespace barium::image {
namespace {

using base::as_text;
using base::ByteView;

enum class ByteOrder { kLittle, kBig };

// An unsigned number of `size` bytes; nullopt where it does not lie wholly inside.
std::optional<std::uint32_t> number_at(ByteView bytes, std::size_t at, std::size_t size, ByteOrder order) {
  if (size > bytes.size() || at > bytes.size() - size) return std::nullopt;
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t from_high = order == ByteOrder::kBig ? i : size - 1 - i;
    value = value << 8 | bytes[at + from_high];
  }
  return value;
}

bool begins(ByteView bytes, std::string_view text) {
  return bytes.size() >= text.size() && as_text(bytes.first(text.size())) == text;
}

// The payload of the first marker segment that `wanted` accepts, before the first scan.
template <class Wanted>
std::optional<ByteView> find_jpeg_segment(ByteView file, Wanted wanted) {
  constexpr std::uint8_t kStartOfScan = 0xDA, kFill = 0xFF;
  std::size_t at = 2;
  while (at + 4 <= file.size() && file[at] == 0xFF) {
    const std::uint8_t marker = file[at + 1];
    if (marker == kFill) {
      ++at;
      continue;
    }
    if (marker == kStartOfScan) break;
    const std::uint32_t length = *number_at(file, at + 2, 2, ByteOrder::kBig);  // counts itself
    if (length < 2 || at + 2 + length > file.size()) break;
    const ByteView payload = file.subspan(at + 4, length - 2);
    if (wanted(marker, payload)) return payload;
    at += 2 + length;
  }
  return std::nullopt;
}

constexpr std::string_view kExifPrefix("Exif\0\0", 6);

int orientation_after_prefix(ByteView block) {
  return exif_orientation(begins(block, kExifPrefix) ? block.subspan(kExifPrefix.size()) : block);
}

}  // namespace

int exif_orientation(ByteView block) {
  constexpr std::uint32_t kOrientation = 274, kShort = 3;
  if (!begins(block, "II") && !begins(block, "MM")) return 1;
  const ByteOrder order = block[0] == 'I' ? ByteOrder::kLittle : ByteOrder::kBig;
  if (number_at(block, 2, 2, order) != 42u) return 1;
  const auto directory = number_at(block, 4, 4, order);
  const auto entries = directory ? number_at(block, *directory, 2, order) : std::nullopt;
  for (std::uint32_t i = 0; i < entries.value_or(0); ++i) {
    const std::size_t entry = std::size_t{*directory} + 2 + std::size_t{12} * i;
    const auto tag = number_at(block, entry, 2, order);
    if (!tag) return 1;
    if (*tag != kOrientation) continue;
    const auto value = number_at(block, entry + 8, 2, order);
    if (number_at(block, entry + 2, 2, order) != kShort || !value) return 1;
    return *value >= 1 && *value <= 8 ? static_cast<int>(*value) : 1;
  }
  return 1;
}

int jpeg_orientation(ByteView file) {
  constexpr std::uint8_t kApp1 = 0xE1;
  const auto segment = find_jpeg_segment(file, [](std::uint8_t marker, ByteView payload) {
    return marker == kApp1 && begins(payload, kExifPrefix);
  });
  return segment ? orientation_after_prefix(*segment) : 1;
}

int png_orientation(ByteView file) {
  std::size_t at = 8;
  while (const auto length = number_at(file, at, 4, ByteOrder::kBig)) {
    if (*length > file.size() || at + 12 + *length > file.size()) break;
    if (begins(file.subspan(at + 4), "eXIf")) return exif_orientation(file.subspan(at + 8, *length));
    at += std::size_t{12} + *length;
  }
  return 1;
}

int webp_orientation(ByteView file) {
  std::size_t at = 12;
  while (const auto length = number_at(file, at + 4, 4, ByteOrder::kLittle)) {
    if (*length > file.size() || at + 8 + *length > file.size()) break;
    if (begins(file.subspan(at), "EXIF")) return orientation_after_prefix(file.subspan(at + 8, *length));
    at += std::size_t{8} + *length + (*length & 1);
  }
  return 1;
}

bool has_adobe_marker(ByteView jpeg) {
  constexpr std::uint8_t kApp14 = 0xEE;
  return find_jpeg_segment(jpeg,
                           [](std::uint8_t marker, ByteView payload) {
                             return marker == kApp14 && begins(payload, "Adobe");
                           })
      .has_value();
}

}  // namespace barium::image
