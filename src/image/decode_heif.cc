#include <libheif/heif.h>

#include <algorithm>
#include <memory>

#include "image/codec.h"

namespace barium::image {
namespace {

void require_ok(const heif_error& error) {
  if (error.code == heif_error_Ok) return;
  if (error.code == heif_error_Unsupported_feature || error.code == heif_error_Unsupported_filetype ||
      error.code == heif_error_Decoder_plugin_error) {
    throw base::Error(base::ErrorCode::kUnsupported,
                      std::string("a HEIF or AVIF picture of this kind is not read: ") + error.message);
  }
  fail_damaged("HEIF or AVIF picture", error.message);
}

using Context = std::unique_ptr<heif_context, void (*)(heif_context*)>;
using Handle = std::unique_ptr<heif_image_handle, void (*)(const heif_image_handle*)>;
using Decoded = std::unique_ptr<heif_image, void (*)(const heif_image*)>;

Handle open_primary(heif_context* context) {
  heif_image_handle* handle = nullptr;
  require_ok(heif_context_get_primary_image_handle(context, &handle));
  return {handle, heif_image_handle_release};
}

Decoded decode(const heif_image_handle* handle, int channels) {
  heif_image* decoded = nullptr;
  require_ok(heif_decode_image(handle, &decoded, heif_colorspace_RGB,
                               channels == 4 ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB,
                               nullptr));
  return {decoded, heif_image_release};
}

}  // namespace

// libheif turns and mirrors as the file says; the EXIF inside repeats that and is not applied again.
StoredPhoto read_heif(base::ByteView bytes, const DecodeOptions& options) {
  const Context context(heif_context_alloc(), heif_context_free);
  require_ok(heif_context_read_from_memory_without_copy(context.get(), bytes.data(), bytes.size(), nullptr));
  const Handle handle = open_primary(context.get());
  require_size(heif_image_handle_get_ispe_width(handle.get()),
               heif_image_handle_get_ispe_height(handle.get()), options.limits);
  require_size(heif_image_handle_get_width(handle.get()), heif_image_handle_get_height(handle.get()),
               options.limits);
  const int channels = heif_image_handle_has_alpha_channel(handle.get()) ? 4 : 3;
  const Decoded decoded = decode(handle.get(), channels);

  int stride = 0;
  const std::uint8_t* plane = heif_image_get_plane_readonly(decoded.get(), heif_channel_interleaved, &stride);
  const int width = heif_image_get_width(decoded.get(), heif_channel_interleaved);
  const int height = heif_image_get_height(decoded.get(), heif_channel_interleaved);
  if (!plane) fail_damaged("HEIF or AVIF picture", "it has no pixels");
  require_size(width, height, options.limits);
  StoredPhoto photo;
  photo.frames.push_back({Image<std::uint8_t>(width, height, channels)});
  for (int y = 0; y < height; ++y) {
    std::copy_n(plane + static_cast<std::ptrdiff_t>(y) * stride, width * channels,
                photo.frames[0].pixels.row(y));
  }
  photo.frames_in_file = std::max(1, heif_context_get_number_of_top_level_images(context.get()));
  if (photo.frames_in_file > 1) photo.notes.push_back(first_frame_note("HEIF file"));
  return photo;
}

}  // namespace barium::image
