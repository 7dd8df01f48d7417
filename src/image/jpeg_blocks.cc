#include "image/jpeg_blocks.h"

#include <csetjmp>
#include <cstdio>
// jpeglib.h needs <cstdio> first.
#include <jpeglib.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>

#include "image/codec.h"

namespace barium::image {
namespace {

// libjpeg ends in error_exit, which must not return: it jumps to where the call was made. No object with a
// destructor lives between there and here.
struct Errors {
  jpeg_error_mgr manager;
  std::jmp_buf jump;
  char why[JMSG_LENGTH_MAX] = "";
};

void jump_out(j_common_ptr codec) {
  auto* errors = reinterpret_cast<Errors*>(codec->err);
  (*codec->err->format_message)(codec, errors->why);
  std::longjmp(errors->jump, 1);
}
void say_nothing(j_common_ptr, int) {}
void print_nothing(j_common_ptr) {}

jpeg_error_mgr* quiet(Errors& errors) {
  jpeg_std_error(&errors.manager);
  errors.manager.error_exit = jump_out;
  errors.manager.output_message = print_nothing;
  return &errors.manager;
}
void count_warnings(j_common_ptr codec, int level) {
  if (level < 0) ++codec->err->num_warnings;
}

// Scans beyond this are an attack: honest progressive files have about ten.
constexpr int kMostScans = 100;
void limit_scans(j_common_ptr codec) {
  auto* decompress = reinterpret_cast<j_decompress_ptr>(codec);
  if (codec->is_decompressor && decompress->input_scan_number > kMostScans) {
    auto* errors = reinterpret_cast<Errors*>(codec->err);
    std::snprintf(errors->why, sizeof errors->why, "it has too many scans");
    std::longjmp(errors->jump, 1);
  }
}

// How far a call got; the reader below runs each under its own jump.
struct Reader {
  jpeg_decompress_struct codec{};
  Errors errors;
  jpeg_progress_mgr progress{};
  jvirt_barray_ptr* arrays = nullptr;

