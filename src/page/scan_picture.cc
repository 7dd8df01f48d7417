#include "page/scan_picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFWriter.hh>

#include "base/process.h"
#include "page/ink_levels.h"
#include "page/render.h"
#include "page/zlib_stream.h"

namespace barium::page {

namespace {

using image::Samples;

// Why a picture cannot be marked, on the way out of the functions below.
struct Refusal {
  std::string reason;
};

std::string name_in(QPDFObjectHandle value) { return value.isName() ? value.getName() : ""; }

long long integer(QPDFObjectHandle dictionary, const char* key, long long otherwise) {
  QPDFObjectHandle value = dictionary.getKey(key);
  return value.isInteger() ? value.getIntValue() : otherwise;
}

// Names of /Filter, in order of decoding.
std::vector<std::string> filters_of(QPDFObjectHandle dictionary) {
  QPDFObjectHandle filter = dictionary.getKey("/Filter");
  if (filter.isName()) return {filter.getName()};
  std::vector<std::string> names;
  for (int i = 0; filter.isArray() && i < std::min(filter.getArrayNItems(), 8); ++i)
    names.push_back(name_in(filter.getArrayItem(i)));
  return names;
}

QPDFObjectHandle parameters_of(QPDFObjectHandle dictionary, std::size_t filter) {
  QPDFObjectHandle parameters = dictionary.getKey("/DecodeParms");
  if (parameters.isArray() && static_cast<int>(filter) < parameters.getArrayNItems())
    return parameters.getArrayItem(static_cast<int>(filter));
  return filter == 0 ? parameters : QPDFObjectHandle::newNull();
}

struct Size {
  int width = 0, height = 0;
};

Size size_of(QPDFObjectHandle dictionary) {
  const long long width = integer(dictionary, "/Width", 0), height = integer(dictionary, "/Height", 0);
  if (width < 1 || height < 1) throw Refusal{"the page's picture has no size"};
  if (width > kMostPictureSidePx || height > kMostPictureSidePx || width * height > kMostPicturePixels)
    throw Refusal{fmt::format("the page's picture of {} x {} pixels is beyond the limits", width, height)};
  return {static_cast<int>(width), static_cast<int>(height)};
}

// --- colours ----------------------------------------------------------------------------------------

enum class Colors { kGray, kRgb, kCmyk, kIndexed };

struct ColorModel {
  Colors colors = Colors::kGray;
  int components = 1;
  std::vector<std::uint8_t> gray_of_index;
};

std::uint8_t gray_of(const std::uint8_t* c, int components) {
  if (components == 1) return c[0];
  if (components == 3) return static_cast<std::uint8_t>((c[0] + 2 * c[1] + c[2]) / 4);
  return static_cast<std::uint8_t>(std::max(0, 255 - (c[0] + 2 * c[1] + c[2]) / 4 - c[3]));
}

std::optional<ColorModel> color_model(QPDFObjectHandle space);

std::optional<ColorModel> indexed_model(QPDFObjectHandle space) {
  const std::optional<ColorModel> base = color_model(space.getArrayItem(1));
  if (!base || base->colors == Colors::kIndexed) return std::nullopt;
  QPDFObjectHandle table = space.getArrayItem(3);
  std::string bytes;
  if (table.isString()) bytes = table.getStringValue();
  if (table.isStream()) {
    const auto data = table.getStreamData();
    bytes.assign(reinterpret_cast<const char*>(data->getBuffer()),
                 std::min<std::size_t>(data->getSize(), 1024));
  }
  ColorModel model{Colors::kIndexed, 1, {}};
  const auto step = static_cast<std::size_t>(base->components);
  for (std::size_t i = 0; i + step <= bytes.size() && model.gray_of_index.size() < 256; i += step)
    model.gray_of_index.push_back(
        gray_of(reinterpret_cast<const std::uint8_t*>(bytes.data()) + i, base->components));
  return model.gray_of_index.empty() ? std::nullopt : std::optional(model);
}

std::optional<ColorModel> color_model(QPDFObjectHandle space) {
  const std::string name =
      space.isArray() && space.getArrayNItems() > 0 ? name_in(space.getArrayItem(0)) : name_in(space);
  if (name == "/DeviceGray" || name == "/CalGray" || name == "/G") return ColorModel{};
  if (name == "/DeviceRGB" || name == "/CalRGB" || name == "/RGB") return ColorModel{Colors::kRgb, 3, {}};
  if (name == "/DeviceCMYK") return ColorModel{Colors::kCmyk, 4, {}};
  if (name == "/ICCBased" && space.getArrayNItems() > 1 && space.getArrayItem(1).isStream()) {
    const long long n = integer(space.getArrayItem(1).getDict(), "/N", 0);
    if (n == 1) return ColorModel{};
    if (n == 3) return ColorModel{Colors::kRgb, 3, {}};
    if (n == 4) return ColorModel{Colors::kCmyk, 4, {}};
  }
  if (name == "/Indexed" && space.getArrayNItems() == 4) return indexed_model(space);
  return std::nullopt;
}

// --- samples ----------------------------------------------------------------------------------------

// What a program of poppler's makes of the picture alone on a page of its size in points, a pixel a point.
Samples bitmap_by_renderer(QPDFObjectHandle image, Size size) {
  QPDF pdf;
  pdf.emptyPDF();
  QPDFObjectHandle dictionary = image.getDict();
  QPDFObjectHandle stream = QPDFObjectHandle::newStream(&pdf, image.getRawStreamData());
  QPDFObjectHandle own = stream.getDict();
  const auto copied = [&](QPDFObjectHandle value) {
    return value.isIndirect() ? pdf.copyForeignObject(value)
                              : QPDFObjectHandle::parse(value.unparseResolved());
  };
  own.replaceKey("/Type", QPDFObjectHandle::newName("/XObject"));
  own.replaceKey("/Subtype", QPDFObjectHandle::newName("/Image"));
  own.replaceKey("/Width", QPDFObjectHandle::newInteger(size.width));
  own.replaceKey("/Height", QPDFObjectHandle::newInteger(size.height));
  own.replaceKey("/BitsPerComponent", QPDFObjectHandle::newInteger(1));
  own.replaceKey("/ColorSpace", QPDFObjectHandle::newName("/DeviceGray"));
  own.replaceKey("/Filter", copied(dictionary.getKey("/Filter")));
  QPDFObjectHandle parameters = dictionary.getKey("/DecodeParms");
  if (parameters.isDictionary()) {
    QPDFObjectHandle own_parameters = QPDFObjectHandle::newDictionary();
    for (const std::string& key : parameters.getKeys())
      own_parameters.replaceKey(key, copied(parameters.getKey(key)));
    own.replaceKey("/DecodeParms", own_parameters);
  }
  // A quarter of a pixel within, so that poppler's rounding gives each pixel its own.
  const std::string content =
      fmt::format("{} 0 0 {} 0.25 0.25 cm /I Do", size.width - 0.5, size.height - 0.5);
  QPDFObjectHandle page = QPDFObjectHandle::parse(fmt::format(
      "<< /Type /Page /MediaBox [0 0 {} {}] /Resources << /XObject << >> >> >>", size.width, size.height));
  page.getKey("/Resources").getKey("/XObject").replaceKey("/I", stream);
  page.replaceKey("/Contents", QPDFObjectHandle::newStream(&pdf, content));
  pdf.addPage(pdf.makeIndirectObject(page), false);
  QPDFWriter writer(pdf);
  writer.setOutputMemory();
  writer.setStreamDataMode(qpdf_s_preserve);
  writer.setStaticID(true);
  writer.write();
  const auto buffer = writer.getBufferSharedPointer();
  const RenderedPage rendered = render_pages({buffer->getBuffer(), buffer->getSize()}, 1, 1,
                                             {.px_per_pt = 1, .max_side_px = kMostPictureSidePx})
                                    .front();
  if (rendered.picture.width() != size.width || rendered.picture.height() != size.height)
    throw Refusal{"the page's picture cannot be decoded to its pixels"};
  Samples bitmap{size.width, size.height, 1, {}};
  bitmap.rows.resize(bitmap.row_bytes() * static_cast<std::size_t>(size.height));
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x) {
      const std::uint8_t value = rendered.picture.at(x, y);
      if (value != 0 && value != 255) throw Refusal{"the page's picture cannot be decoded to its pixels"};
      if (value != 0) bitmap.row(y)[x >> 3] |= static_cast<std::uint8_t>(0x80 >> (x & 7));
    }
  return bitmap;
}

bool mostly_ones(const Samples& bitmap) {
  std::size_t ones = 0;
  for (const std::uint8_t byte : bitmap.rows) ones += static_cast<std::size_t>(std::popcount(byte));
  return 2 * ones > bitmap.rows.size() * 8;
}

// --- one picture ------------------------------------------------------------------------------------

class PictureReader {
 public:
  PictureReader(PdfFile& file, QPDFObjectHandle stream)
      : file_(file), stream_(stream), dictionary_(stream.getDict()) {}

