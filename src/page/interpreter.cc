#include "page/interpreter.h"

#include "page/content_interpreter.h"

namespace barium::page {
namespace {

// Beyond these a page is work made for its own sake.
constexpr std::size_t kMaxOperators = 20'000'000;
constexpr std::size_t kMaxOperands = 1 << 20;

}  // namespace

void ContentInterpreter::run(std::uint32_t stream, QPDFObjectHandle resources) {
  content_.drawings.push_back({.stream = stream});
  execute(stream, 0, resources);
}

void ContentInterpreter::execute(std::uint32_t stream, std::uint32_t drawing, QPDFObjectHandle resources) {
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

void ContentInterpreter::apply(Frame& frame, std::uint32_t op) {
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

Matrix ContentInterpreter::matrix(const Frame& f) {
  return {f.number(5), f.number(4), f.number(3), f.number(2), f.number(1), f.number(0)};
}

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
    ContentInterpreter(streams, fonts, layers, out).run(stream, inherited(page, "/Resources"));
  } catch (const TooMuchWork&) {
    out.complete = false;
    out.notes.push_back({"page.too_complex", "The page draws more than the limits allow; it is not marked."});
  }
  return out;
}

}  // namespace barium::page
