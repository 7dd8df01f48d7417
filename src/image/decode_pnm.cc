#include <cctype>

#include "image/codec.h"

namespace barium::image {
namespace {

// netpbm's pbm(5), pgm(5), ppm(5): P1 to P3 in digits, P4 to P6 in bytes.
class PnmReader {
 public:
  explicit PnmReader(base::ByteView bytes) : bytes_(bytes) {}

  // The next number, after white space and comments; limit: refused beyond.
  int number(int limit) {
    skip_space();
    if (at_ >= bytes_.size() || !std::isdigit(bytes_[at_])) fail_damaged("PNM", "a number is missing");
    int value = 0;
    while (at_ < bytes_.size() && std::isdigit(bytes_[at_])) {
      value = value * 10 + (bytes_[at_++] - '0');
      if (value > limit) fail_damaged("PNM", "a number is too large");
    }
    return value;
  }
  int bit() {  // P1: digits need no space between them
    skip_space();
    if (at_ >= bytes_.size() || (bytes_[at_] != '0' && bytes_[at_] != '1')) {
      fail_damaged("PNM", "a bit is missing");
    }
    return bytes_[at_++] - '0';
  }
  void skip(std::size_t count) { at_ += count; }
  base::ByteView take(std::size_t count) {
    if (at_ > bytes_.size() || count > bytes_.size() - at_) fail_damaged("PNM", "it is cut short");
    const base::ByteView part = bytes_.subspan(at_, count);
    at_ += count;
    return part;
  }

 private:
  void skip_space() {
    while (at_ < bytes_.size() && (std::isspace(bytes_[at_]) || bytes_[at_] == '#')) {
      if (bytes_[at_] == '#') {
        while (at_ < bytes_.size() && bytes_[at_] != '\n') ++at_;
      } else {
        ++at_;
      }
    }
  }

  base::ByteView bytes_;
  std::size_t at_ = 0;
};

void read_bitmap(PnmReader& reader, bool digits, Image<std::uint8_t>& image) {
  for (int y = 0; y < image.height(); ++y) {
    const base::ByteView row =
        digits ? base::ByteView{} : reader.take((static_cast<std::size_t>(image.width()) + 7) / 8);
    for (int x = 0; x < image.width(); ++x) {
      const int black = digits ? reader.bit() : row[x / 8] >> (7 - x % 8) & 1;
      image.at(x, y) = black ? 0 : 255;
    }
  }
}

void read_samples(PnmReader& reader, bool digits, int max_value, Image<std::uint8_t>& image) {
  const int bytes_each = max_value > 255 ? 2 : 1;
  const base::ByteView raw = digits ? base::ByteView{} : reader.take(image.pixels().size() * bytes_each);
  for (std::size_t i = 0; i < image.pixels().size(); ++i) {
    const int value = digits            ? reader.number(65535)
                      : bytes_each == 1 ? raw[i]
                                        : raw[2 * i] << 8 | raw[2 * i + 1];
    image.pixels()[i] =
        static_cast<std::uint8_t>((std::min(value, max_value) * 255 + max_value / 2) / max_value);
  }
}

}  // namespace

StoredPhoto read_pnm(base::ByteView bytes, const DecodeOptions& options) {
  PnmReader reader(bytes);
  const int kind = bytes[1] - '0';
  const bool digits = kind <= 3, bitmap = kind % 3 == 1, color = kind % 3 == 0;
  reader.skip(2);
  constexpr int kMaxSide = 100'000'000;  // beyond every limit, below every overflow
  const int width = reader.number(kMaxSide), height = reader.number(kMaxSide);
  require_size(width, height, options.limits);
  const int max_value = bitmap ? 1 : reader.number(65535);
  if (max_value == 0) fail_damaged("PNM", "its largest value is zero");
  if (!digits) reader.skip(1);
  StoredPhoto photo;
  photo.frames.push_back({Image<std::uint8_t>(width, height, color ? 3 : 1)});
  if (bitmap) {
    read_bitmap(reader, digits, photo.frames[0].pixels);
  } else {
    read_samples(reader, digits, max_value, photo.frames[0].pixels);
  }
  return photo;
}

}  // namespace barium::image
