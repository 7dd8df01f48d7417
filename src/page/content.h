#pragma once

// What interpreting a PDF's content streams yields, between reading and writing: every glyph with its pen
// position in the page frame and the place in the bytes that drew it, and every show operator in a form that
// can be written again. Internal to page/: document.h is the public face.
//
// The interpreter follows ISO 32000-1:2008, 7.8 (content streams), 8.4 (graphics state), 8.10 (forms) and 9
// (text). The page frame is that of word.h. "Pen advance" is formula 9.4.4: tx = ((w0 - Tj/1000) Tfs + Tc +
// Tw) Th.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/geometry.h"
#include "page/document.h"
#include "page/pdf_file.h"
#include "page/picture_words.h"

namespace barium::page {

// One drawn glyph.
struct Glyph {
  std::uint32_t code = 0;        // character code, as cut from the string by the font's CMap
  std::uint32_t text_begin = 0;  // into PageContent::text
  std::uint32_t text_size = 0;   // 0: the font has no way to Unicode
  std::uint32_t show = 0;        // into PageContent::shows
  std::uint32_t element = 0;     // into ShowOperator::elements
  std::uint32_t byte = 0;        // where in that element's decoded string
  std::uint32_t bytes = 0;       // how many of them
  base::Vec2 origin;             // page frame: the pen before the glyph, rise included
  base::Vec2 advance;            // page frame: how far the pen moves, Tc, Tw and Tz included
  double width_pt = 0;           // page frame, along the pen: the glyph's own advance, without Tc and Tw
  bool space = false;            // a blank: U+0020, U+00A0 and their kin, or code 32 of a font without names
  base::Box ink;                 // page frame; empty: none, or not known
  bool invisible = false;        // render mode 3 or 7, drawn with nothing, or nothing of it on the page
};

// One operand of a show operator: a string, or a number of a TJ array.
struct ShowElement {
  std::uint32_t begin = 0, end = 0;  // the raw token in ContentStream::decoded
  bool is_string = false;
  double number = 0;   // if not a string
  std::string string;  // decoded bytes, if a string
};

enum class ShowKind : std::uint8_t { kTj, kTJ, kQuote, kDoubleQuote };

// A Tj, TJ, ' or " as it was met in one drawing of a stream.
struct ShowOperator {
  std::uint32_t drawing = 0;         // into PageContent::drawings
  std::uint32_t stream = 0;          // into OpenedPages::streams
  std::uint32_t begin = 0, end = 0;  // operands and operator, in that stream's decoded bytes
  ShowKind kind = ShowKind::kTj;
  std::vector<ShowElement> elements;  // of ": the string alone
  // Of " only: the two numbers before the string (Tw, then Tc), as raw tokens in the decoded bytes.
  std::array<std::array<std::uint32_t, 2>, 2> spacing{};
  // How a TJ number of -1 moves things. For vertical writing the pen moves against the glyphs' advance.
  base::Vec2 pen_per_unit;              // the pen, page frame, pt
  base::Vec2 text_per_unit;             // components e and f of the text matrix, in its own units
  std::array<double, 6> text_matrix{};  // Tm before the first glyph: a b c d e f
  double font_size = 0;                 // Tfs
  double horizontal_scale = 1;          // Tz / 100
  bool vertical = false;                // writing mode 1
  double size_pt = 0;                   // nominal size of the font in page points
  base::Vec2 up;                        // page frame: from the baseline to one size_pt above it, in pt
  double ascent = 0, descent = 0;       // of the font, in units of the size; descent < 0
  bool rewritable =
      true;  // false: glyph procedure, pattern, malformed operands, zero-size text, doubtful font
};

enum class StreamKind : std::uint8_t { kPage, kForm };

// A stream whose operators were interpreted. A page's /Contents array is one logical stream: decoded is its
// parts, each followed by a line feed, since tokens do not span parts while operators and operands may.
struct ContentStream {
  struct Part {
    int object = 0, generation = 0;    // of the stream object; 0: direct (malformed) or absent
    std::uint32_t begin = 0, end = 0;  // in decoded
  };
  StreamKind kind = StreamKind::kPage;
  int page = -1;            // index of the page, for kPage
  std::vector<Part> parts;  // a form has one
  base::Bytes decoded;
  std::uint32_t draws = 0;  // times drawn in the whole document, counting forms within drawn forms
};

// One execution of a stream: the page itself is drawing 0, every Do of a form is another.
struct Drawing {
  std::uint32_t stream = 0;
  std::int32_t parent = -1;                // drawing whose Do drew it; -1: the page
  std::uint32_t do_begin = 0, do_end = 0;  // "/Name Do" in the parent's decoded bytes
  std::string name;                        // without the slash
};

// An image XObject or inline image drawn on the page.
struct PlacedImage {
  std::uint32_t drawing = 0;
  int object = 0, generation = 0;           // 0: inline
  std::uint32_t begin = 0, end = 0;         // "/Name Do" or BI..EI in the drawing's decoded bytes
  std::string name;                         // without the slash; empty: inline
  std::uint32_t shows_before = 0;           // show operators drawn before it
  bool opaque = true;                       // no mask: what lies under it is hidden
  std::array<double, 6> page_from_image{};  // a b c d e f: the unit square (PDF convention: the image's
                                            // first row at y = 1) to the page frame
};

// The glyphs of a word that one show operator draws: from (first_element, first_byte) up to but without
// (last_element, last_byte), numbers between included. To displace it by s TJ units, put -s before and s
// after it, and split strings where needed.
struct WordPiece {
  std::uint32_t show = 0;
  std::uint32_t glyph_begin = 0, glyph_end = 0;  // into PageContent::glyphs
  std::uint32_t first_element = 0, first_byte = 0;
  std::uint32_t last_element = 0, last_byte = 0;  // byte past the last glyph, in element last_element
};

struct PageContent {
  int object = 0, generation = 0;  // of the page object
  // page frame from the default user space: a b c d e f, p' = (a x + c y + e, b x + d y + f)
  std::array<double, 6> page_from_user{};
  std::vector<Drawing> drawings;
  std::vector<ShowOperator> shows;  // in drawing order
  std::vector<Glyph> glyphs;        // in drawing order
  std::u32string text;
  std::vector<PlacedImage> images;
  std::vector<std::vector<WordPiece>> words;  // one list per PageModel::words
  bool text_under_picture =
      false;  // most of its text is hidden text over or under a picture: a scan with OCR
};

// A word that moves in a picture.
struct PictureMark {
  std::uint32_t page = 0, word = 0;  // indices
  PixelBox area;                     // in the picture as stored: moves as a whole
  int dx = 0, dy = 0;                // px, of sign +1
};

struct OpenedPicture {
  QPDFObjectHandle object;              // the stream whose data the copies replace
  QPDFObjectHandle filter, parameters;  // that they then have
  base::Bytes picture;                  // a MarkedPicture
  std::vector<PictureMark> marks;
};

struct OpenedPages {
  DocumentModel model;
  std::vector<ContentStream> streams;
  std::vector<PageContent> pages;  // as many as model.pages
  std::vector<OpenedPicture> pictures;
};

// Interprets every page. Carriers get their shift_pt from exact_shift (shift.h). Words of a stream that is
// drawn more than once in the document are kNotRewritable unless clone_shared is kYes: then they are carriers
// where their gaps allow, and the writer must give each drawing a stream of its own.
enum class CloneShared { kNo, kYes };
OpenedPages open_pages(PdfFile& file, const ReadOptions& options = {},
                       CloneShared clone_shared = CloneShared::kNo);

}  // namespace barium::page
