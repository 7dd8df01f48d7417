#include "image/jbig2_regions.h"

#include <algorithm>
#include <cstring>

#include "image/codec.h"
#include "image/mq_coder.h"

namespace barium::image {
namespace {

// Figure 3, template 0 with its nominal adaptive pixels: 5 pixels two rows above (-2 and 2 there adaptive),
// 7 one row above, 4 before. Figure 8: the context of the bit that says "this row is as the one above".
constexpr std::uint32_t kTypicalContext = 0x9B25;
constexpr std::size_t kContexts = 1 << 16;
constexpr int kBefore = 4, kBehind = 4;  // white columns around a row

// A bitmap of a byte a pixel with white around it.
class Canvas {
 public:
  Canvas(int width, int height)
      : width_(width), height_(height), pixels_(stride() * static_cast<std::size_t>(height + 2)) {}
  int width() const { return width_; }
  int height() const { return height_; }
  std::size_t stride() const { return static_cast<std::size_t>(width_ + kBefore + kBehind); }
  std::uint8_t* row(int y) { return pixels_.data() + stride() * static_cast<std::size_t>(y + 2) + kBefore; }
  const std::uint8_t* row(int y) const { return const_cast<Canvas*>(this)->row(y); }

 private:
  int width_, height_;
  std::vector<std::uint8_t> pixels_;
};

Canvas unpacked(const Samples& bitmap) {
  Canvas canvas(bitmap.width, bitmap.height);
  for (int y = 0; y < bitmap.height; ++y) {
    std::uint8_t* out = canvas.row(y);
    const std::uint8_t* in = bitmap.row(y);
    for (int x = 0; x < bitmap.width; ++x) out[x] = in[x >> 3] >> (7 - (x & 7)) & 1;
  }
  return canvas;
}

Samples packed(const Canvas& canvas) {
  Samples bitmap{canvas.width(), canvas.height(), 1, {}};
  bitmap.rows.resize(bitmap.row_bytes() * static_cast<std::size_t>(bitmap.height));
  for (int y = 0; y < bitmap.height; ++y) {
    const std::uint8_t* in = canvas.row(y);
    std::uint8_t* out = bitmap.row(y);
    for (int x = 0; x < bitmap.width; ++x)
      out[x >> 3] = static_cast<std::uint8_t>(out[x >> 3] | in[x] << (7 - (x & 7)));
  }
  return bitmap;
}

Canvas canvas_of(const Jbig2Symbol& symbol) {
  Canvas canvas(symbol.width, symbol.height);
  for (int y = 0; y < symbol.height; ++y)
    std::copy_n(symbol.pixels.begin() + y * symbol.width, symbol.width, canvas.row(y));
  return canvas;
}

Jbig2Symbol symbol_of(const Canvas& canvas) {
  Jbig2Symbol symbol{canvas.width(), canvas.height(), {}};
  for (int y = 0; y < symbol.height; ++y)
    symbol.pixels.insert(symbol.pixels.end(), canvas.row(y), canvas.row(y) + symbol.width);
  return symbol;
}

// One row; pixel(context, value) codes or sets it.
template <class Pixel>
void walk_row(Canvas& canvas, int y, Pixel pixel) {
  std::uint8_t* row = canvas.row(y);
  const std::uint8_t *above = row - canvas.stride(), *top = above - canvas.stride();
  std::uint32_t two = static_cast<std::uint32_t>(top[0] << 1 | top[1]);  // up to x + 1 (x + 2 comes below)
  std::uint32_t one = static_cast<std::uint32_t>(above[0] << 2 | above[1] << 1 | above[2]);
  std::uint32_t own = 0;
  // As the context is laid out in figure 3: the row above from x - 2 to x + 2 with A1 at x + 3 behind its
  // left neighbours; two above from x - 1 to x + 1 with A2 and A3 at its ends.
  for (int x = 0; x < canvas.width(); ++x) {
    two = (two << 1 | top[x + 2]) & 0x1F;
    one = (one << 1 | above[x + 3]) & 0x7F;
    // bits: A4 (x-2, y-2) | x-1..x+1 | A3 (x+2, y-2) | A2 (x-3, y-1) | x-2..x+2 | A1 (x+3, y-1) | 4 before
    const std::uint32_t context = two << 11 | one << 4 | own;
    own = (own << 1 | pixel(context, row[x])) & 0xF;
  }
}

auto encoding(MqEncoder& encoder, std::vector<MqContext>& contexts) {
  return [&](std::uint32_t context, std::uint8_t bit) {
    encoder.encode(contexts[context], bit != 0);
    return bit;
  };
}

auto decoding(MqDecoder& decoder, std::vector<MqContext>& contexts) {
  return [&](std::uint32_t context, std::uint8_t& bit) {
    bit = decoder.decode(contexts[context]);
    return bit;
  };
}

struct DictionaryCodes {
  IntegerCode height_step, width_step, export_run;  // IADH, IADW, IAEX
  std::vector<MqContext> pixels = std::vector<MqContext>(kContexts);
};

struct TextCodes {
  explicit TextCodes(std::size_t symbols) : symbol(static_cast<std::uint32_t>(symbols)) {}
  IntegerCode strip_step, first_step, step;  // IADT, IAFS, IADS
  SymbolCode symbol;                         // IAID
};

void draw(Samples& bitmap, const Jbig2Symbol& symbol, int x0, int y0) {
  for (int y = 0; y < symbol.height; ++y)
    for (int x = 0; x < symbol.width; ++x)
      if (symbol.pixels[static_cast<std::size_t>(y * symbol.width + x)] != 0)
        bitmap.row(y0 + y)[(x0 + x) >> 3] |= static_cast<std::uint8_t>(0x80 >> ((x0 + x) & 7));
}

[[noreturn]] void fail_beyond_picture() { fail_damaged("JBIG2", "it holds more than its picture does"); }

}  // namespace

base::Bytes encode_generic_region(const Samples& bitmap) {
  Canvas canvas = unpacked(bitmap);
  std::vector<MqContext> contexts(kContexts);
  MqEncoder encoder;
  bool same = false;
  for (int y = 0; y < bitmap.height; ++y) {
    const bool before = same;
    const std::uint8_t* row = canvas.row(y);
    same = std::memcmp(row, row - canvas.stride(), static_cast<std::size_t>(bitmap.width)) == 0;
    encoder.encode(contexts[kTypicalContext], same != before);
    if (!same) walk_row(canvas, y, encoding(encoder, contexts));
  }
  return encoder.finish();
}

Samples decode_generic_region(base::ByteView data, int width, int height) {
  Canvas canvas(width, height);
  std::vector<MqContext> contexts(kContexts);
  MqDecoder decoder(data);
  bool same = false;
  for (int y = 0; y < height; ++y) {
    same = decoder.decode(contexts[kTypicalContext]) != same;
    if (same)
      std::memcpy(canvas.row(y), canvas.row(y) - canvas.stride(), static_cast<std::size_t>(width));
    else
      walk_row(canvas, y, decoding(decoder, contexts));
  }
  return packed(canvas);
}

base::Bytes encode_dictionary(const std::vector<Jbig2Symbol>& symbols) {
  DictionaryCodes codes;
  MqEncoder encoder;
  int height = 0;
  for (auto symbol = symbols.begin(); symbol != symbols.end();) {
    codes.height_step.encode(encoder, symbol->height - height);
    height = symbol->height;
    for (int width = 0; symbol != symbols.end() && symbol->height == height; ++symbol) {
      codes.width_step.encode(encoder, symbol->width - width);
      width = symbol->width;
      Canvas canvas = canvas_of(*symbol);
      for (int y = 0; y < height; ++y) walk_row(canvas, y, encoding(encoder, codes.pixels));
    }
    codes.width_step.encode(encoder, std::nullopt);
  }
  codes.export_run.encode(encoder, 0);
  codes.export_run.encode(encoder, static_cast<std::int32_t>(symbols.size()));
  return encoder.finish();
}

std::vector<Jbig2Symbol> decode_dictionary(base::ByteView data, std::uint32_t count,
                                           std::int64_t most_pixels) {
  DictionaryCodes codes;
  MqDecoder decoder(data);
  std::vector<Jbig2Symbol> symbols;
  std::int64_t height = 0, pixels = 0;
  while (symbols.size() < count) {
    height += codes.height_step.decode(decoder).value_or(0);
    std::int64_t width = 0;
    if (height < 1 || height > most_pixels) fail_beyond_picture();
    while (const std::optional<std::int32_t> step = codes.width_step.decode(decoder)) {
      width += *step;
      if (symbols.size() == count || width < 1 || width > most_pixels / height) fail_beyond_picture();
      pixels += width * height;
      if (pixels > most_pixels) fail_beyond_picture();
      Canvas canvas(static_cast<int>(width), static_cast<int>(height));
      for (int y = 0; y < canvas.height(); ++y) walk_row(canvas, y, decoding(decoder, codes.pixels));
      symbols.push_back(symbol_of(canvas));
    }
  }
  return symbols;
}

base::Bytes encode_text_region(const std::vector<Jbig2Symbol>& symbols,
                               const std::vector<SymbolPlace>& places) {
  TextCodes codes(symbols.size());
  MqEncoder encoder;
  codes.strip_step.encode(encoder, 0);
  int strip = 0, first = 0;
  for (auto place = places.begin(); place != places.end();) {
    codes.strip_step.encode(encoder, place->y - strip);
    strip = place->y;
    codes.first_step.encode(encoder, place->x - first);
    first = place->x;
    while (true) {
      codes.symbol.encode(encoder, place->symbol);
      const int end = place->x + symbols[place->symbol].width - 1;
      if (++place == places.end() || place->y != strip) break;
      codes.step.encode(encoder, place->x - end);
    }
    codes.step.encode(encoder, std::nullopt);
  }
  return encoder.finish();
}

void decode_text_region(base::ByteView data, const std::vector<Jbig2Symbol>& symbols, std::uint32_t count,
                        std::int64_t most_pixels, Samples& bitmap) {
  TextCodes codes(symbols.size());
  MqDecoder decoder(data);
  std::int64_t strip = -std::int64_t{codes.strip_step.decode(decoder).value_or(0)}, first = 0, pixels = 0;
  for (std::uint32_t drawn = 0; drawn < count;) {
    strip += codes.strip_step.decode(decoder).value_or(0);
    first += codes.first_step.decode(decoder).value_or(0);
    std::int64_t x = first;
    while (true) {
      const std::uint32_t index = codes.symbol.decode(decoder);
      if (index >= symbols.size() || drawn++ == count) fail_beyond_picture();
      const Jbig2Symbol& symbol = symbols[index];
      const std::int64_t y0 = strip - symbol.height + 1;
      pixels += std::int64_t{symbol.width} * symbol.height;
      if (x < 0 || y0 < 0 || x + symbol.width > bitmap.width || strip >= bitmap.height ||
          pixels > most_pixels)
        fail_beyond_picture();
      draw(bitmap, symbol, static_cast<int>(x), static_cast<int>(y0));
      const std::optional<std::int32_t> step = codes.step.decode(decoder);
      if (!step) break;
      x += symbol.width - 1 + *step;
    }
  }
}

}  // namespace barium::image
