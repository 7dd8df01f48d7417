// Type 3 fonts (ISO 32000-1:2008, 9.6.5): glyphs drawn by procedures.

#include <algorithm>
#include <array>

#include "page/content_lexer.h"
#include "page/font_reader.h"

namespace barium::page {
namespace {

// Ten thousand times what a glyph's outline takes.
constexpr std::size_t kMaxProcedureTokens = 1'000'000;

bool paints(std::string_view op) {
  constexpr std::array<std::string_view, 17> kPainting = {"f",  "F",  "f*", "B",  "B*", "b",  "b*", "S", "s",
                                                          "sh", "Do", "BI", "EI", "Tj", "TJ", "'",  "\""};
  return std::ranges::find(kPainting, op) != kPainting.end();
}

struct ProcedureFacts {
  bool paints = false;
  double width = 0;  // of d0 or d1, in glyph space
  GlyphInk ink;      // of d1, in glyph space; empty: not told
};

ProcedureFacts examine(std::string_view bytes) {
  ProcedureFacts facts;
  ContentLexer lexer(bytes);
  std::vector<double> numbers;
  std::size_t count = 0;
  for (Token token = lexer.next(); token.kind != TokenKind::kEnd; token = lexer.next()) {
    if (++count > kMaxProcedureTokens) facts.paints = true;
    if (token.kind == TokenKind::kNumber && numbers.size() < 6) numbers.push_back(token.number);
    if (token.kind != TokenKind::kOperator) continue;
    const std::string_view op = lexer.raw(token);
    if ((op == "d0" || op == "d1") && !numbers.empty()) facts.width = numbers.front();
    if (op == "d1" && numbers.size() == 6) facts.ink = {numbers[2], numbers[3], numbers[4], numbers[5]};
    facts.paints = facts.paints || paints(op);
    if (facts.paints) break;
    numbers.clear();
  }
  return facts;
}

GlyphInk scaled(const GlyphInk& ink, double x, double y) {
  return {std::min(ink.x0 * x, ink.x1 * x), std::min(ink.y0 * y, ink.y1 * y),
          std::max(ink.x0 * x, ink.x1 * x), std::max(ink.y0 * y, ink.y1 * y)};
}

}  // namespace

// The procedures say which glyphs leave ink. Widths are the dictionary's; where it has none, poppler and
// mupdf take those of a text font, and d0 or d1 says what was meant.
void FontReader::read_type3(const Encoding& names) {
  QPDFObjectHandle procedures = entry(dictionary_, "/CharProcs");
  const bool wants_widths = !entry(dictionary_, "/Widths").isArray();
  if (wants_widths) doubt("it has no widths");
  for (std::size_t code = 0; code < 256; ++code)
    read_procedure(code,
                   names[code].empty() ? QPDFObjectHandle::newNull() : entry(procedures, "/" + names[code]),
                   wants_widths);
  read_type3_matrix();
  drop_common_ink();
}

void FontReader::read_procedure(std::size_t code, QPDFObjectHandle procedure, bool wants_width) {
  font_->inkless_[code] = true;
  if (!procedure.isStream()) return;
  const base::Bytes bytes = file_.decode(procedure);
  const ProcedureFacts facts = examine(base::as_text(bytes));
  font_->inkless_[code] = !facts.paints;
  font_->inks_[code] = facts.ink;
  if (wants_width) font_->widths_[code] = facts.width;
}

void FontReader::read_type3_matrix() {
  QPDFObjectHandle matrix = entry(dictionary_, "/FontMatrix");
  double x_scale = 1e-3, y_scale = 1e-3;
  if (matrix.isArray() && matrix.getArrayNItems() == 6) {
    x_scale = number_or(matrix.getArrayItem(0), 1e-3);
    y_scale = number_or(matrix.getArrayItem(3), 1e-3);
  }
  for (double& width : font_->widths_) width *= x_scale;
  for (GlyphInk& ink : font_->inks_) ink = scaled(ink, x_scale, y_scale);
  QPDFObjectHandle box = entry(dictionary_, "/FontBBox");
  if (!box.isArray() || box.getArrayNItems() != 4) return;
  const double low = number_or(box.getArrayItem(1), 0) * y_scale,
               high = number_or(box.getArrayItem(3), 0) * y_scale;
  const double height = std::abs(high - low);
  if (!(height > 0)) return;
  // A box of 0.3 to 3 sizes is an ordinary font whose size means what it says; otherwise the box is all we
  // know.
  if (height < 0.3 || height > 3) font_->em_ = height;
  font_->ascent_ = std::max({low, high, 0.5 * font_->em_});
  font_->descent_ = std::min({low, high, 0.0});
}

// Some writers give every glyph the same box, which says nothing of the glyph.
void FontReader::drop_common_ink() {
  const GlyphInk* first = nullptr;
  for (const GlyphInk& ink : font_->inks_) {
    if (ink.empty()) continue;
    if (first == nullptr) first = &ink;
    if (ink.x1 != first->x1 || ink.y1 != first->y1) return;
  }
  font_->inks_ = {};
}

}  // namespace barium::page
