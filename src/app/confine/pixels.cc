#include "app/confine/pixels.h"

#include <algorithm>

#include "app/confine/answer.h"

namespace barium::app {

void put_picture(base::ByteWriter& writer, const image::Image<std::uint8_t>& picture) {
  writer.put(static_cast<std::uint32_t>(picture.width()));
  writer.put(static_cast<std::uint32_t>(picture.height()));
  writer.put(static_cast<std::uint8_t>(picture.channels()));
  writer.put_raw(picture.pixels());
}

image::Image<std::uint8_t> get_picture(base::ByteReader& reader, int max_side_px, std::int64_t max_pixels) {
  const std::int64_t width = reader.get<std::uint32_t>(), height = reader.get<std::uint32_t>();
  const int channels = reader.get<std::uint8_t>();
  if (width < 1 || height < 1 || width > max_side_px || height > max_side_px || width * height > max_pixels ||
      (channels != 1 && channels != 3))
    reader.fail("holds a picture beyond the limits");
  const base::ByteView raw = reader.get_raw(static_cast<std::size_t>(width * height * channels));
  image::Image<std::uint8_t> picture(static_cast<int>(width), static_cast<int>(height), channels);
  std::copy(raw.begin(), raw.end(), picture.pixels().begin());
  return picture;
}

void put_notes(base::ByteWriter& writer, const base::Notes& notes) {
  writer.put(static_cast<std::uint32_t>(notes.size()));
  for (const base::Note& note : notes) {
    writer.put_text(note.code);
    writer.put_text(note.text);
  }
}

base::Notes get_notes(base::ByteReader& reader) {
  constexpr std::size_t kMost = 100;
  base::Notes notes;
  for (std::size_t left = reader.get_count(8); left > 0; --left) {
    base::Note note;
    note.code = plain_text(reader.get_text(), 60);
    note.text = plain_text(reader.get_text(), 500);
    if (notes.size() < kMost) notes.push_back(std::move(note));
  }
  return notes;
}

}  // namespace barium::app
