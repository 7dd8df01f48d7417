#include "image/foreign_pictures.h"

#include <gif_lib.h>
#include <libheif/heif.h>
#include <tiffio.h>
#include <turbojpeg.h>
#include <unistd.h>
#include <webp/encode.h>
#include <webp/mux.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "base/file.h"

namespace barium::image {
namespace {

using base::Bytes;
using base::require;

int append_gif(GifFileType* gif, const GifByteType* data, int size) {
  auto* bytes = static_cast<Bytes*>(gif->UserData);
  bytes->insert(bytes->end(), data, data + size);
  return size;
}

heif_error append_heif(heif_context*, const void* data, size_t size, void* user) {
  const auto* first = static_cast<const std::uint8_t*>(data);
  static_cast<Bytes*>(user)->assign(first, first + size);
  return {heif_error_Ok, heif_suberror_Unspecified, "ok"};
}

void require_ok(const heif_error& error) { require(error.code == heif_error_Ok, error.message); }

// Rows of the samples as TIFF stores them, most significant bit first.
std::vector<std::uint8_t> tiff_row(const Image<std::uint8_t>& page, int y, const TiffKind& kind) {
  const int samples = page.width() * page.channels();
  std::vector<std::uint8_t> row(kind.bits == 1 ? (samples + 7) / 8 : samples * kind.bits / 8);
  for (int i = 0; i < samples; ++i) {
    const std::uint8_t value = kind.white_is_zero ? 255 - page.row(y)[i] : page.row(y)[i];
    if (kind.bits == 1 && value >= 128) row[i / 8] |= static_cast<std::uint8_t>(0x80 >> i % 8);
    if (kind.bits == 8) row[i] = value;
    if (kind.bits == 16) row[2 * i] = row[2 * i + 1] = value;
  }
  return row;
}

void write_tiff_page(TIFF* tiff, const Image<std::uint8_t>& page, const TiffKind& kind) {
  const int photometric = page.channels() == 3 ? PHOTOMETRIC_RGB
                          : kind.white_is_zero ? PHOTOMETRIC_MINISWHITE
                                               : PHOTOMETRIC_MINISBLACK;
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, page.width());
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, page.height());
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, kind.bits);
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, page.channels());
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, photometric);
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  TIFFSetField(tiff, TIFFTAG_COMPRESSION, kind.compression);
  TIFFSetField(tiff, TIFFTAG_ORIENTATION, kind.orientation);
  TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, page.height());
  for (int y = 0; y < page.height(); ++y) {
    auto row = tiff_row(page, y, kind);
    require(TIFFWriteScanline(tiff, row.data(), y, 0) == 1, "libtiff writes a row");
  }
  require(TIFFWriteDirectory(tiff) == 1, "libtiff writes a page");
}

}  // namespace

Bytes webp_of(const Image<std::uint8_t>& image) {
  std::uint8_t* data = nullptr;
  const auto encode = image.channels() == 4 ? WebPEncodeLosslessRGBA : WebPEncodeLosslessRGB;
  const std::size_t size =
      encode(image.row(0), image.width(), image.height(), image.width() * image.channels(), &data);
  const std::unique_ptr<std::uint8_t, void (*)(void*)> owner(data, WebPFree);
  return {data, data + size};
}

Bytes animated_webp_of(const std::vector<Image<std::uint8_t>>& frames) {
  const std::unique_ptr<WebPAnimEncoder, void (*)(WebPAnimEncoder*)> encoder(
      WebPAnimEncoderNew(frames[0].width(), frames[0].height(), nullptr), WebPAnimEncoderDelete);
  WebPConfig config;
  require(WebPConfigLosslessPreset(&config, 6) != 0 && WebPConfigInit(&config) != 0, "libwebp has a preset");
  config.lossless = 1;
  int time_ms = 0;
  for (const auto& frame : frames) {
    WebPPicture picture;
    require(WebPPictureInit(&picture) != 0, "libwebp has the version it was built with");
    picture.use_argb = 1;
    picture.width = frame.width();
    picture.height = frame.height();
    WebPPictureImportRGBA(&picture, frame.row(0), frame.width() * 4);
    WebPAnimEncoderAdd(encoder.get(), &picture, time_ms, &config);
    WebPPictureFree(&picture);
    time_ms += 100;
  }
  WebPAnimEncoderAdd(encoder.get(), nullptr, time_ms, nullptr);
  WebPData data{};
  WebPAnimEncoderAssemble(encoder.get(), &data);
  Bytes bytes(data.bytes, data.bytes + data.size);
  WebPDataClear(&data);
  return bytes;
}