  ScanPicture read() {
    size_ = size_of(dictionary_);
    filters_ = filters_of(dictionary_);
    out_.object = stream_;
    const std::string last = filters_.empty() ? "" : filters_.back();
    if (last == "/CCITTFaxDecode" || last == "/JBIG2Decode")
      read_bilevel(last == "/JBIG2Decode");
    else if (last == "/DCTDecode" && filters_.size() == 1)
      read_jpeg();
    else if (last == "/DCTDecode" || last == "/JPXDecode")
      throw Refusal{fmt::format("the page's picture is coded as {}",
                                last == "/DCTDecode" ? "JPEG within another code" : "JPEG 2000")};
    else
      read_flate();
    return std::move(out_);
  }

 private:
  void read_bilevel(bool jbig2) {
    out_.picture.samples = bitmap_by_renderer(stream_, size_);
    out_.picture.coding = jbig2 ? PictureCoding::kJbig2 : PictureCoding::kFax4;
    // JBIG2's filter has black, 1, as sample 0; a fax is told which.
    out_.picture.inverted = jbig2 || mostly_ones(out_.picture.samples);
    out_.filter = QPDFObjectHandle::newName(filters_.back());
    out_.parameters = QPDFObjectHandle::newNull();
    if (!jbig2)
      out_.parameters =
          QPDFObjectHandle::parse(fmt::format("<< /K -1 /Columns {} /Rows {} /BlackIs1 {} >>", size_.width,
                                              size_.height, !out_.picture.inverted));
    out_.levels = ink_levels(out_.picture.samples);
  }

