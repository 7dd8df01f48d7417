// Paths, for what they clip (ISO 32000-1:2008, 8.5), external objects and images (8.8 to 8.10), and marked
// content (14.6).

#include <algorithm>
#include <array>

#include "page/content_interpreter.h"

namespace barium::page {

using base::Vec2;

namespace {

constexpr std::size_t kMaxDrawings = 50'000;
constexpr std::size_t kMaxFormDepth = 28;  // Annex C.2 asks for 28 levels of q; producers stay below 10 forms

}  // namespace

void ContentInterpreter::touch(double x, double y) {
  const Vec2 p = state_.page_from_user.point(x, y);
  path_ = base::united(path_, {p.x, p.y, p.x, p.y});
}

bool ContentInterpreter::apply_path(Frame& frame, std::uint32_t op) {
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

bool ContentInterpreter::paints(std::uint32_t op) {
  constexpr std::array<std::string_view, 10> kPainting = {"n", "f", "F",  "f*", "S",
                                                          "s", "B", "B*", "b",  "b*"};
  return std::any_of(kPainting.begin(), kPainting.end(), [op](auto name) { return pack(name) == op; });
}

void ContentInterpreter::end_path() {
  if (clips_) state_.clip = base::intersected(state_.clip, path_);
  path_ = nothing_yet();
  clips_ = false;
}

void ContentInterpreter::draw_object(Frame& frame) {
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

void ContentInterpreter::place_image(PlacedImage image, const Frame& frame) {
  if (marks_.hidden()) return;
  image.drawing = frame.drawing;
  image.end = frame.op.end;
  image.page_from_image = state_.page_from_user.values();
  image.shows_before = static_cast<std::uint32_t>(content_.shows.size());
  if (content_.images.size() < kMaxDrawings) content_.images.push_back(std::move(image));
}

void ContentInterpreter::draw_form(Frame& frame, QPDFObjectHandle object, Drawing drawing) {
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

void ContentInterpreter::enter_form(QPDFObjectHandle dictionary) {
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
    for (const std::size_t corner : {0u, 1u, 2u, 3u}) touch(box[corner & 1 ? 2 : 0], box[corner & 2 ? 3 : 1]);
    state_.clip = base::intersected(state_.clip, path_);
    path_ = nothing_yet();
  }
}

// "BI key value ... ID bytes EI": 8.9.7.
void ContentInterpreter::inline_image(Frame& frame) {
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

void ContentInterpreter::begin_mark(Frame& frame) {
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

void ContentInterpreter::end_mark() {
  if (const auto mark = marks_.end()) apply_actual_text(content_, *mark);
}

}  // namespace barium::page