Bytes gif_of(const std::vector<GrayImage>& frames) {
  Bytes bytes;
  int error = 0;
  GifFileType* gif = EGifOpen(&bytes, append_gif, &error);
  std::vector<GifColorType> grays;
  for (int i = 0; i < 256; ++i) {
    const auto v = static_cast<GifByteType>(i);
    grays.push_back({v, v, v});
  }
  ColorMapObject* colors = GifMakeMapObject(256, grays.data());
  EGifPutScreenDesc(gif, frames[0].width(), frames[0].height(), 8, 0, colors);
  for (const GrayImage& frame : frames) {
    EGifPutImageDesc(gif, 0, 0, frame.width(), frame.height(), false, nullptr);
    GrayImage copy = frame;
    for (int y = 0; y < copy.height(); ++y) EGifPutLine(gif, copy.row(y), copy.width());
  }
  GifFreeMapObject(colors);
  EGifCloseFile(gif, &error);
  return bytes;
}

Bytes cmyk_jpeg_of(const Image<std::uint8_t>& stored) {
  const std::unique_ptr<void, int (*)(tjhandle)> codec(tjInitCompress(), tjDestroy);
  unsigned char* data = nullptr;
  unsigned long size = 0;
  require(tjCompress2(codec.get(), stored.row(0), stored.width(), 0, stored.height(), TJPF_CMYK, &data, &size,
                      TJSAMP_444, 100, 0) == 0,
          "libjpeg-turbo writes CMYK");
  Bytes bytes(data, data + size);
  tjFree(data);
  return bytes;
}

Bytes heif_of(const Image<std::uint8_t>& rgb, std::string_view extension) {
  const std::unique_ptr<heif_context, void (*)(heif_context*)> context(heif_context_alloc(),
                                                                       heif_context_free);
  heif_encoder* encoder = nullptr;
  require_ok(heif_context_get_encoder_for_format(
      context.get(), extension == "avif" ? heif_compression_AV1 : heif_compression_HEVC, &encoder));
  heif_encoder_set_lossy_quality(encoder, 100);
  heif_image* image = nullptr;
  require_ok(
      heif_image_create(rgb.width(), rgb.height(), heif_colorspace_RGB, heif_chroma_interleaved_RGB, &image));
  require_ok(heif_image_add_plane(image, heif_channel_interleaved, rgb.width(), rgb.height(), 8));
  int stride = 0;
  std::uint8_t* plane = heif_image_get_plane(image, heif_channel_interleaved, &stride);
  for (int y = 0; y < rgb.height(); ++y) std::copy_n(rgb.row(y), rgb.width() * 3, plane + stride * y);
  require_ok(heif_context_encode_image(context.get(), image, encoder, nullptr, nullptr));
  heif_image_release(image);
  heif_encoder_release(encoder);
  Bytes bytes;
  heif_writer writer{1, append_heif};
  require_ok(heif_context_write(context.get(), &writer, &bytes));
  return bytes;
}

Bytes tiff_of(const std::vector<Image<std::uint8_t>>& pages, const TiffKind& kind) {
  const auto path =
      std::filesystem::temp_directory_path() / ("barium_tiff_" + std::to_string(getpid()) + ".tif");
  TIFF* tiff = TIFFOpen(path.c_str(), "w");
  require(tiff != nullptr, "the temporary folder takes a file");
  for (const auto& page : pages) write_tiff_page(tiff, page, kind);
  TIFFClose(tiff);
  Bytes bytes = base::read_file(path, 1 << 24);
  std::filesystem::remove(path);
  return bytes;
}

}  // namespace barium::image

#ifdef __SANITIZE_ADDRESS__
// The HEVC encoder, which only these tests use, keeps its tables for ever.
extern "C" const char* __lsan_default_suppressions() { return "leak:libx265"; }
#endif
