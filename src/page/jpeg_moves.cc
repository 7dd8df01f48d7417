#include "page/jpeg_moves.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>

#include "page/marked_picture.h"
#include "page/zlib_stream.h"

namespace barium::page {

namespace {

using image::JpegBlocks;

constexpr int kSide = 8;  // of a block
constexpr std::size_t kValues = 64;
// Under letters without colour, a plane of colour stays within this. JPEG 75 leaves ripples of about 8.
constexpr float kColorless = 24;

// A component's pixels, made block by block as they are asked for: as they were, and as they become.
class Plane {
 public:
  Plane(const JpegBlocks& blocks, std::size_t index)
      : component_(blocks.components[index]),
        table_(*blocks.tables[component_.table]),
        scale_x_(static_cast<double>(component_.h) / blocks.most_h()),
        scale_y_(static_cast<double>(component_.v) / blocks.most_v()),
        stride_(component_.blocks_wide * kSide),
        has_(static_cast<std::size_t>(component_.blocks_wide * component_.blocks_high)),
        before_(std::make_unique_for_overwrite<float[]>(has_.size() * kValues)),
        after_(std::make_unique_for_overwrite<float[]>(has_.size() * kValues)) {}

  PixelBox scaled(const PixelBox& a) const {
    return {static_cast<int>(std::floor(a.x0 * scale_x_)), static_cast<int>(std::floor(a.y0 * scale_y_)),
            std::min(stride_, static_cast<int>(std::ceil(a.x1 * scale_x_))),
            std::min(component_.blocks_high * kSide, static_cast<int>(std::ceil(a.y1 * scale_y_)))};
  }

  void make(const PixelBox& area) {
    each_block(area, [&](std::size_t block, int bx, int by) {
      if (has_[block] != 0) return;
      has_[block] = 1;
      float pixels[kValues];
      image::jpeg_to_pixels(component_.coefficients.data() + block * kValues, table_, pixels);
      for (int y = 0; y < kSide; ++y)
        for (int x = 0; x < kSide; ++x)
          before_[at(bx * kSide + x, by * kSide + y)] = after_[at(bx * kSide + x, by * kSide + y)] =
              pixels[y * kSide + x];
    });
  }

  bool colorless(const PixelBox& area) const {
    float least = 1e9f, most = -1e9f;
    for (int y = area.y0; y < area.y1; ++y)
      for (int x = area.x0; x < area.x1; ++x) {
        least = std::min(least, before_[at(x, y)]);
        most = std::max(most, before_[at(x, y)]);
      }
    return most - least < kColorless;
  }

  // Clamped as decoders do; between two pixels where the plane is coarser than the picture.
  float moved(const PixelBox& area, int x, int y, double dx, double dy) const {
    const double from_x = x - dx, from_y = y - dy;
    const auto x0 = static_cast<int>(std::floor(from_x)), y0 = static_cast<int>(std::floor(from_y));
    const auto u = static_cast<float>(from_x - x0), v = static_cast<float>(from_y - y0);
    const int x1 = u > 0 ? x0 + 1 : x0, y1 = v > 0 ? y0 + 1 : y0;
    if (x0 < area.x0 || y0 < area.y0 || x1 >= area.x1 || y1 >= area.y1) return before_[at(x, y)];
    const auto value = [&](int px, int py) { return std::clamp(before_[at(px, py)], 0.0f, 255.0f); };
    return (1 - v) * ((1 - u) * value(x0, y0) + u * value(x1, y0)) +
           v * ((1 - u) * value(x0, y1) + u * value(x1, y1));
  }

  void move(const PictureMove& move, int sign) {
    const PixelBox area = scaled(move.area);
    const double dx = move.dx * sign * scale_x_, dy = move.dy * sign * scale_y_;
    for (int y = area.y0; y < area.y1; ++y)
      for (int x = area.x0; x < area.x1; ++x) after_[at(x, y)] = moved(area, x, y, dx, dy);
  }

