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
  base::Notes notes(reader.get_count(8));
  for (base::Note& note : notes) {
    note.code = reader.get_text();
    note.text = reader.get_text();
  }
  return plain_notes(std::move(notes));
}

base::Notes plain_notes(base::Notes notes) {
  constexpr std::size_t kMost = 100;
  if (notes.size() > kMost) notes.resize(kMost);
  for (base::Note& note : notes) {
    note.code = plain_text(note.code, 60);
    note.text = plain_text(note.text, 500);
  }
  return notes;
}

}  // namespace barium::app
