#include "bench/oracle/renderers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "base/process.h"

namespace barium::oracle {

namespace {

std::string range_of(Pages pages) { return fmt::format("{}-{}", pages.first, pages.last); }

base::ProgramResult run(const std::vector<std::string>& arguments) {
  base::ProgramLimits limits;
  limits.wall = std::chrono::minutes(20);
  limits.output_bytes = 8ull << 30;
  return base::run_program(arguments, {}, limits);
}

int take_number(std::string_view& text) {
  while (text.starts_with(' ') || text.starts_with('\n')) text.remove_prefix(1);
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

std::vector<image::GrayImage> parse_pgms(std::string_view text) {
  std::vector<image::GrayImage> pictures;
  while (text.starts_with("P5")) {
    text.remove_prefix(2);
    const int width = take_number(text), height = take_number(text);
    take_number(text);
    image::GrayImage picture(width, height);
    if (text.size() < picture.pixels().size() + 1) break;
    std::copy_n(text.begin() + 1, picture.pixels().size(), picture.pixels().begin());
    text.remove_prefix(picture.pixels().size() + 1);
    pictures.push_back(std::move(picture));
  }
  return pictures;
}

std::string_view attribute(std::string_view line, std::string_view name) {
  const std::string key = fmt::format(" {}=\"", name);
  const std::size_t at = line.find(key);
  if (at == std::string_view::npos) return {};
  line.remove_prefix(at + key.size());
  return line.substr(0, line.find('"'));
}

double number_in(std::string_view text) {
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

using Matrix = std::array<double, 6>;
Matrix matrix_in(std::string_view text) {
  Matrix matrix{1, 0, 0, 1, 0, 0};
  for (double& value : matrix) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  }
  return matrix;
}

}  // namespace

std::vector<image::GrayImage> render(Renderer renderer, const std::string& file, Pages pages, int dpi) {
  const std::string r = std::to_string(dpi);
  const auto result = renderer == Renderer::kPoppler
                          ? run({"pdftoppm", "-q", "-gray", "-cropbox", "-r", r, "-f",
                                 std::to_string(pages.first), "-l", std::to_string(pages.last), file})
                          : run({"mutool", "draw", "-q", "-r", r, "-c", "gray", "-F", "pgm", "-o", "-", file,
                                 range_of(pages)});
  return parse_pgms(base::as_text(result.output));
}

ExtractedText extract_text(const std::string& file) {
  const auto printed = [](const std::vector<std::string>& arguments) {
    return std::string(base::as_text(run(arguments).output));
  };
  return {printed({"pdftotext", "-q", file, "-"}),
          printed({"mutool", "draw", "-q", "-F", "txt", "-o", "-", file}),
          printed({"pdftotext", "-q", "-layout", file, "-"})};
}

int qpdf_check(const std::string& file) { return run({"qpdf", "--check", file}).status; }

std::vector<std::vector<TracedGlyph>> trace_glyphs(const std::string& file, Pages pages) {
  const auto result = run({"mutool", "draw", "-q", "-F", "trace", "-o", "-", file, range_of(pages)});
  std::vector<std::vector<TracedGlyph>> traced;
  Matrix page_from_text{1, 0, 0, 1, 0, 0};
  std::string_view rest = base::as_text(result.output);
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (line.starts_with("<page ")) traced.emplace_back();
    if (line.find("_text ") != std::string_view::npos)
      page_from_text = matrix_in(attribute(line, "transform"));
    if (line.find("<g ") == std::string_view::npos || traced.empty()) continue;
    const double x = number_in(attribute(line, "x")), y = number_in(attribute(line, "y"));
    const Matrix& m = page_from_text;
    traced.back().push_back(
        {std::string(attribute(line, "unicode")), m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]});
  }
  return traced;
}

}  // namespace barium::oracle
