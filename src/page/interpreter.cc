#include "page/interpreter.h"

#include <algorithm>
#include <cmath>

#include "page/content_lexer.h"
#include "page/graphics_state.h"
#include "page/marked_content.h"

namespace barium::page {
namespace {

using base::Box;
using base::Vec2;

// A page of dense print has 6,000 glyphs; a whole newspaper spread or map 100,000. Beyond these a page is
// work made for its own sake, and is left unmarked.
constexpr std::size_t kMaxGlyphs = 2'000'000;
constexpr std::size_t kMaxOperators = 20'000'000;
constexpr std::size_t kMaxDrawings = 50'000;
constexpr std::size_t kMaxOperands = 1 << 20;
constexpr std::size_t kMaxFormDepth = 28;  // Annex C.2 asks for 28 levels of q; producers stay below 10 forms

struct TooMuchWork {};

constexpr std::uint32_t pack(std::string_view name) {
  std::uint32_t key = 0;
  for (const char c : name) key = key << 8 | static_cast<unsigned char>(c);
  return key;
}

QPDFObjectHandle entry(QPDFObjectHandle dictionary, const std::string& key) {
  return dictionary.isDictionary() ? dictionary.getKey(key) : QPDFObjectHandle::newNull();
}

Box nothing_yet() { return {1e9, 1e9, -1e9, -1e9}; }

class Interpreter {
 public:
  Interpreter(StreamStore& streams, FontCache& fonts, const HiddenLayers& layers, InterpretedPage& out)
      : streams_(streams), fonts_(fonts), layers_(layers), out_(out), content_(out.content) {
    state_.page_from_user = out.frame.page_from_user;
    state_.clip = {0, 0, out.frame.width_pt, out.frame.height_pt};
  }

  void run(std::uint32_t stream, QPDFObjectHandle resources) {
    content_.drawings.push_back({.stream = stream});
    execute(stream, 0, resources);
  }

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

  void execute(std::uint32_t stream, std::uint32_t drawing, QPDFObjectHandle resources) {
    const base::Bytes& bytes = streams_[stream].decoded;
    // The view stays good while StreamStore grows: moving a vector keeps its buffer.
    Frame frame{stream, drawing, std::move(resources), ContentLexer(base::as_text(bytes)), stack_.depth()};
    const std::size_t marks_floor = marks_.depth();
    active_.push_back(stream);
    for (Token token = frame.lexer.next(); token.kind != TokenKind::kEnd; token = frame.lexer.next()) {
      if (token.kind != TokenKind::kOperator) {
        if (frame.operands.size() < kMaxOperands) frame.operands.push_back(token);
        continue;
      }
      const std::string_view name = frame.raw(token);
      if (name == "true" || name == "false" || name == "null") {
        frame.operands.push_back(token);
        continue;
      }
      if (++operators_ > kMaxOperators) throw TooMuchWork{};
      frame.op = token;
      if (name.size() <= 3) apply(frame, pack(name));
      frame.operands.clear();
    }
    active_.pop_back();
    stack_.cut(frame.state_floor);
    while (marks_.depth() > marks_floor) end_mark();
  }

  void apply(Frame& frame, std::uint32_t op) {
    if (apply_text(frame, op) || apply_path(frame, op)) return;
    switch (op) {
      case pack("q"):
        return stack_.push(state_);
      case pack("Q"):
        return stack_.pop(state_, frame.state_floor);
      case pack("cm"):
        state_.page_from_user = matrix(frame) * state_.page_from_user;
        return;
      case pack("gs"):
        return set_parameters(frame, entry(entry(frame.resources, "/ExtGState"), "/" + frame.name()));
      case pack("Do"):
        return draw_object(frame);
      case pack("BI"):
        return inline_image(frame);
      case pack("BMC"):
        return marks_.begin(false, {}, content_.glyphs.size());
      case pack("BDC"):
        return begin_mark(frame);
      case pack("EMC"):
        return end_mark();
      default:
        return;
    }
  }

