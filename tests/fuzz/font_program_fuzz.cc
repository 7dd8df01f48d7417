// Any bytes are a font program: widths are finite, and names end.

#include <cmath>
#include <cstdlib>

#include "page/font_program.h"

namespace {

void check(const barium::page::GlyphInk& ink) {
  for (const double value : {ink.x0, ink.y0, ink.x1, ink.y1})
    if (!std::isfinite(value)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const barium::page::FontProgram program(barium::base::Bytes(data, data + size));
  for (unsigned code = 0; code < 256; code += 5) {
    const std::string name = program.name_of(code);
    if (name.size() > 127) std::abort();
    for (const std::string& glyph : {name, std::string("space"), std::string()}) {
      if (const auto width = program.width(code, glyph); width && !std::isfinite(*width)) std::abort();
      check(program.ink(code, glyph));
    }
    check(program.ink_of_index(code));
  }
  return 0;
}
