#include <webp/decode.h>
#include <webp/demux.h>

#include <algorithm>
#include <memory>

#include "image/codec.h"
#include "image/exif.h"

namespace barium::image {
namespace {

Image<std::uint8_t> read_first_of_animation(base::ByteView bytes, int width, int height) {
  const WebPData data{bytes.data(), bytes.size()};
  WebPAnimDecoderOptions anim_options;
  base::require(WebPAnimDecoderOptionsInit(&anim_options) != 0, "libwebp has the version it was built with");
  const std::unique_ptr<WebPAnimDecoder, void (*)(WebPAnimDecoder*)> decoder(
      WebPAnimDecoderNew(&data, &anim_options), WebPAnimDecoderDelete);
  std::uint8_t* canvas = nullptr;
  int timestamp_ms = 0;
  WebPAnimInfo info;
  if (!decoder || !WebPAnimDecoderGetInfo(decoder.get(), &info) ||
      info.canvas_width != static_cast<std::uint32_t>(width) ||
      info.canvas_height != static_cast<std::uint32_t>(height) ||
      !WebPAnimDecoderGetNext(decoder.get(), &canvas, &timestamp_ms)) {
    fail_damaged("WebP", "its first frame cannot be decoded");
  }
  Image<std::uint8_t> rgba(width, height, 4);
  std::copy_n(canvas, rgba.pixels().size(), rgba.row(0));
  return rgba;
}

Image<std::uint8_t> read_still(base::ByteView bytes, const WebPBitstreamFeatures& features) {
  const int channels = features.has_alpha ? 4 : 3;
  Image<std::uint8_t> pixels(features.width, features.height, channels);
  const auto decode = features.has_alpha ? WebPDecodeRGBAInto : WebPDecodeRGBInto;
  if (!decode(bytes.data(), bytes.size(), pixels.row(0), pixels.pixels().size(), features.width * channels)) {
    fail_damaged("WebP", "its picture cannot be decoded");
  }
  return pixels;
}

}  // namespace

StoredPhoto read_webp(base::ByteView bytes, const DecodeOptions& options) {
  WebPBitstreamFeatures features;
  if (WebPGetFeatures(bytes.data(), bytes.size(), &features) != VP8_STATUS_OK) {
    fail_damaged("WebP", "its header cannot be read");
  }
  require_size(features.width, features.height, options.limits);
  StoredPhoto photo;
  if (features.has_animation) {
    photo.notes.push_back(first_frame_note("WebP"));
    photo.frames_in_file = 2;
    photo.frames.push_back({read_first_of_animation(bytes, features.width, features.height)});
  } else {
    photo.frames.push_back({read_still(bytes, features)});
  }
  photo.frames[0].orientation = webp_orientation(bytes);
  return photo;
}

}  // namespace barium::image
