// Truth from outside: the .afm file that is installed beside the font.

#include "page/font_program.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/file.h"

namespace barium::page {
namespace {

TEST(FontProgram, TellsTheInkOfAGlyph) {
  const std::string file = "/usr/share/fonts/type1/urw-base35/NimbusSans-Regular.t1";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "fonts-urw-base35 is not installed";
  const FontProgram program(base::read_file(file, 4u << 20));
  const GlyphInk g = program.ink('g', "g");  // C 103 ; WX 556 ; N g ; B 35 -218 481 539 ;
  EXPECT_DOUBLE_EQ(g.x0, 0.035);
  EXPECT_DOUBLE_EQ(g.y0, -0.218);
  EXPECT_DOUBLE_EQ(g.x1, 0.481);
  EXPECT_DOUBLE_EQ(g.y1, 0.539);
  EXPECT_TRUE(program.ink(' ', "space").empty());
  EXPECT_TRUE(program.ink(0, "no-such-glyph").empty());
}

TEST(FontProgram, ThatCannotBeReadHasNoInk) {
  const FontProgram program(base::Bytes{1, 2, 3});
  EXPECT_FALSE(program.readable());
  EXPECT_TRUE(program.ink('a', "a").empty());
  EXPECT_TRUE(program.ink_of_index(7).empty());
}

}  // namespace
}  // namespace barium::page