  void read_jpeg() {
    const auto raw = stream_.getRawStreamData();
    MarkedPicture& picture = out_.picture;
    picture.jpeg = image::read_jpeg_blocks({raw->getBuffer(), raw->getSize()}, kMostPicturePixels);
    if (picture.jpeg->width != size_.width || picture.jpeg->height != size_.height)
      throw Refusal{"the page's picture has another size than it says"};
    // Where the two disagree, renderers show different things.
    const std::optional<ColorModel> model = color_model(dictionary_.getKey("/ColorSpace"));
    if (!model || model->components != static_cast<int>(picture.jpeg->components.size()))
      throw Refusal{"the page's picture has other colours than it says"};
    picture.coding = PictureCoding::kJpeg;
    picture.samples = {size_.width, size_.height, 8, {}};
    out_.filter = QPDFObjectHandle::newName("/DCTDecode");
    out_.parameters = parameters_of(dictionary_, 0);
    out_.levels = ink_levels(image::gray_of(*picture.jpeg));
    out_.trace_px = 2;
  }

  void read_flate() {
    const bool mask =
        dictionary_.getKey("/ImageMask").isBool() && dictionary_.getKey("/ImageMask").getBoolValue();
    const auto bits = static_cast<int>(mask ? 1 : integer(dictionary_, "/BitsPerComponent", 0));
    std::optional<ColorModel> model = mask ? ColorModel{} : color_model(dictionary_.getKey("/ColorSpace"));
    if (!model || (bits != 1 && bits != 2 && bits != 4 && bits != 8 && bits != 16))
      throw Refusal{"the page's picture has a rare kind of colour"};
    Samples& samples = out_.picture.samples;
    samples = {size_.width, size_.height, bits * model->components, {}};
    const std::size_t bytes = samples.row_bytes() * static_cast<std::size_t>(size_.height);
    samples.rows = file_.decode_picture(stream_, bytes);
    if (samples.rows.size() != bytes) throw Refusal{"the page's picture is damaged"};
    out_.picture.coding = PictureCoding::kFlate;
    out_.filter = QPDFObjectHandle::newName("/FlateDecode");
    out_.parameters = QPDFObjectHandle::newNull();
    keep_predictor(bits, model->components);
    const bool bilevel = samples.bits_per_pixel == 1;
    out_.levels = bilevel ? ink_levels(samples) : ink_levels(gray(*model, bits));
    if (!bilevel) out_.trace_px = 2;
  }

