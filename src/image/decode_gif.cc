#include <gif_lib.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "image/codec.h"

namespace barium::image {
namespace {

struct GifSource {
  base::ByteView bytes;
  std::size_t at = 0;
};

int read_source(GifFileType* gif, GifByteType* out, int size) {
  auto* source = static_cast<GifSource*>(gif->UserData);
  const std::size_t count = std::min<std::size_t>(size, source->bytes.size() - source->at);
  std::memcpy(out, source->bytes.data() + source->at, count);
  source->at += count;
  return static_cast<int>(count);
}

using Gif = std::unique_ptr<GifFileType, int (*)(GifFileType*)>;

int close_gif(GifFileType* gif) { return DGifCloseFile(gif, nullptr); }

[[noreturn]] void fail_gif(int error) {
  const char* why = GifErrorString(error);
  fail_damaged("GIF", why ? why : "it cannot be decoded");
}

// The index that is transparent, from the graphic control extension (GIF89a, section 23), or -1.
int transparent_index(int code, const GifByteType* block) {
  if (code != GRAPHICS_EXT_FUNC_CODE || !block || block[0] != 4) return -1;
  return (block[1] & 1) ? block[4] : -1;
}

// Reads records up to and including the description of the next image; false at the end of the file.
bool skip_to_image(GifFileType* gif, int& transparent) {
  GifRecordType type = UNDEFINED_RECORD_TYPE;
  while (DGifGetRecordType(gif, &type) == GIF_OK && type != TERMINATE_RECORD_TYPE) {
    if (type == IMAGE_DESC_RECORD_TYPE) {
      if (DGifGetImageDesc(gif) != GIF_OK) fail_gif(gif->Error);
      return true;
    }
    int code = 0;
    GifByteType* block = nullptr;
    if (DGifGetExtension(gif, &code, &block) != GIF_OK) return false;
    transparent = std::max(transparent, transparent_index(code, block));
    while (block) {
      if (DGifGetExtensionNext(gif, &block) != GIF_OK) return false;
    }
  }
  return false;
}

// GIF89a, appendix E: interlaced rows come in four passes.
std::vector<int> row_order(int height, bool interlaced) {
  constexpr int kPasses[][2] = {{0, 8}, {4, 8}, {2, 4}, {1, 2}};
  std::vector<int> order;
  if (interlaced) {
    for (const auto& [from, step] : kPasses) {
      for (int y = from; y < height; y += step) order.push_back(y);
    }
  } else {
    for (int y = 0; y < height; ++y) order.push_back(y);
  }
  return order;
}

// Draws the image just described onto the white canvas; returns how many rows came.
int draw_image(GifFileType* gif, int transparent, Image<std::uint8_t>& canvas) {
  const GifImageDesc& part = gif->Image;
  const ColorMapObject* colors = part.ColorMap ? part.ColorMap : gif->SColorMap;
  if (!colors) fail_damaged("GIF", "it has no colours");
  std::vector<GifPixelType> line(part.Width);
  int rows = 0;
  for (const int y : row_order(part.Height, part.Interlace)) {
    if (DGifGetLine(gif, line.data(), part.Width) != GIF_OK) break;
    ++rows;
    for (int x = 0; x < part.Width; ++x) {
      const int index = line[x], to_x = part.Left + x, to_y = part.Top + y;
      if (index == transparent || index >= colors->ColorCount) continue;
      if (to_x >= canvas.width() || to_y >= canvas.height()) continue;
      const GifColorType color = colors->Colors[index];
      canvas.at(to_x, to_y, 0) = color.Red;
      canvas.at(to_x, to_y, 1) = color.Green;
      canvas.at(to_x, to_y, 2) = color.Blue;
    }
  }
  return rows;
}

}  // namespace

StoredPhoto read_gif(base::ByteView bytes, const DecodeOptions& options) {
  GifSource source{bytes};
  int error = 0;
  const Gif gif(DGifOpen(&source, read_source, &error), close_gif);
  if (!gif) fail_gif(error);
  int transparent = -1;
  if (!skip_to_image(gif.get(), transparent)) fail_damaged("GIF", "it holds no image");
  // Some writers leave the canvas at 0 x 0.
  const int width = std::max<int>(gif->SWidth, gif->Image.Left + gif->Image.Width);
  const int height = std::max<int>(gif->SHeight, gif->Image.Top + gif->Image.Height);
  require_size(width, height, options.limits);
  require_size(gif->Image.Width, gif->Image.Height, options.limits);
  StoredPhoto photo;
  photo.frames.push_back({Image<std::uint8_t>(width, height, 3, 255)});
  const int rows = draw_image(gif.get(), transparent, photo.frames[0].pixels);
  if (rows == 0) fail_damaged("GIF", "its first frame cannot be decoded");
  if (rows < gif->Image.Height) {
    photo.notes.push_back({"photo.cut_short", "the GIF is cut short; what is left was read"});
  } else if (int unused = -1; skip_to_image(gif.get(), unused)) {
    photo.notes.push_back(first_frame_note("GIF"));
    photo.frames_in_file = 2;
  }
  return photo;
}

}  // namespace barium::image