  // Of the blocks around `area`, from what it has become.
  void encode(const PixelBox& area, JpegBlocks::Component& out) const {
    each_block(area, [&](std::size_t block, int bx, int by) {
      float pixels[kValues];
      for (int y = 0; y < kSide; ++y)
        for (int x = 0; x < kSide; ++x) pixels[y * kSide + x] = after_[at(bx * kSide + x, by * kSide + y)];
      image::pixels_to_jpeg(pixels, table_, out.coefficients.data() + block * kValues);
    });
  }

  // Squared distance of a copy's pixels from the word moved by `sign`.
  double distance(const Plane& copy, const PictureMove& move, int sign) const {
    const PixelBox area = scaled(move.area);
    const double dx = move.dx * sign * scale_x_, dy = move.dy * sign * scale_y_;
    double sum = 0;
    for (int y = area.y0; y < area.y1; ++y)
      for (int x = area.x0; x < area.x1; ++x) {
        const double by = moved(area, x, y, dx, dy) - copy.before_[at(x, y)];
        sum += by * by;
      }
    return sum;
  }

 private:
  std::size_t at(int x, int y) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(stride_) + static_cast<std::size_t>(x);
  }
  template <class Each>
  void each_block(const PixelBox& area, Each each) const {
    for (int by = area.y0 / kSide; by * kSide < area.y1; ++by)
      for (int bx = area.x0 / kSide; bx * kSide < area.x1; ++bx)
        each(static_cast<std::size_t>(by) * static_cast<std::size_t>(component_.blocks_wide) +
                 static_cast<std::size_t>(bx),
             bx, by);
  }

  const JpegBlocks::Component& component_;
  const std::array<std::uint16_t, 64>& table_;
  double scale_x_, scale_y_;
  int stride_;
  std::vector<std::uint8_t> has_;  // by block
  std::unique_ptr<float[]> before_, after_;
};

void move_in_component(const JpegBlocks& original, std::size_t index, std::span<const PictureMove> moves,
                       std::span<const int> signs, JpegBlocks& out) {
  Plane plane(original, index);
  std::vector<PixelBox> changed;
  for (std::size_t i = 0; i < moves.size(); ++i) {
    if (signs[i] == 0) continue;
    const PixelBox area = plane.scaled(moves[i].area);
    plane.make(area);
    if (original.luma_first && index > 0 && plane.colorless(area)) continue;
    plane.move(moves[i], signs[i]);
    changed.push_back(area);
  }
  for (const PixelBox& area : changed) plane.encode(area, out.components[index]);
}

JpegBlocks moved(const JpegBlocks& original, std::span<const PictureMove> moves, std::span<const int> signs) {
  JpegBlocks out = original;
  for (std::size_t i = 0; i < original.components.size(); ++i)
    move_in_component(original, i, moves, signs, out);
  return out;
}

bool like(const JpegBlocks& a, const JpegBlocks& b) {
  if (a.width != b.width || a.height != b.height || a.components.size() != b.components.size()) return false;
  for (std::size_t i = 0; i < a.components.size(); ++i) {
    const JpegBlocks::Component &c = a.components[i], &d = b.components[i];
    if (c.h != d.h || c.v != d.v || c.table != d.table || c.blocks_wide != d.blocks_wide ||
        c.blocks_high != d.blocks_high || a.tables[c.table] != b.tables[d.table])
      return false;
  }
  return true;
}

bool same_coefficients(const JpegBlocks& a, const JpegBlocks& b) {
  return std::ranges::equal(a.components, b.components,
                            [](const auto& c, const auto& d) { return c.coefficients == d.coefficients; });
}

}  // namespace

JpegBlocks moved_blocks(const JpegBlocks& original, std::span<const PictureMove> moves,
                        std::span<const std::int8_t> signs) {
  std::vector<int> own;
  for (const PictureMove& move : moves) own.push_back(signs[move.carrier]);
  return moved(original, moves, own);
}

