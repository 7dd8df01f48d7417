#include "app/confine/answer.h"
#include "app/confine/pixels.h"
#include "app/confine/tasks.h"

namespace barium::app {

namespace {

constexpr const char* kAnswer = "the answer of the confined worker";

image::Frame get_frame(base::ByteReader& reader, const image::DecodeLimits& limits) {
  image::Frame frame;
  const auto full_width = reader.get<std::uint32_t>(), full_height = reader.get<std::uint32_t>();
  if (full_width > 1'000'000 || full_height > 1'000'000) reader.fail("holds a frame beyond the limits");
  frame.full_width = static_cast<int>(full_width);
  frame.full_height = static_cast<int>(full_height);
  frame.pixels = get_picture(reader, limits.side_px, limits.pixels);
  return frame;
}

}  // namespace

image::Photo decode_photo(const Confinement& confinement, base::ByteView bytes,
                          const image::DecodeOptions& options) {
  if (bytes.size() > options.limits.bytes) {
    throw base::Error(base::ErrorCode::kLimit, "is " + std::to_string(bytes.size()) +
                                                   " bytes; the limit is " +
                                                   std::to_string(options.limits.bytes));
  }
  base::ByteWriter request;
  request.put(options.limits.bytes);
  request.put(options.limits.pixels);
  request.put(std::int32_t{options.limits.side_px});
  request.put(std::int32_t{options.limits.frames});
  request.put(static_cast<std::uint8_t>(options.color));
  request.put(std::int32_t{options.max_long_side_px});
  request.put(std::int32_t{options.first_frame});
  request.put_raw(bytes);
  const base::Bytes answer = confinement.call(Task::kDecodePhoto, request.take(), {});
  base::ByteReader reader(answer, kAnswer);
  image::Photo photo;
  photo.format = plain_text(reader.get_text(), 10);
  photo.frames_in_file = static_cast<int>(std::min(reader.get<std::uint32_t>(), 1'000'000u));
  photo.notes = get_notes(reader);
  const std::size_t frames = reader.get<std::uint32_t>();
  if (frames < 1 || frames > static_cast<std::size_t>(options.limits.frames))
    reader.fail("holds no frame, or too many");
  for (std::size_t i = 0; i < frames; ++i) photo.frames.push_back(get_frame(reader, options.limits));
  return photo;
}

base::Bytes do_decode_photo(base::ByteView request) {
  base::ByteReader reader(request, "the request");
  image::DecodeOptions options;
  options.limits.bytes = reader.get<std::uint64_t>();
  options.limits.pixels = reader.get<std::int64_t>();
  options.limits.side_px = reader.get<std::int32_t>();
  options.limits.frames = reader.get<std::int32_t>();
  options.color = static_cast<image::DecodedColor>(reader.get<std::uint8_t>());
  options.max_long_side_px = reader.get<std::int32_t>();
  options.first_frame = reader.get<std::int32_t>();
  const image::Photo photo = image::decode_photo(reader.get_raw(reader.remaining()), options);
  base::ByteWriter answer;
  answer.put_text(photo.format);
  answer.put(static_cast<std::uint32_t>(photo.frames_in_file));
  put_notes(answer, photo.notes);
  answer.put(static_cast<std::uint32_t>(photo.frames.size()));
  for (const image::Frame& frame : photo.frames) {
    answer.put(static_cast<std::uint32_t>(frame.full_width));
    answer.put(static_cast<std::uint32_t>(frame.full_height));
    put_picture(answer, frame.pixels);
  }
  return answer.take();
}

}  // namespace barium::app
