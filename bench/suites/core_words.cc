// Per PDF: pages, words, carriers, how many of the words that could carry do, and how far glyph origins lie
// from where mupdf draws them. Usage: core_words [--no-trace] FILE...
//
// Truth from outside: `mutool draw -F trace` names every glyph with its origin and the transform to the page.

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/process.h"
#include "page/content.h"

namespace {

using namespace barium;

struct Origin {
  double x = 0, y = 0;
};

// The value of attribute `name` in the tag at the start of `tag`; empty if absent.
std::string_view attribute(std::string_view tag, std::string_view name) {
  const std::string key = " " + std::string(name) + "=\"";
  const std::size_t at = tag.find(key);
  if (at == std::string_view::npos) return {};
  const std::size_t from = at + key.size();
  return tag.substr(from, tag.find('"', from) - from);
}

std::vector<double> numbers(std::string_view text) {
  std::vector<double> out;
  const std::string copy(text);
  const char* at = copy.c_str();
  for (char* end = nullptr;; at = end) {
    const double value = std::strtod(at, &end);
    if (end == at) return out;
    out.push_back(value);
  }
}

// Glyph origins of every page in page points, vertical spans left out.
std::vector<std::vector<Origin>> trace(const std::string& file) {
  base::ProgramLimits limits;
  limits.output_bytes = 2ull << 30;
  limits.wall = std::chrono::milliseconds(300'000);
  const auto result = base::run_program({"mutool", "draw", "-F", "trace", "-o", "-", file}, {}, limits);
  std::string_view text = base::as_text(result.output);
  std::vector<std::vector<Origin>> pages;
  std::vector<double> m{1, 0, 0, 1, 0, 0};
  bool vertical = false;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1);
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    line.remove_prefix(std::min(line.find('<'), line.size()));
    if (line.starts_with("<page ")) pages.emplace_back();
    if (line.find(" transform=") != std::string_view::npos) {
      if (const auto read = numbers(attribute(line, "transform")); read.size() == 6) m = read;
    }
    if (line.starts_with("<span")) vertical = attribute(line, "wmode") == "1";
    if (!line.starts_with("<g ") || pages.empty() || vertical) continue;
    const auto x = numbers(attribute(line, "x")), y = numbers(attribute(line, "y"));
    if (x.size() != 1 || y.size() != 1) continue;
    pages.back().push_back({m[0] * x[0] + m[2] * y[0] + m[4], m[1] * x[0] + m[3] * y[0] + m[5]});
  }
  return pages;
}

// How many of mupdf's glyphs have no glyph of ours within the tolerance.
std::size_t unmatched(const std::vector<Origin>& truth, const page::PageContent& content, double tolerance) {
  std::multimap<long, Origin> ours;
  const double cell = 1;
  for (const page::Glyph& glyph : content.glyphs) {
    if (std::abs(glyph.origin.x) < 1e6)
      ours.emplace(std::lround(glyph.origin.x / cell), Origin{glyph.origin.x, glyph.origin.y});
  }
  std::size_t missing = 0;
  for (const Origin& wanted : truth) {
    bool found = false;
    const long column = std::lround(wanted.x / cell);
    for (auto at = ours.lower_bound(column - 1); at != ours.end() && at->first <= column + 1 && !found;
         ++at) {
      found = std::hypot(at->second.x - wanted.x, at->second.y - wanted.y) <= tolerance;
    }
    if (!found && missing == 0 && std::getenv("CORE_WORDS_SHOW") != nullptr) {
      std::printf("  first missing: %.3f %.3f\n", wanted.x, wanted.y);
    }
    missing += !found;
  }
  return missing;
}

struct Totals {
  std::size_t glyphs = 0, missing = 0, words = 0, eligible = 0, carriers = 0;
};

void report(const std::string& file, bool with_trace, Totals& totals) {
  const std::string name = file.substr(file.rfind('/') + 1);
  const auto started = std::chrono::steady_clock::now();
  const base::Bytes bytes = base::read_file(file, 200u << 20);
  page::PdfFile pdf(bytes, {});
  const page::OpenedPages opened = page::open_pages(pdf);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  std::size_t words = 0, carriers = 0, glyphs = 0, missing = 0, by[8] = {};
  for (const auto& model : opened.model.pages) {
    words += model.words.size();
    carriers += model.carriers.size();
    for (const auto& word : model.words) ++by[static_cast<std::size_t>(word.obstacle)];
  }
  if (with_trace) {
    const auto truth = trace(file);
    for (std::size_t i = 0; i < truth.size() && i < opened.pages.size(); ++i) {
      glyphs += truth[i].size();
      missing += unmatched(truth[i], opened.pages[i], 0.01);
    }
  }
  const std::size_t eligible = carriers + by[2] + by[4] + by[6];
  std::printf(
      "%-52.52s %4zu %7zu %7zu %5.1f  edge %zu tight %zu short %zu fixed %zu hidden %zu over %zu | %zu/%zu | "
      "%.2fs\n",
      name.c_str(), opened.pages.size(), words, carriers,
      eligible == 0 ? 0.0 : 100.0 * static_cast<double>(carriers) / static_cast<double>(eligible), by[1],
      by[2], by[3], by[4], by[5], by[6], missing, glyphs, seconds);
  for (const auto& note : opened.model.notes) std::printf("    note: %s\n", note.text.c_str());
  totals.glyphs += glyphs, totals.missing += missing, totals.words += words;
  totals.eligible += eligible, totals.carriers += carriers;
}

}  // namespace

int main(int argc, char** argv) {
  bool with_trace = true;
  Totals totals;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--no-trace") == 0) {
      with_trace = false;
      continue;
    }
    try {
      report(argv[i], with_trace, totals);
    } catch (const base::Error& fault) {
      std::printf("%-52.52s %s: %s\n", argv[i], base::name_of(fault.code()), fault.message().c_str());
    }
    std::fflush(stdout);
  }
  std::printf("glyphs not where mupdf draws them: %zu of %zu; words %zu, carriers %zu of %zu eligible\n",
              totals.missing, totals.glyphs, totals.words, totals.carriers, totals.eligible);
}
