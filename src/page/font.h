#pragma once

// What the interpreter must know of a font (ISO 32000-1:2008, 9.6 and 9.7): how its strings are cut into
// codes, how wide each glyph is, what it says in Unicode, and whether it is a blank.

#include <map>
#include <memory>
#include <qpdf/QPDFObjectHandle.hh>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "page/cmap.h"
#include "page/font_program.h"
#include "page/glyph_names.h"
#include "page/pdf_file.h"

namespace barium::page {

struct FontGlyph {
  std::uint32_t code = 0;
  std::uint32_t bytes = 1;
  double width = 0;  // horizontal advance w0, in text space units (1 = the font size)
  double down = 0;   // vertical writing: advance w1, negative down, same units
  std::u32string_view text;
  bool space = false;       // a blank
  bool word_space = false;  // Tw applies: "single-byte character code 32", 9.3.3
  bool inkless = false;     // a Type 3 procedure that paints nothing, or none at all
  GlyphInk ink;             // empty: none, or not known
  bool doubtful = false;    // programs disagree about its width or its code: Font::doubt()
};

class Font {
 public:
  bool vertical() const { return vertical_; }
  bool glyph_procedures() const { return type3_; }  // Type 3
  double ascent() const { return ascent_; }         // in units of the font size, > 0
  double descent() const { return descent_; }       // same, < 0
  double em() const { return em_; }  // nominal size in units of the font size; 1 but for Type 3
  // Why text in this font cannot be placed with certainty, as a sentence; said of its doubtful glyphs.
  const std::string& doubt() const { return doubt_; }
  // The first glyph of `rest`, which is not empty.
  FontGlyph next(std::string_view rest);

 private:
  friend class FontReader;
  struct CidSpan {
    std::uint32_t last = 0;
    std::vector<double> widths;  // one for each CID of the span, or one for all
  };
  struct CidDown {
    std::uint32_t last = 0;
    std::vector<double> downs;
  };
  double cid_width(std::uint32_t cid) const;
  double cid_down(std::uint32_t cid) const;
  const std::u32string& composite_text(std::uint32_t code, std::uint32_t cid);
  const GlyphInk& cid_ink(std::uint32_t cid);

  bool composite_ = false, vertical_ = false, type3_ = false;
  double ascent_ = 0.75, descent_ = -0.25, em_ = 1;
  std::array<double, 256> widths_{};
  std::array<std::u32string, 256> texts_;
  std::array<bool, 256> blank_{}, inkless_{}, doubtful_{};
  std::array<GlyphInk, 256> inks_{};
  bool all_doubtful_ = false;
  std::string doubt_;
  const CMap* encoding_ = nullptr;  // of the library, or own_encoding_
  std::unique_ptr<CMap> own_encoding_, to_unicode_;
  CMapLibrary* library_ = nullptr;
  std::string collection_;  // "Adobe-Japan1"; empty: no way from CID to Unicode
  double default_width_ = 1, default_down_ = -1;
  std::map<std::uint32_t, CidSpan> cid_widths_;
  std::map<std::uint32_t, CidDown> cid_downs_;
  std::unique_ptr<FontProgram> cid_program_;  // horizontal composite fonts only
  std::string cid_to_gid_;                    // two bytes a CID; empty: the identity
  std::unordered_map<std::uint32_t, std::u32string> text_cache_;
  std::unordered_map<std::uint32_t, GlyphInk> ink_cache_;
};

// U+0020, U+00A0, U+2000 to U+200B, U+202F, U+205F, U+3000, and controls.
bool is_blank(char32_t c);
// Blanks only, and at least one.
bool all_blank(std::u32string_view text);

// Fonts by object, read when first used. A broken font still gives widths and no text.
class FontCache {
 public:
  explicit FontCache(PdfFile& file) : file_(file) {}
  // font: a font dictionary, or anything else, for which a plain Helvetica stands in. Lives as long as the
  // cache.
  Font& get(QPDFObjectHandle font);

 private:
  PdfFile& file_;
  CMapLibrary library_;
  std::map<QPDFObjGen, std::unique_ptr<Font>> by_object_;
  std::vector<std::unique_ptr<Font>> direct_;
};

}  // namespace barium::page
