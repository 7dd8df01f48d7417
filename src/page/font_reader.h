#pragma once

// Fills a Font from its dictionary: simple fonts in simple_font.cc, composite ones in composite_font.cc.
//
// Where /Widths is missing, which only the 14 standard fonts may do (9.6.2.1), programs go different ways:
// poppler and pdf.js take the widths of the standard font that is nearest by the descriptor's flags, mupdf
// and pdfium those of the embedded program. Where the two agree the glyph is as sure as any; otherwise it is
// doubtful, and words drawn with it or after it on the same line are left alone.

#include <memory>
#include <string>

#include "page/dictionary.h"
#include "page/font.h"
#include "page/font_program.h"

namespace barium::page {

class FontReader {
 public:
  FontReader(PdfFile& file, CMapLibrary& library, QPDFObjectHandle dictionary)
      : file_(file), library_(library), dictionary_(std::move(dictionary)) {}

  std::unique_ptr<Font> run();

 private:
  void read_to_unicode();
  CMap embedded_cmap(QPDFObjectHandle stream);
  // Typical of text fonts; a descriptor's own values count where they are plausible.
  void read_height(QPDFObjectHandle descriptor);
  void doubt(std::string why);
  std::string plain_name() const;

  // --- simple fonts -----------------------------------------------------------------------------------
  void read_simple();
  void read_texts(const Encoding& names);
  FontProgram& program();
  StandardFont stand_in();
  Encoding read_encoding(StandardFont standard);
  Encoding base_encoding(const std::string& name, StandardFont standard);
  Encoding program_encoding();
  void read_widths(const Encoding& names, StandardFont standard);
  void read_ink(const Encoding& names);
  void find_widths(const Encoding& names, StandardFont standard);

  // --- Type 3: 9.6.5 ----------------------------------------------------------------------------------
  void read_type3(const Encoding& names);
  void read_type3_matrix();
  void drop_common_ink();
  void read_procedure(std::size_t code, QPDFObjectHandle procedure, bool wants_width);

  // --- composite fonts --------------------------------------------------------------------------------
  void read_composite();
  void read_cid_program(QPDFObjectHandle descendant);
  void read_descendant(QPDFObjectHandle descendant);
  void read_collection(QPDFObjectHandle info);
  void read_cid_widths(QPDFObjectHandle array);
  void read_cid_downs(QPDFObjectHandle array);

  PdfFile& file_;
  CMapLibrary& library_;
  QPDFObjectHandle dictionary_, descriptor_ = QPDFObjectHandle::newNull();
  std::unique_ptr<FontProgram> program_;  // once asked for
  Font* font_ = nullptr;
};

}  // namespace barium::page
