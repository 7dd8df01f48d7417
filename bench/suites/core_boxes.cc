// Per PDF: how many of poppler's horizontal words are ours too, and how far their ends lie apart. Usage:
// core_boxes [--show N] FILE...  (N: how many words of each kind to list a file)
//
// Truth from outside: `pdftotext -bbox -cropbox` names every word with its box. Heights are not compared:
// poppler takes ascent and descent of a font from elsewhere. Where one word of poppler's is several of ours,
// or the other way round, both are compared as the stretch that they cover.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/process.h"
#include "page/content.h"

namespace {

using namespace barium;

struct Boxed {
  base::Box box;
  std::string text;
};

// Poppler prints a millionth; a font's rounded widths add up to less than this over a word.
constexpr double kSamePt = 0.02;

double attribute(std::string_view tag, std::string_view name) {
  const std::size_t at = tag.find(std::string(name) + "=\"");
  return at == std::string_view::npos ? 0 : std::strtod(tag.data() + at + name.size() + 2, nullptr);
}

std::string unescaped(std::string_view text) {
  constexpr std::pair<std::string_view, char> kEntities[] = {
      {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#39;", '\''}, {"&apos;", '\''}};
  std::string out;
  while (!text.empty()) {
    const auto* entity =
        std::ranges::find_if(kEntities, [&](const auto& e) { return text.starts_with(e.first); });
    const bool found = entity != std::end(kEntities);
    out += found ? entity->second : text[0];
    text.remove_prefix(found ? entity->first.size() : 1);
  }
  return out;
}

std::vector<std::vector<Boxed>> poppler_words(const std::string& file) {
  base::ProgramLimits limits;
  limits.output_bytes = 1ull << 30;
  limits.wall = std::chrono::milliseconds(300'000);
  const auto result = base::run_program({"pdftotext", "-bbox", "-cropbox", file, "-"}, {}, limits);
  std::string_view text = base::as_text(result.output);
  std::vector<std::vector<Boxed>> pages;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1);
    const std::string line(text.substr(0, end));
    text.remove_prefix(end + 1);
    if (line.find("<page ") != std::string::npos) pages.emplace_back();
    const std::size_t word = line.find("<word "), close = line.find('>', word), last = line.rfind("</word>");
    if (word == std::string::npos || last == std::string::npos || pages.empty()) continue;
    pages.back().push_back(
        {{attribute(line, "xMin"), attribute(line, "yMin"), attribute(line, "xMax"), attribute(line, "yMax")},
         unescaped(std::string_view(line).substr(close + 1, last - close - 1))});
  }
  return pages;
}

struct Counts {
  std::size_t poppler = 0, same = 0, apart = 0, cut = 0, missing = 0;
  double farthest = 0;
};

bool same_line(const page::Word& ours, const base::Box& theirs) {
  const double y = theirs.centre().y;
  return ours.along.x > 0.999 && y > ours.box.y0 - 0.3 * ours.size_pt && y < ours.box.y1 + 0.3 * ours.size_pt;
}

// What of ours overlaps a word of poppler's by more than a tenth of a point.
std::vector<const page::Word*> overlapping(const page::PageModel& page, const base::Box& box) {
  std::vector<const page::Word*> found;
  for (const page::Word& word : page.words)
    if (same_line(word, box) && word.box.x1 > box.x0 + 0.1 && word.box.x0 < box.x1 - 0.1)
      found.push_back(&word);
  return found;
}

void count(const page::PageModel& page, const Boxed& wanted, Counts& counts, int& to_show) {
  ++counts.poppler;
  double x0 = 1e9, x1 = -1e9, nearest = 1e9;
  const auto words = overlapping(page, wanted.box);
  for (const page::Word* word : words) {
    x0 = std::min(x0, word->box.x0), x1 = std::max(x1, word->box.x1);
    nearest = std::min(
        nearest, std::max(std::abs(word->box.x0 - wanted.box.x0), std::abs(word->box.x1 - wanted.box.x1)));
  }
  const double stretch = std::max(std::abs(x0 - wanted.box.x0), std::abs(x1 - wanted.box.x1));
  const double apart = std::min(nearest, stretch);
  const char* kind = nullptr;
  if (words.empty()) {
    ++counts.missing, kind = "missing";
  } else if (apart <= kSamePt) {
    ++counts.same;
  } else if (apart < 1) {
    ++counts.apart, kind = "apart";
    counts.farthest = std::max(counts.farthest, apart);
  } else {
    ++counts.cut, kind = "cut otherwise";
  }
  if (kind != nullptr && to_show-- > 0)
    std::printf("    %s: \"%s\" %.3f..%.3f at %.1f, ours %.3f..%.3f\n", kind, wanted.text.c_str(),
                wanted.box.x0, wanted.box.x1, wanted.box.centre().y, x0, x1);
}

bool upright(const Boxed& word) {
  return word.box.width() > 0 && word.box.height() > 0 && word.box.height() < 100;
}

Counts compare(const std::string& file, int to_show) {
  const base::Bytes bytes = base::read_file(file, 200u << 20);
  page::PdfFile pdf(bytes, {});
  const page::OpenedPages opened = page::open_pages(pdf);
  Counts counts;
  const auto truth = poppler_words(file);
  for (std::size_t i = 0; i < truth.size() && i < opened.model.pages.size(); ++i)
    for (const Boxed& word : truth[i])
      if (upright(word)) count(opened.model.pages[i], word, counts, to_show);
  return counts;
}

void print(std::string_view name, const Counts& c) {
  std::printf(
      "%-52.52s %7zu words of poppler: same %zu (%.2f %%), apart %zu (%.3f pt), cut otherwise %zu, missing "
      "%zu\n",
      std::string(name).c_str(), c.poppler, c.same,
      100.0 * static_cast<double>(c.same) / static_cast<double>(std::max<std::size_t>(c.poppler, 1)), c.apart,
      c.farthest, c.cut, c.missing);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  int show = 0;
  Counts all;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--show") == 0 && i + 1 < argc) {
      show = std::atoi(argv[++i]);
      continue;
    }
    try {
      const Counts c = compare(argv[i], show);
      print(std::string_view(argv[i]).substr(std::string_view(argv[i]).rfind('/') + 1), c);
      all.poppler += c.poppler, all.same += c.same, all.apart += c.apart, all.cut += c.cut;
      all.missing += c.missing, all.farthest = std::max(all.farthest, c.farthest);
    } catch (const base::Error& fault) {
      std::printf("%s: %s\n", argv[i], fault.message().c_str());
    }
  }
  print("all", all);
}