  Reader() {
    codec.err = quiet(errors);
    errors.manager.emit_message = count_warnings;
    jpeg_create_decompress(&codec);
    progress.progress_monitor = limit_scans;
    codec.progress = &progress;
  }
  ~Reader() { jpeg_destroy_decompress(&codec); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  bool header(base::ByteView bytes) {
    if (setjmp(errors.jump)) return false;
    jpeg_mem_src(&codec, bytes.data(), bytes.size());
    for (int marker = 0; marker < 16; ++marker) jpeg_save_markers(&codec, JPEG_APP0 + marker, 0xFFFF);
    jpeg_save_markers(&codec, JPEG_COM, 0xFFFF);
    return jpeg_read_header(&codec, TRUE) == JPEG_HEADER_OK;
  }
  bool coefficients() {
    if (setjmp(errors.jump)) return false;
    arrays = jpeg_read_coefficients(&codec);
    return arrays != nullptr;
  }
  bool row(int component, int y, JBLOCKROW* out) {
    if (setjmp(errors.jump)) return false;
    *out = (*codec.mem->access_virt_barray)(reinterpret_cast<j_common_ptr>(&codec), arrays[component],
                                            static_cast<JDIMENSION>(y), 1, FALSE)[0];
    return true;
  }
};

void check_header(const jpeg_decompress_struct& codec, std::int64_t most_pixels) {
  if (codec.data_precision != 8 || codec.arith_code)
    throw base::Error(base::ErrorCode::kUnsupported, "the JPEG is of a rare kind");
  if (std::int64_t{codec.image_width} * codec.image_height > most_pixels)
    throw base::Error(base::ErrorCode::kLimit, "the JPEG has too many pixels");
  if (codec.num_components < 1 || codec.num_components > 4)
    throw base::Error(base::ErrorCode::kUnsupported, "the JPEG is of a rare kind");
}

void take_tables(const jpeg_decompress_struct& codec, JpegBlocks& out) {
  for (int i = 0; i < codec.num_components; ++i) {
    const jpeg_component_info& info = codec.comp_info[i];
    const JQUANT_TBL* table =
        info.quant_table != nullptr ? info.quant_table : codec.quant_tbl_ptrs[info.quant_tbl_no];
    if (table == nullptr) fail_damaged("JPEG", "a table is missing");
    auto& own = out.tables[static_cast<std::size_t>(info.quant_tbl_no)].emplace();
    std::copy_n(table->quantval, 64, own.begin());
  }
}

void take_component(Reader& reader, int index, JpegBlocks& out) {
  const jpeg_component_info& info = reader.codec.comp_info[index];
  JpegBlocks::Component component;
  component.id = static_cast<std::uint8_t>(info.component_id);
  component.h = static_cast<std::uint8_t>(info.h_samp_factor);
  component.v = static_cast<std::uint8_t>(info.v_samp_factor);
  component.table = static_cast<std::uint8_t>(info.quant_tbl_no);
  component.blocks_wide = static_cast<int>(info.width_in_blocks);
  component.blocks_high = static_cast<int>(info.height_in_blocks);
  const std::size_t row_values = static_cast<std::size_t>(component.blocks_wide) * 64;
  component.coefficients.resize(row_values * static_cast<std::size_t>(component.blocks_high));
  for (int y = 0; y < component.blocks_high; ++y) {
    JBLOCKROW row = nullptr;
    if (!reader.row(index, y, &row)) fail_damaged("JPEG", reader.errors.why);
    std::memcpy(component.coefficients.data() + row_values * static_cast<std::size_t>(y), row,
                row_values * 2);
  }
  out.components.push_back(std::move(component));
}

struct Writer {
  jpeg_compress_struct codec{};
  Errors errors;
  unsigned char* data = nullptr;
  unsigned long size = 0;
  std::vector<jvirt_barray_ptr> arrays;