  // PNG's filters, row by row as they were; TIFF's predictor becomes PNG's "sub".
  void keep_predictor(int bits, int components) {
    QPDFObjectHandle parameters = parameters_of(dictionary_, filters_.empty() ? 0 : filters_.size() - 1);
    const long long predictor = parameters.isDictionary() ? integer(parameters, "/Predictor", 1) : 1;
    if (predictor < 2) return;
    MarkedPicture& picture = out_.picture;
    picture.predictor_bytes = std::max(1, bits * components / 8);
    picture.row_filters.assign(static_cast<std::size_t>(size_.height), 1);
    if (predictor >= 10 && filters_.size() == 1 && filters_[0] == "/FlateDecode") keep_row_filters();
    out_.parameters = QPDFObjectHandle::parse(fmt::format(
        "<< /Predictor 15 /Colors {} /BitsPerComponent {} /Columns {} >>", components, bits, size_.width));
  }

  void keep_row_filters() try {
    const std::size_t stride = out_.picture.samples.row_bytes() + 1, height = out_.picture.row_filters.size();
    const auto raw = stream_.getRawStreamData();
    const base::Bytes rows = zlib_expand({raw->getBuffer(), raw->getSize()}, stride * height);
    for (std::size_t y = 0; y < height && y * stride < rows.size(); ++y)
      if (rows[y * stride] <= 4) out_.picture.row_filters[y] = rows[y * stride];
  } catch (const base::Error&) {
    // A stream that ends otherwise than it should: "sub" does for all of its rows.
  }

  image::GrayImage gray(const ColorModel& model, int bits) const {
    const Samples& samples = out_.picture.samples;
    image::GrayImage gray(samples.width, samples.height);
    const int n = model.components;
    for (int y = 0; y < samples.height; ++y)
      for (int x = 0; x < samples.width; ++x) {
        std::array<std::uint8_t, 4> c{};
        for (int i = 0; i < n; ++i)
          c[static_cast<std::size_t>(i)] = sample(samples.row(y), x * n + i, bits, model.colors);
        gray.at(x, y) =
            model.colors != Colors::kIndexed
                ? gray_of(c.data(), n)
                : model.gray_of_index[std::min<std::size_t>(c[0], model.gray_of_index.size() - 1)];
      }
    return gray;
  }

  // Of 8 bits; an index as it is.
  static std::uint8_t sample(const std::uint8_t* row, int i, int bits, Colors colors) {
    if (bits == 8) return row[i];
    if (bits == 16) return row[2 * i];
    const int at = i * bits, most = (1 << bits) - 1;
    const int value = row[at / 8] >> (8 - bits - at % 8) & most;
    return static_cast<std::uint8_t>(colors == Colors::kIndexed ? value : value * 255 / most);
  }

  PdfFile& file_;
  QPDFObjectHandle stream_, dictionary_;
  Size size_;
  std::vector<std::string> filters_;
  ScanPicture out_;
};

// The stream that holds the letters: a stencil that the picture shines through (mixed raster content, ITU-T
// T.44), else the picture itself.
QPDFObjectHandle letters_of(PdfFile& file, QPDFObjectHandle image) {
  QPDFObjectHandle dictionary = image.getDict();
  QPDFObjectHandle soft = dictionary.getKey("/SMask"), stencil = dictionary.getKey("/Mask");
  if (soft.isStream()) {
    QPDFObjectHandle of_mask = soft.getDict();
    if (integer(of_mask, "/BitsPerComponent", 0) == 1) return soft;
    const Size size = size_of(of_mask);
    const base::Bytes alpha = file.decode_picture(
        soft, static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height) * 2);
    const bool opaque = !alpha.empty() && std::ranges::all_of(alpha, [](std::uint8_t a) { return a == 255; });
    if (!opaque) throw Refusal{"the page's picture is partly transparent"};
    return image;
  }
  return stencil.isStream() ? stencil : image;
}

}  // namespace

ScanPictureOrReason read_scan_picture(PdfFile& file, QPDFObjectHandle image) try {
  return {PictureReader(file, letters_of(file, image)).read(), {}};
} catch (const Refusal& refusal) {
  return {std::nullopt, refusal.reason};
} catch (const base::Error& error) {
  return {std::nullopt, std::string("the page's picture cannot be decoded: ") + error.what()};
} catch (const std::exception&) {
  // What qpdf throws at damaged streams.
  return {std::nullopt, "the page's picture is damaged"};
}

}  // namespace barium::page