std::vector<std::uint8_t> possible_signs_of(const JpegBlocks& original, std::span<const PictureMove> moves,
                                            base::ByteView data) {
  const JpegBlocks copy = image::read_jpeg_blocks(data, kMostPicturePixels);
  if (!like(copy, original)) return {};
  // Planes of grey and of brightness come first; of other kinds any shows where the word is.
  Plane expected(original, 0), seen(copy, 0);
  std::vector<int> signs;
  for (const PictureMove& move : moves) {
    const PixelBox area = expected.scaled(move.area);
    expected.make(area);
    seen.make(area);
    const double plus = expected.distance(seen, move, 1), minus = expected.distance(seen, move, -1);
    const double zero = expected.distance(seen, move, 0);
    signs.push_back(zero <= std::min(plus, minus) ? 0 : plus < minus ? 1 : -1);
  }
  if (!same_coefficients(moved(original, moves, signs), copy)) return {};
  std::vector<std::uint8_t> possible;
  for (const int sign : signs) possible.push_back(sign > 0 ? 1 : sign < 0 ? 2 : 4);
  return possible;
}

void put_jpeg_blocks(base::ByteWriter& out, const JpegBlocks& blocks) {
  out.put(static_cast<std::uint8_t>(blocks.progressive));
  out.put(static_cast<std::uint8_t>(blocks.luma_first));
  out.put(blocks.restart_interval);
  out.put(static_cast<std::uint32_t>(blocks.markers.size()));
  for (const JpegBlocks::Marker& marker : blocks.markers) {
    out.put(marker.code);
    out.put_blob(marker.data);
  }
  for (const auto& table : blocks.tables) {
    out.put(static_cast<std::uint8_t>(table.has_value()));
    if (table)
      for (const std::uint16_t value : *table) out.put(value);
  }
  out.put(static_cast<std::uint8_t>(blocks.components.size()));
  for (const JpegBlocks::Component& c : blocks.components) {
    for (const std::uint8_t value : {c.id, c.h, c.v, c.table}) out.put(value);
    out.put_blob(zlib_compress(
        {reinterpret_cast<const std::uint8_t*>(c.coefficients.data()), c.coefficients.size() * 2}, 6));
  }
}

JpegBlocks get_jpeg_blocks(base::ByteReader& in, int width, int height) {
  JpegBlocks blocks;
  blocks.width = width;
  blocks.height = height;
  blocks.progressive = in.get<std::uint8_t>() != 0;
  blocks.luma_first = in.get<std::uint8_t>() != 0;
  blocks.restart_interval = in.get<std::uint32_t>();
  blocks.markers.resize(in.get_count(5));
  for (JpegBlocks::Marker& marker : blocks.markers) {
    marker.code = in.get<std::uint8_t>();
    const base::ByteView data = in.get_blob();
    marker.data.assign(data.begin(), data.end());
  }
  for (auto& table : blocks.tables)
    if (in.get<std::uint8_t>() != 0)
      for (std::uint16_t& value : table.emplace()) value = in.get<std::uint16_t>();
  const auto components = in.get<std::uint8_t>();
  if (components < 1 || components > 4) in.fail("has an impossible number of components");
  std::vector<base::ByteView> data;
  for (int i = 0; i < components; ++i) {
    JpegBlocks::Component& c = blocks.components.emplace_back();
    for (std::uint8_t* value : {&c.id, &c.h, &c.v, &c.table}) *value = in.get<std::uint8_t>();
    if (c.h < 1 || c.h > 4 || c.v < 1 || c.v > 4 || c.table > 3 || !blocks.tables[c.table])
      in.fail("has an impossible component");
    data.push_back(in.get_blob());
  }
  for (std::size_t i = 0; i < data.size(); ++i) {
    JpegBlocks::Component& c = blocks.components[i];
    // T.81, A.1.1 and A.2.4.
    const auto parts = [](int size, int own, int most) {
      return (size * own + most * kSide - 1) / (most * kSide);
    };
    c.blocks_wide = parts(width, c.h, blocks.most_h());
    c.blocks_high = parts(height, c.v, blocks.most_v());
    c.coefficients.resize(static_cast<std::size_t>(c.blocks_wide) * static_cast<std::size_t>(c.blocks_high) *
                          kValues);
    const base::Bytes bytes = zlib_expand(data[i], c.coefficients.size() * 2);
    if (bytes.size() != c.coefficients.size() * 2) in.fail("is smaller than it says");
    std::memcpy(c.coefficients.data(), bytes.data(), bytes.size());
  }
  return blocks;
}

}  // namespace barium::page