  Writer() {
    codec.err = quiet(errors);
    errors.manager.emit_message = say_nothing;
    jpeg_create_compress(&codec);
  }
  ~Writer() {
    jpeg_destroy_compress(&codec);
    std::free(data);
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  bool write(const JpegBlocks& blocks) {
    if (setjmp(errors.jump)) return false;
    describe(blocks);
    fill(blocks);
    jpeg_mem_dest(&codec, &data, &size);
    jpeg_write_coefficients(&codec, arrays.data());
    for (std::size_t i = 0; i < blocks.markers.size(); ++i)
      jpeg_write_marker(&codec, blocks.markers[i].code, blocks.markers[i].data.data(),
                        static_cast<unsigned>(blocks.markers[i].data.size()));
    jpeg_finish_compress(&codec);
    return true;
  }

  void describe(const JpegBlocks& blocks) {
    codec.image_width = static_cast<JDIMENSION>(blocks.width);
    codec.image_height = static_cast<JDIMENSION>(blocks.height);
    codec.input_components = static_cast<int>(blocks.components.size());
    codec.in_color_space = JCS_UNKNOWN;
    jpeg_set_defaults(&codec);
    jpeg_set_colorspace(&codec, JCS_UNKNOWN);  // no JFIF or Adobe marker of its own
    codec.write_JFIF_header = FALSE;
    codec.write_Adobe_marker = FALSE;
    codec.optimize_coding = TRUE;
    codec.restart_interval = blocks.restart_interval;
    for (int i = 0; i < 4; ++i) {
      if (!blocks.tables[static_cast<std::size_t>(i)]) continue;
      if (codec.quant_tbl_ptrs[i] == nullptr)
        codec.quant_tbl_ptrs[i] = jpeg_alloc_quant_table(reinterpret_cast<j_common_ptr>(&codec));
      std::copy_n(blocks.tables[static_cast<std::size_t>(i)]->begin(), 64, codec.quant_tbl_ptrs[i]->quantval);
      codec.quant_tbl_ptrs[i]->sent_table = FALSE;
    }
    for (int i = 0; i < codec.num_components; ++i) {
      const JpegBlocks::Component& component = blocks.components[static_cast<std::size_t>(i)];
      codec.comp_info[i].component_id = component.id;
      codec.comp_info[i].h_samp_factor = component.h;
      codec.comp_info[i].v_samp_factor = component.v;
      codec.comp_info[i].quant_tbl_no = component.table;
    }
    if (blocks.progressive) jpeg_simple_progression(&codec);
  }

  void fill(const JpegBlocks& blocks) {
    auto* common = reinterpret_cast<j_common_ptr>(&codec);
    const auto up = [](int value, int unit) {
      return static_cast<JDIMENSION>((value + unit - 1) / unit * unit);
    };
    for (std::size_t i = 0; i < blocks.components.size(); ++i) {
      const JpegBlocks::Component& c = blocks.components[i];
      arrays[i] = (*codec.mem->request_virt_barray)(common, JPOOL_IMAGE, TRUE, up(c.blocks_wide, c.h),
                                                    up(c.blocks_high, c.v), c.v);
    }
    (*codec.mem->realize_virt_arrays)(common);
    for (std::size_t i = 0; i < blocks.components.size(); ++i) {
      const JpegBlocks::Component& c = blocks.components[i];
      const std::size_t row_values = static_cast<std::size_t>(c.blocks_wide) * 64;
      for (int y = 0; y < c.blocks_high; ++y)
        std::memcpy(
            (*codec.mem->access_virt_barray)(common, arrays[i], static_cast<JDIMENSION>(y), 1, TRUE)[0],
            c.coefficients.data() + row_values * static_cast<std::size_t>(y), row_values * 2);
    }
  }
};

// cosines[u][x] = C(u)/2 cos((2x + 1) u pi / 16).
std::array<std::array<float, 8>, 8> make_cosines() {
  std::array<std::array<float, 8>, 8> cosines{};
  for (int u = 0; u < 8; ++u)
    for (int x = 0; x < 8; ++x)
      cosines[static_cast<std::size_t>(u)][static_cast<std::size_t>(x)] = static_cast<float>(
          (u == 0 ? std::sqrt(0.5) : 1.0) / 2 * std::cos((2 * x + 1) * u * std::numbers::pi / 16));
  return cosines;
}
const std::array<std::array<float, 8>, 8> kCosines = make_cosines();

}  // namespace

int JpegBlocks::most_h() const { return std::ranges::max_element(components, {}, &Component::h)->h; }
int JpegBlocks::most_v() const { return std::ranges::max_element(components, {}, &Component::v)->v; }

JpegBlocks read_jpeg_blocks(base::ByteView jpeg, std::int64_t most_pixels) {
  Reader reader;
  if (!reader.header(jpeg)) fail_damaged("JPEG", reader.errors.why);
  check_header(reader.codec, most_pixels);
  if (!reader.coefficients()) fail_damaged("JPEG", reader.errors.why);
  if (reader.errors.manager.num_warnings > 0) fail_damaged("JPEG", "it is cut short or has a bad code");
  JpegBlocks out;
  out.width = static_cast<int>(reader.codec.image_width);
  out.height = static_cast<int>(reader.codec.image_height);
  out.progressive = reader.codec.progressive_mode != FALSE;
  out.restart_interval = reader.codec.restart_interval;
  out.luma_first = reader.codec.jpeg_color_space != JCS_RGB && reader.codec.jpeg_color_space != JCS_CMYK;
  for (auto* marker = reader.codec.marker_list; marker != nullptr; marker = marker->next)
    out.markers.push_back({marker->marker, {marker->data, marker->data + marker->data_length}});
  take_tables(reader.codec, out);
  for (int i = 0; i < reader.codec.num_components; ++i) take_component(reader, i, out);
  return out;
}

base::Bytes write_jpeg_blocks(const JpegBlocks& blocks) {
  Writer writer;
  writer.arrays.resize(blocks.components.size());
  if (!writer.write(blocks))
    throw base::Error(base::ErrorCode::kMalformed,
                      std::string("the JPEG cannot be written: ") + writer.errors.why);
  return {writer.data, writer.data + writer.size};
}

// f(x, y) = sum over u, v of C(u)/2 C(v)/2 F(u, v) cos cos: first along rows, then columns.
void jpeg_to_pixels(const std::int16_t* coefficients, const std::array<std::uint16_t, 64>& table,
                    float* pixels) {
  float half[64] = {};
  for (std::size_t v = 0; v < 8; ++v)
    for (std::size_t u = 0; u < 8; ++u) {
      if (coefficients[v * 8 + u] == 0) continue;
      const float value = static_cast<float>(coefficients[v * 8 + u]) * static_cast<float>(table[v * 8 + u]);
      for (std::size_t x = 0; x < 8; ++x) half[v * 8 + x] += value * kCosines[u][x];
    }
  for (std::size_t i = 0; i < 64; ++i) pixels[i] = 128;
  for (std::size_t y = 0; y < 8; ++y)
    for (std::size_t v = 0; v < 8; ++v)
      for (std::size_t x = 0; x < 8; ++x) pixels[y * 8 + x] += half[v * 8 + x] * kCosines[v][y];
}

void pixels_to_jpeg(const float* pixels, const std::array<std::uint16_t, 64>& table,
                    std::int16_t* coefficients) {
  float half[64] = {};
  for (std::size_t y = 0; y < 8; ++y)
    for (std::size_t v = 0; v < 8; ++v)
      for (std::size_t x = 0; x < 8; ++x) half[v * 8 + x] += (pixels[y * 8 + x] - 128) * kCosines[v][y];
  for (std::size_t v = 0; v < 8; ++v)
    for (std::size_t u = 0; u < 8; ++u) {
      float sum = 0;
      for (std::size_t x = 0; x < 8; ++x) sum += half[v * 8 + x] * kCosines[u][x];
      const float steps = sum / static_cast<float>(std::max<std::uint16_t>(1, table[v * 8 + u]));
      coefficients[v * 8 + u] =
          static_cast<std::int16_t>(std::clamp(std::floor(steps + 0.5f), -1023.0f, 1023.0f));
    }
}

GrayImage gray_of(const JpegBlocks& blocks) {
  const std::size_t used = blocks.luma_first ? 1 : blocks.components.size();
  GrayImage gray(blocks.width, blocks.height);
  for (std::size_t i = 0; i < used; ++i) {
    const JpegBlocks::Component& c = blocks.components[i];
    const auto& table = *blocks.tables[c.table];
    GrayImage plane(c.blocks_wide * 8, c.blocks_high * 8);
    float pixels[64];
    for (int by = 0; by < c.blocks_high; ++by)
      for (int bx = 0; bx < c.blocks_wide; ++bx) {
        jpeg_to_pixels(c.coefficients.data() + static_cast<std::size_t>(by * c.blocks_wide + bx) * 64, table,
                       pixels);
        for (int y = 0; y < 8; ++y)
          for (int x = 0; x < 8; ++x)
            plane.at(bx * 8 + x, by * 8 + y) =
                static_cast<std::uint8_t>(std::clamp(pixels[y * 8 + x] + 0.5f, 0.0f, 255.0f));
      }
    const int most_h = blocks.most_h(), most_v = blocks.most_v();
    for (int y = 0; y < blocks.height; ++y)
      for (int x = 0; x < blocks.width; ++x)
        gray.at(x, y) = static_cast<std::uint8_t>(
            gray.at(x, y) + plane.at(x * c.h / most_h, y * c.v / most_v) / static_cast<int>(used));
  }
  return gray;
}

}  // namespace barium::image
