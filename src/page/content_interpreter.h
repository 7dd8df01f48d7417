#pragma once

// One page being executed: the graphics state of ISO 32000-1:2008, 8.4, and what each operator does to it.
// Text is in show_text.cc, paths, forms, images and marked content in draw_objects.cc.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "page/content_lexer.h"
#include "page/dictionary.h"
#include "page/graphics_state.h"
#include "page/interpreter.h"
#include "page/marked_content.h"

namespace barium::page {

// Beyond its limits a page is work made for its own sake; it is left unmarked.
struct TooMuchWork {};

// The name of an operator as a number, to be switched over.
constexpr std::uint32_t pack(std::string_view name) {
  std::uint32_t key = 0;
  for (const char c : name) key = key << 8 | static_cast<unsigned char>(c);
  return key;
}

inline base::Box nothing_yet() { return {1e9, 1e9, -1e9, -1e9}; }

class ContentInterpreter {
 public:
  ContentInterpreter(StreamStore& streams, FontCache& fonts, const HiddenLayers& layers, InterpretedPage& out)
      : streams_(streams), fonts_(fonts), layers_(layers), out_(out), content_(out.content) {
    state_.page_from_user = out.frame.page_from_user;
    state_.clip = {0, 0, out.frame.width_pt, out.frame.height_pt};
  }

  void run(std::uint32_t stream, QPDFObjectHandle resources);

 private:
  // One execution of one stream.
  struct Frame {
    std::uint32_t stream = 0, drawing = 0;
    QPDFObjectHandle resources;
    ContentLexer lexer;
    std::size_t state_floor = 0;
    std::vector<Token> operands;
    std::map<std::string, Font*, std::less<>> fonts;
    Token op;

    std::string_view raw(const Token& token) const { return lexer.raw(token); }
    // The i-th operand from the end, 0 being the last; 0 where it is no number.
    double number(std::size_t from_end) const {
      return from_end < operands.size() ? operands[operands.size() - 1 - from_end].number : 0;
    }
    std::string name() const {
      if (operands.empty() || operands.back().kind != TokenKind::kName) return {};
      return decode_name(raw(operands.back()));
    }
  };

  void execute(std::uint32_t stream, std::uint32_t drawing, QPDFObjectHandle resources);
  void apply(Frame& frame, std::uint32_t op);
  static Matrix matrix(const Frame& f);

  // --- text state and positioning: 9.3 and 9.4.2 -----------------------------------------------------
  bool apply_text(Frame& frame, std::uint32_t op);
  void end_text_clip();
  void move_line(double tx, double ty);
  void set_font(Frame& frame);
  void set_parameters(Frame&, QPDFObjectHandle parameters);

  // --- showing text: 9.4.3 ----------------------------------------------------------------------------
  bool apply_show(Frame& frame, std::uint32_t op);
  ShowOperator parse_show(const Frame& frame, ShowKind kind) const;
  static void add_element(ShowOperator& show, const Frame& frame, const Token& token);
  void show(Frame& frame, ShowKind kind);
  void leave_alone(ShowOperator& show);
  void move_pen(double tx, double ty);
  void place(ShowOperator& show) const;
  void show_string(const ShowOperator& show, std::uint32_t index, std::uint32_t element);
  void draw_glyph(const ShowOperator& show, const FontGlyph& of_font, Glyph glyph);
  base::Box placed_ink(const GlyphInk& ink, const Matrix& page_from_text) const;
  bool unseen() const;

  // --- paths, for what they clip: 8.5 -----------------------------------------------------------------
  void touch(double x, double y);
  bool apply_path(Frame& frame, std::uint32_t op);
  static bool paints(std::uint32_t op);
  void end_path();

  // --- external objects and images: 8.8 to 8.10 -------------------------------------------------------
  void draw_object(Frame& frame);
  void place_image(PlacedImage image, const Frame& frame);
  void draw_form(Frame& frame, QPDFObjectHandle object, Drawing drawing);
  void enter_form(QPDFObjectHandle dictionary);
  void inline_image(Frame& frame);

  // --- marked content: 14.6 ---------------------------------------------------------------------------
  void begin_mark(Frame& frame);
  void end_mark();

  StreamStore& streams_;
  FontCache& fonts_;
  const HiddenLayers& layers_;
  InterpretedPage& out_;
  PageContent& content_;
  GraphicsState state_;
  StateStack stack_;
  Matrix text_matrix_, line_matrix_;
  const Font* doubt_ = nullptr;  // whose glyphs make it unsure where the pen is on this line
  base::Box path_ = nothing_yet(), text_clip_ = nothing_yet();
  bool clips_ = false;
  MarkedContent marks_;
  std::vector<std::uint32_t> active_;  // streams being executed, outermost first
  std::size_t operators_ = 0;
};

}  // namespace barium::page
