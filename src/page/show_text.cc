// Text state and positioning (ISO 32000-1:2008, 9.3 and 9.4.2) and showing text (9.4.3).

#include <algorithm>

#include "page/content_interpreter.h"

namespace barium::page {
namespace {

// A page of dense print has 6,000 glyphs; a whole newspaper spread or map 100,000.
constexpr std::size_t kMaxGlyphs = 2'000'000;

}  // namespace

bool ContentInterpreter::apply_text(Frame& frame, std::uint32_t op) {
  TextState& text = state_.text;
  switch (op) {
    case pack("BT"):
      text_matrix_ = line_matrix_ = {};
      doubt_ = nullptr;
      return true;
    case pack("ET"):
      end_text_clip();
      return true;
    case pack("Tc"):
      text.char_space = frame.number(0);
      return true;
    case pack("Tw"):
      text.word_space = frame.number(0);
      return true;
    case pack("Tz"):
      text.horizontal_scale = frame.number(0) / 100;
      return true;
    case pack("TL"):
      text.leading = frame.number(0);
      return true;
    case pack("Ts"):
      text.rise = frame.number(0);
      return true;
    case pack("Tr"):
      text.render_mode = static_cast<int>(std::clamp(frame.number(0), 0.0, 7.0));
      return true;
    case pack("Tf"):
      set_font(frame);
      return true;
    case pack("TD"):
      text.leading = -frame.number(0);
      [[fallthrough]];
    case pack("Td"):
      move_line(frame.number(1), frame.number(0));
      return true;
    case pack("Tm"):
      text_matrix_ = line_matrix_ = matrix(frame);
      doubt_ = nullptr;
      return true;
    case pack("T*"):
      move_line(0, -text.leading);
      return true;
    default:
      return apply_show(frame, op);
  }
}

// Modes 4 to 7 add "the glyph outlines to the text clipping path", which clips from ET on: 9.3.6.
void ContentInterpreter::end_text_clip() {
  if (text_clip_.x0 <= text_clip_.x1) state_.clip = base::intersected(state_.clip, text_clip_);
  text_clip_ = nothing_yet();
}

void ContentInterpreter::move_line(double tx, double ty) {
  line_matrix_ = Matrix{1, 0, 0, 1, tx, ty} * line_matrix_;
  text_matrix_ = line_matrix_;
  doubt_ = nullptr;
}

void ContentInterpreter::set_font(Frame& frame) {
  state_.text.size = frame.number(0);
  if (frame.operands.size() < 2) return;
  const Token& token = frame.operands[frame.operands.size() - 2];
  if (token.kind != TokenKind::kName) return;
  const std::string_view raw = frame.raw(token);
  auto found = frame.fonts.find(raw);
  if (found == frame.fonts.end()) {
    QPDFObjectHandle font = entry(entry(frame.resources, "/Font"), "/" + decode_name(raw));
    found = frame.fonts.emplace(std::string(raw), &fonts_.get(font)).first;
  }
  state_.text.font = found->second;
}

void ContentInterpreter::set_parameters(Frame&, QPDFObjectHandle parameters) {
  if (!parameters.isDictionary()) return;
  QPDFObjectHandle fill = parameters.getKey("/ca"), stroke = parameters.getKey("/CA");
  if (fill.isNumber()) state_.fill_alpha = fill.getNumericValue();
  if (stroke.isNumber()) state_.stroke_alpha = stroke.getNumericValue();
  QPDFObjectHandle font = parameters.getKey("/Font");
  if (!font.isArray() || font.getArrayNItems() != 2 || !font.getArrayItem(1).isNumber()) return;
  state_.text.font = &fonts_.get(font.getArrayItem(0));
  state_.text.size = font.getArrayItem(1).getNumericValue();
}

bool ContentInterpreter::apply_show(Frame& frame, std::uint32_t op) {
  switch (op) {
    case pack("\""):
      if (frame.operands.size() >= 3) {
        state_.text.word_space = frame.number(2);
        state_.text.char_space = frame.number(1);
      }
      [[fallthrough]];
    case pack("'"):
      move_line(0, -state_.text.leading);
      show(frame, op == pack("'") ? ShowKind::kQuote : ShowKind::kDoubleQuote);
      return true;
    case pack("Tj"):
      show(frame, ShowKind::kTj);
      return true;
    case pack("TJ"):
      show(frame, ShowKind::kTJ);
      return true;
    default:
      return false;
  }
}

// Cuts the operands into elements; an operator whose operands are not what they should be is drawn as far
// as it makes sense, and not rewritable.
ShowOperator ContentInterpreter::parse_show(const Frame& frame, ShowKind kind) const {
  ShowOperator show;
  show.kind = kind;
  show.drawing = frame.drawing;
  show.stream = frame.stream;
  show.end = frame.op.end;
  std::size_t at = frame.operands.size();
  if (kind == ShowKind::kTJ) {
    show.rewritable = at > 0 && frame.operands.back().kind == TokenKind::kArrayEnd;
    while (at > 0 && frame.operands[at - 1].kind != TokenKind::kArrayBegin) --at;
    at -= at > 0;
  } else {
    const std::size_t wanted = kind == ShowKind::kDoubleQuote ? 3 : 1;
    show.rewritable = at >= wanted && frame.operands.back().is_string();
    at -= std::min(at, wanted);
  }
  show.begin = at < frame.operands.size() ? frame.operands[at].begin : frame.op.begin;
  if (kind == ShowKind::kDoubleQuote && show.rewritable) {
    for (std::size_t i = 0; i < 2; ++i, ++at) {
      show.spacing[i] = {frame.operands[at].begin, frame.operands[at].end};
      show.rewritable = show.rewritable && frame.operands[at].kind == TokenKind::kNumber;
    }
  }
  for (; at < frame.operands.size(); ++at) add_element(show, frame, frame.operands[at]);
  return show;
}

void ContentInterpreter::add_element(ShowOperator& show, const Frame& frame, const Token& token) {
  if (token.kind == TokenKind::kArrayBegin || token.kind == TokenKind::kArrayEnd) return;
  ShowElement element{.begin = token.begin, .end = token.end};
  if (token.is_string()) {
    element.is_string = true;
    element.string = decode_string(frame.raw(token));
  } else if (token.kind == TokenKind::kNumber) {
    element.number = token.number;
  } else {
    show.rewritable = false;
    return;
  }
  show.elements.push_back(std::move(element));
}

void ContentInterpreter::show(Frame& frame, ShowKind kind) {
  TextState& text = state_.text;
  if (text.font == nullptr) text.font = &fonts_.get(QPDFObjectHandle::newNull());
  ShowOperator made = parse_show(frame, kind);
  place(made);
  const auto index = static_cast<std::uint32_t>(content_.shows.size());
  for (std::uint32_t i = 0; i < made.elements.size(); ++i) {
    if (made.elements[i].is_string) {
      show_string(made, index, i);
    } else {
      const double t = -made.elements[i].number * 1e-3 * text.size;
      move_pen(made.vertical ? 0 : t * text.horizontal_scale, made.vertical ? t : 0);
    }
  }
  if (doubt_ != nullptr) leave_alone(made);
  content_.shows.push_back(std::move(made));
}

// Where programs do not agree on where text stands, nothing can be measured against it.
void ContentInterpreter::leave_alone(ShowOperator& show) {
  show.rewritable = false;
  base::Notes& notes = out_.notes;
  constexpr std::size_t kMostNotes = 8;
  const auto said = [&](const base::Note& note) { return note.text == doubt_->doubt(); };
  if (notes.size() < kMostNotes && std::none_of(notes.begin(), notes.end(), said))
    notes.push_back({"page.doubtful_font", doubt_->doubt()});
}

void ContentInterpreter::move_pen(double tx, double ty) {
  text_matrix_ = Matrix{1, 0, 0, 1, tx, ty} * text_matrix_;
}

void ContentInterpreter::place(ShowOperator& show) const {
  const TextState& text = state_.text;
  const Matrix page_from_text = text_matrix_ * state_.page_from_user;
  show.vertical = text.font->vertical();
  show.font_size = text.size;
  show.horizontal_scale = text.horizontal_scale;
  show.text_matrix = text_matrix_.values();
  const double tx = show.vertical ? 0 : text.size * text.horizontal_scale * 1e-3;
  const double ty = show.vertical ? text.size * 1e-3 : 0;
  show.pen_per_unit = page_from_text.vector(tx, ty);
  show.text_per_unit = text_matrix_.vector(tx, ty);
  show.up = page_from_text.vector(0, text.size * text.font->em());
  show.size_pt = norm(show.up);
  show.ascent = text.font->ascent() / text.font->em();
  show.descent = text.font->descent() / text.font->em();
  const double unit = norm(show.pen_per_unit);
  if (!(unit > 1e-9 && unit < 1e3) || !(show.size_pt > 1e-6)) show.rewritable = false;
}

void ContentInterpreter::show_string(const ShowOperator& show, std::uint32_t index, std::uint32_t element) {
  const std::string& string = show.elements[element].string;
  for (std::uint32_t at = 0; at < string.size();) {
    const FontGlyph glyph = state_.text.font->next(std::string_view(string).substr(at));
    draw_glyph(show, glyph,
               Glyph{.code = glyph.code,
                     .show = index,
                     .element = element,
                     .byte = at,
                     .bytes = glyph.bytes,
                     .space = glyph.space});
    at += glyph.bytes;
  }
}

void ContentInterpreter::draw_glyph(const ShowOperator& show, const FontGlyph& of_font, Glyph glyph) {
  if (content_.glyphs.size() >= kMaxGlyphs) throw TooMuchWork{};
  const TextState& text = state_.text;
  const Matrix page_from_text = text_matrix_ * state_.page_from_user;
  const double spacing = text.char_space + (of_font.word_space ? text.word_space : 0);
  const double tx = show.vertical ? 0 : (of_font.width * text.size + spacing) * text.horizontal_scale;
  const double ty = show.vertical ? of_font.down * text.size + spacing : 0;
  glyph.origin = page_from_text.point(0, text.rise);
  glyph.advance = page_from_text.vector(tx, ty);
  glyph.width_pt = show.vertical
                       ? norm(page_from_text.vector(0, of_font.down * text.size))
                       : norm(page_from_text.vector(of_font.width * text.size * text.horizontal_scale, 0));
  glyph.ink = placed_ink(of_font.ink, page_from_text);
  glyph.text_begin = static_cast<std::uint32_t>(content_.text.size());
  glyph.text_size = static_cast<std::uint32_t>(of_font.text.size());
  content_.text += of_font.text;
  if (of_font.doubtful) doubt_ = text.font;
  glyph.invisible = unseen() || of_font.inkless ||
                    !state_.clip.contains(glyph.origin + 0.5 * glyph.advance + 0.25 * show.up);
  if (text.render_mode >= 4) {
    for (const base::Vec2 corner :
         {glyph.origin + show.descent * show.up, glyph.origin + show.ascent * show.up}) {
      const base::Vec2 end = corner + glyph.advance;
      text_clip_ = base::united(text_clip_, {corner.x, corner.y, corner.x, corner.y});
      text_clip_ = base::united(text_clip_, {end.x, end.y, end.x, end.y});
    }
  }
  content_.glyphs.push_back(glyph);
  move_pen(tx, ty);
}

base::Box ContentInterpreter::placed_ink(const GlyphInk& ink, const Matrix& page_from_text) const {
  base::Box box = nothing_yet();
  if (ink.empty() || state_.text.font->vertical()) return {};
  const TextState& text = state_.text;
  for (const double x : {ink.x0, ink.x1})
    for (const double y : {ink.y0, ink.y1}) {
      const base::Vec2 corner =
          page_from_text.point(x * text.size * text.horizontal_scale, y * text.size + text.rise);
      box = base::united(box, {corner.x, corner.y, corner.x, corner.y});
    }
  return box;
}

bool ContentInterpreter::unseen() const {
  const int mode = state_.text.render_mode;
  const bool filled = mode == 0 || mode == 2 || mode == 4 || mode == 6;
  const bool stroked = mode == 1 || mode == 2 || mode == 5 || mode == 6;
  return !((filled && state_.fill_alpha > 0) || (stroked && state_.stroke_alpha > 0)) || marks_.hidden();
}

}  // namespace barium::page