  static Matrix matrix(const Frame& f) {
    return {f.number(5), f.number(4), f.number(3), f.number(2), f.number(1), f.number(0)};
  }

  // --- text state and positioning: 9.3 and 9.4.2 -----------------------------------------------------

  bool apply_text(Frame& frame, std::uint32_t op) {
    TextState& text = state_.text;
    switch (op) {
      case pack("BT"):
        text_matrix_ = line_matrix_ = {};
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
        return true;
      case pack("T*"):
        move_line(0, -text.leading);
        return true;
      default:
        return apply_show(frame, op);
    }
  }

  void move_line(double tx, double ty) {
    line_matrix_ = Matrix{1, 0, 0, 1, tx, ty} * line_matrix_;
    text_matrix_ = line_matrix_;
  }

  void set_font(Frame& frame) {
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

  void set_parameters(Frame&, QPDFObjectHandle parameters) {
    if (!parameters.isDictionary()) return;
    QPDFObjectHandle fill = parameters.getKey("/ca"), stroke = parameters.getKey("/CA");
    if (fill.isNumber()) state_.fill_alpha = fill.getNumericValue();
    if (stroke.isNumber()) state_.stroke_alpha = stroke.getNumericValue();
    QPDFObjectHandle font = parameters.getKey("/Font");
    if (!font.isArray() || font.getArrayNItems() != 2 || !font.getArrayItem(1).isNumber()) return;
    state_.text.font = &fonts_.get(font.getArrayItem(0));
    state_.text.size = font.getArrayItem(1).getNumericValue();
  }

  // --- showing text: 9.4.3 ----------------------------------------------------------------------------

  bool apply_show(Frame& frame, std::uint32_t op) {
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
  ShowOperator parse_show(const Frame& frame, ShowKind kind) const {
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

  static void add_element(ShowOperator& show, const Frame& frame, const Token& token) {
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

  void show(Frame& frame, ShowKind kind) {
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
    content_.shows.push_back(std::move(made));
  }

  void move_pen(double tx, double ty) { text_matrix_ = Matrix{1, 0, 0, 1, tx, ty} * text_matrix_; }

  void place(ShowOperator& show) const {
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

  void show_string(const ShowOperator& show, std::uint32_t index, std::uint32_t element) {
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

  void draw_glyph(const ShowOperator& show, const FontGlyph& of_font, Glyph glyph) {
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
    glyph.text_begin = static_cast<std::uint32_t>(content_.text.size());
    glyph.text_size = static_cast<std::uint32_t>(of_font.text.size());
    content_.text += of_font.text;
    glyph.invisible = unseen() || !state_.clip.contains(glyph.origin + 0.5 * glyph.advance + 0.25 * show.up);
    content_.glyphs.push_back(glyph);
    move_pen(tx, ty);
  }

  bool unseen() const {
    const int mode = state_.text.render_mode;
    const bool filled = mode == 0 || mode == 2 || mode == 4 || mode == 6;
    const bool stroked = mode == 1 || mode == 2 || mode == 5 || mode == 6;
    return !((filled && state_.fill_alpha > 0) || (stroked && state_.stroke_alpha > 0)) || marks_.hidden();
  }

  // --- paths, for what they clip: 8.5 -----------------------------------------------------------------

  void touch(double x, double y) {
    const Vec2 p = state_.page_from_user.point(x, y);
    path_ = united(path_, {p.x, p.y, p.x, p.y});
  }

  bool apply_path(Frame& frame, std::uint32_t op) {
    switch (op) {
      case pack("m"):
      case pack("l"):
        touch(frame.number(1), frame.number(0));
        return true;
      case pack("c"):
      case pack("v"):
      case pack("y"):
        for (std::size_t i = 0; i + 1 < frame.operands.size() && i < 6; i += 2) {
          touch(frame.number(i + 1), frame.number(i));
        }
        return true;
      case pack("re"):
        touch(frame.number(3), frame.number(2));
        touch(frame.number(3) + frame.number(1), frame.number(2));
        touch(frame.number(3), frame.number(2) + frame.number(0));
        touch(frame.number(3) + frame.number(1), frame.number(2) + frame.number(0));
        return true;
      case pack("W"):
      case pack("W*"):
        clips_ = true;
        return true;
      default:
        return paints(op) && (end_path(), true);
    }
  }

  static bool paints(std::uint32_t op) {
    constexpr std::array<std::string_view, 10> kPainting = {"n", "f", "F",  "f*", "S",
                                                            "s", "B", "B*", "b",  "b*"};
    return std::any_of(kPainting.begin(), kPainting.end(), [op](auto name) { return pack(name) == op; });
  }

  void end_path() {
    if (clips_) state_.clip = intersected(state_.clip, path_);
    path_ = nothing_yet();
    clips_ = false;
  }

  // --- external objects and images: 8.8 to 8.10 -------------------------------------------------------

  void draw_object(Frame& frame) {
    const std::string name = frame.name();
    QPDFObjectHandle object = entry(entry(frame.resources, "/XObject"), "/" + name);
    if (!object.isStream()) return;
    QPDFObjectHandle dictionary = object.getDict(), subtype = dictionary.getKey("/Subtype");
    const std::string kind = subtype.isName() ? subtype.getName() : "";
    const Token& operand = frame.operands.back();
    if (kind == "/Image") {
      const bool opaque = !dictionary.hasKey("/SMask") && !dictionary.hasKey("/Mask") &&
                          !dictionary.getKey("/ImageMask").isBool() && state_.fill_alpha >= 1;
      place_image({.object = object.getObjectID(),
                   .generation = object.getGeneration(),
                   .begin = operand.begin,
                   .name = name,
                   .opaque = opaque},
                  frame);
    } else if (kind == "/Form" && !layers_.hides(dictionary.getKey("/OC"))) {
      draw_form(frame, object,
                {.parent = static_cast<std::int32_t>(frame.drawing),
                 .do_begin = operand.begin,
                 .do_end = frame.op.end,
                 .name = name});
    }
  }

  void place_image(PlacedImage image, const Frame& frame) {
    if (marks_.hidden()) return;
    image.drawing = frame.drawing;
    image.end = frame.op.end;
    image.page_from_image = state_.page_from_user.values();
    image.shows_before = static_cast<std::uint32_t>(content_.shows.size());
    if (content_.images.size() < kMaxDrawings) content_.images.push_back(std::move(image));
  }

  void draw_form(Frame& frame, QPDFObjectHandle object, Drawing drawing) {
    const std::uint32_t stream = streams_.form(object);
    if (active_.size() > kMaxFormDepth || std::count(active_.begin(), active_.end(), stream) != 0) return;
    if (content_.drawings.size() >= kMaxDrawings) throw TooMuchWork{};
    drawing.stream = stream;
    ++streams_[stream].draws;
    const auto index = static_cast<std::uint32_t>(content_.drawings.size());
    content_.drawings.push_back(std::move(drawing));
    QPDFObjectHandle dictionary = object.getDict(), resources = dictionary.getKey("/Resources");
    const GraphicsState kept = state_;
    const Matrix kept_text = text_matrix_, kept_line = line_matrix_;
    enter_form(dictionary);
    execute(stream, index, resources.isDictionary() ? resources : frame.resources);
    state_ = kept;
    text_matrix_ = kept_text;
    line_matrix_ = kept_line;
  }

  void enter_form(QPDFObjectHandle dictionary) {
    const auto numbers = [&](const char* key, auto& out) {
      QPDFObjectHandle array = dictionary.getKey(key);
      if (!array.isArray() || array.getArrayNItems() != static_cast<int>(out.size())) return false;
      for (std::size_t i = 0; i < out.size(); ++i) {
        QPDFObjectHandle item = array.getArrayItem(static_cast<int>(i));
        out[i] = item.isNumber() ? item.getNumericValue() : 0;
      }
      return true;
    };
    std::array<double, 6> m{};
    if (numbers("/Matrix", m)) {
      state_.page_from_user = Matrix{m[0], m[1], m[2], m[3], m[4], m[5]} * state_.page_from_user;
    }
    path_ = nothing_yet();
    clips_ = false;
    if (std::array<double, 4> box{}; numbers("/BBox", box)) {
      for (const std::size_t corner : {0u, 1u, 2u, 3u})
        touch(box[corner & 1 ? 2 : 0], box[corner & 2 ? 3 : 1]);
      state_.clip = intersected(state_.clip, path_);
      path_ = nothing_yet();
    }
  }

  // "BI key value ... ID bytes EI": 8.9.7.
  void inline_image(Frame& frame) {
    const std::uint32_t begin = frame.op.begin;
    InlineImageKeys keys;
    for (Token token = frame.lexer.next(); token.kind != TokenKind::kEnd; token = frame.lexer.next()) {
      if (token.kind == TokenKind::kOperator && frame.raw(token) == "ID") break;
      keys.take(token, frame.raw(token));
    }
    frame.lexer.skip_inline_image(keys.known_bytes());
    frame.op.end = frame.lexer.at();
    place_image({.begin = begin, .opaque = !keys.mask()}, frame);
  }

  // --- marked content: 14.6 ---------------------------------------------------------------------------

  void begin_mark(Frame& frame) {
    const std::vector<Token>& operands = frame.operands;
    std::optional<std::u32string> actual;
    bool hidden = false;
    if (!operands.empty() && operands.back().kind == TokenKind::kName) {
      QPDFObjectHandle properties = entry(entry(frame.resources, "/Properties"), "/" + frame.name());
      QPDFObjectHandle text = entry(properties, "/ActualText");
      if (text.isString()) actual = from_text_string(text.getStringValue());
      hidden = operands.size() >= 2 && frame.raw(operands[operands.size() - 2]) == "/OC" &&
               layers_.hides(properties);
    }
    for (std::size_t i = 0; i + 1 < operands.size(); ++i) {
      if (operands[i + 1].is_string() && frame.raw(operands[i]) == "/ActualText") {
        actual = from_text_string(decode_string(frame.raw(operands[i + 1])));
      }
    }
    marks_.begin(hidden, std::move(actual), content_.glyphs.size());
  }

  void end_mark() {
    if (const auto mark = marks_.end()) apply_actual_text(content_, *mark);
  }

  StreamStore& streams_;
  FontCache& fonts_;
  const HiddenLayers& layers_;
  InterpretedPage& out_;
  PageContent& content_;
  GraphicsState state_;
  StateStack stack_;
  Matrix text_matrix_, line_matrix_;
  Box path_ = nothing_yet();
  bool clips_ = false;
  MarkedContent marks_;
  std::vector<std::uint32_t> active_;  // streams being executed, outermost first
  std::size_t operators_ = 0;
};

}  // namespace

InterpretedPage interpret_page(PdfFile& file, int index, StreamStore& streams, FontCache& fonts,
                               const HiddenLayers& layers) {
  QPDFObjectHandle page = file.pages()[static_cast<std::size_t>(index)];
  InterpretedPage out;
  out.frame = page_frame(page);
  out.content.object = page.getObjectID();
  out.content.generation = page.getGeneration();
  out.content.page_from_user = out.frame.page_from_user.values();
  const std::uint32_t stream = streams.add_page(page.getKey("/Contents"), index);
  try {
    Interpreter(streams, fonts, layers, out).run(stream, inherited(page, "/Resources"));
  } catch (const TooMuchWork&) {
    out.complete = false;
    out.notes.push_back({"page.too_complex", "The page draws more than the limits allow; it is not marked."});
  }
  return out;
}

}  // namespace barium::page
