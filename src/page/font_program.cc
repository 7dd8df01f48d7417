#include "page/font_program.h"

#include <ft2build.h>
#include FT_FREETYPE_H

#include "page/glyph_names.h"

namespace barium::page {
namespace {

// A library a program: fonts whose widths are missing are rare, and none is shared between threads.
struct FreeType {
  FT_Library library = nullptr;
  FreeType() {
    if (FT_Init_FreeType(&library) != 0) library = nullptr;
  }
  ~FreeType() {
    if (library != nullptr) FT_Done_FreeType(library);
  }
  FreeType(const FreeType&) = delete;
  FreeType& operator=(const FreeType&) = delete;
};

}  // namespace

struct FontProgram::Face {
  base::Bytes bytes;  // FreeType reads from them as long as the face lives
  FreeType free_type;
  FT_Face face = nullptr;

  explicit Face(base::Bytes data) : bytes(std::move(data)) {
    if (free_type.library == nullptr || bytes.empty()) return;
    if (FT_New_Memory_Face(free_type.library, bytes.data(), static_cast<FT_Long>(bytes.size()), 0, &face) !=
        0)
      face = nullptr;
  }
  ~Face() {
    if (face != nullptr) FT_Done_Face(face);
  }
  Face(const Face&) = delete;
  Face& operator=(const Face&) = delete;

  bool true_type() const { return FT_IS_SFNT(face); }
  FT_UInt by_charmap(FT_Encoding encoding, FT_ULong code) const {
    return FT_Select_Charmap(face, encoding) == 0 ? FT_Get_Char_Index(face, code) : 0;
  }
  FT_UInt by_own_encoding(unsigned code) const {
    for (const FT_Encoding encoding : {FT_ENCODING_ADOBE_CUSTOM, FT_ENCODING_ADOBE_STANDARD})
      if (const FT_UInt glyph = by_charmap(encoding, code); glyph != 0) return glyph;
    return 0;
  }
  FT_UInt by_name(std::string_view name) const {
    return FT_HAS_GLYPH_NAMES(face) ? FT_Get_Name_Index(face, std::string(name).c_str()) : 0;
  }

  // 9.6.6.4: by the character a name stands for in the (3, 1) subtable, else by code in the (3, 0) or (1, 0)
  // subtable, else by the name in the "post" table.
  FT_UInt of_true_type(unsigned code, std::string_view name) const {
    const std::u32string text = unicode_of_glyph(name);
    if (text.size() == 1)
      if (const FT_UInt glyph = by_charmap(FT_ENCODING_UNICODE, text[0]); glyph != 0) return glyph;
    for (const FT_ULong symbol : {FT_ULong{0xF000} + code, FT_ULong{code}})
      if (const FT_UInt glyph = by_charmap(FT_ENCODING_MS_SYMBOL, symbol); glyph != 0) return glyph;
    if (const FT_UInt glyph = by_charmap(FT_ENCODING_APPLE_ROMAN, code); glyph != 0) return glyph;
    return by_name(name);
  }
  FT_UInt glyph_of(unsigned code, std::string_view name) const {
    if (true_type()) return of_true_type(code, name);
    return name.empty() ? by_own_encoding(code) : by_name(name);
  }
  // In font units; nullptr: no such glyph, or units without a scale.
  const FT_Glyph_Metrics* metrics_of(FT_UInt glyph) const {
    if (glyph == 0 || face->units_per_EM == 0 || FT_Load_Glyph(face, glyph, FT_LOAD_NO_SCALE) != 0)
      return nullptr;
    return &face->glyph->metrics;
  }
  GlyphInk ink_of(FT_UInt glyph) const {
    const FT_Glyph_Metrics* metrics = metrics_of(glyph);
    if (metrics == nullptr) return {};
    const double unit = 1.0 / face->units_per_EM;
    const double x0 = static_cast<double>(metrics->horiBearingX) * unit;
    const double y1 = static_cast<double>(metrics->horiBearingY) * unit;
    return {x0, y1 - static_cast<double>(metrics->height) * unit,
            x0 + static_cast<double>(metrics->width) * unit, y1};
  }
};

FontProgram::FontProgram(base::Bytes bytes) : face_(std::make_unique<Face>(std::move(bytes))) {}
FontProgram::~FontProgram() = default;
FontProgram::FontProgram(FontProgram&&) noexcept = default;
FontProgram& FontProgram::operator=(FontProgram&&) noexcept = default;

bool FontProgram::readable() const { return face_->face != nullptr; }

std::string FontProgram::name_of(unsigned code) const {
  if (!readable() || face_->true_type() || !FT_HAS_GLYPH_NAMES(face_->face)) return {};
  const FT_UInt glyph = face_->by_own_encoding(code);
  char name[128] = {};
  if (glyph == 0 || FT_Get_Glyph_Name(face_->face, glyph, name, sizeof name) != 0) return {};
  return name;
}

std::optional<double> FontProgram::width(unsigned code, std::string_view name) const {
  if (!readable()) return std::nullopt;
  const FT_Glyph_Metrics* metrics = face_->metrics_of(face_->glyph_of(code, name));
  if (metrics == nullptr) return std::nullopt;
  return static_cast<double>(metrics->horiAdvance) / face_->face->units_per_EM;
}

GlyphInk FontProgram::ink(unsigned code, std::string_view name) const {
  return readable() ? face_->ink_of(face_->glyph_of(code, name)) : GlyphInk{};
}

// FreeType takes CIDs for the glyphs of a bare CID-keyed CFF font, which is what /FontFile3 embeds.
GlyphInk FontProgram::ink_of_index(unsigned index) const {
  return readable() ? face_->ink_of(index) : GlyphInk{};
}

}  // namespace barium::page
