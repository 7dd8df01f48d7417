#include "page/text_places.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <set>
#include <utility>

#include "page/scripts.h"

namespace barium::page {

namespace {

bool is_blank(char32_t c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == 0xA0; }

// U+200E, U+200F, U+202A to U+202E: pdftotext wraps what it holds for right-to-left in them.
bool is_direction(char32_t c) { return c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E); }

// The first character of `text`, which is cut off. Malformed bytes count as themselves.
char32_t take_character(std::string_view& text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  const std::size_t size = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  char32_t c = lead;
  if (size > 1 && size <= text.size()) {
    c = lead & (0xFFu >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) c = (c << 6) | (byte(i) & 0x3Fu);
  }
  text.remove_prefix(std::min(size, text.size()));
  return c;
}

std::u32string decode(std::string_view text) {
  std::u32string out;
  while (!text.empty()) out += take_character(text);
  return out;
}

// &amp; &lt; &gt; &quot; &apos; &#x1F4A9;
char32_t entity(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, char32_t>, 5> kNames = {
      {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};
  for (const auto& [known, c] : kNames)
    if (name == known) return c;
  if (name.starts_with("#x"))
    return static_cast<char32_t>(std::strtoul(std::string(name.substr(2)).c_str(), nullptr, 16));
  if (name.starts_with("#"))
    return static_cast<char32_t>(std::strtoul(std::string(name.substr(1)).c_str(), nullptr, 10));
  return U'\uFFFD';
}

std::u32string unescaped(std::string_view xml) {
  std::u32string out;
  while (!xml.empty()) {
    const std::size_t end = xml[0] == '&' ? xml.find(';') : std::string_view::npos;
    if (end == std::string_view::npos) {
      out += take_character(xml);
      continue;
    }
    out += entity(xml.substr(1, end - 1));
    xml.remove_prefix(end + 1);
  }
  return out;
}

std::string_view attribute(std::string_view tag, std::string_view name) {
  const std::string key = " " + std::string(name) + "=\"";
  const std::size_t at = tag.find(key);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = tag.substr(at + key.size());
  return rest.substr(0, rest.find('"'));
}

std::vector<double> numbers(std::string_view text) {
  std::vector<double> values;
  const std::string copy(text);
  const char* at = copy.c_str();
  for (char* end = nullptr;; at = end) {
    const double value = std::strtod(at, &end);
    if (end == at) return values;
    values.push_back(value);
  }
}

double number(std::string_view tag, std::string_view name) {
  const std::vector<double> values = numbers(attribute(tag, name));
  return values.empty() ? 0 : values[0];
}

using Line = std::vector<PlacedCharacter>;

// <char quad="x0 y0 x1 y1 x2 y2 x3 y3" ... c="A"/>
void add_char(std::string_view tag, Line& line) {
  const std::vector<double> quad = numbers(attribute(tag, "quad"));
  const std::u32string text = unescaped(attribute(tag, "c"));
  if (quad.size() != 8 || text.empty() || is_blank(text[0])) return;
  line.push_back(
      {text[0], {(quad[0] + quad[2] + quad[4] + quad[6]) / 4, (quad[1] + quad[3] + quad[5] + quad[7]) / 4}});
}

// <word xMin="" yMin="" xMax="" yMax="">text</word>: its characters at equal distances.
void add_word(std::string_view element, Line& line) {
  const std::size_t begin = element.find('>'), end = element.find("</word>");
  if (begin == std::string_view::npos || end == std::string_view::npos) return;
  const std::u32string text = unescaped(element.substr(begin + 1, end - begin - 1));
  const double x0 = number(element, "xMin"), x1 = number(element, "xMax");
  const double y = (number(element, "yMin") + number(element, "yMax")) / 2;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const double share = (static_cast<double>(i) + 0.5) / static_cast<double>(text.size());
    if (!is_blank(text[i]) && !is_direction(text[i])) line.push_back({text[i], {x0 + (x1 - x0) * share, y}});
  }
}

void reverse_runs(Line& line, bool right_to_left) {
  const auto belongs = [&](const PlacedCharacter& c) {
    return is_right_to_left(c.character) == right_to_left;
  };
  for (auto at = line.begin(); at != line.end();) {
    const auto begin = std::find_if(at, line.end(), belongs);
    at = std::find_if_not(begin, line.end(), belongs);
    std::reverse(begin, at);
  }
}

// pdftotext's XML holds lines from left to right, its plain text in the order in which they are read.
std::vector<PlacedCharacter> in_reading_order(std::vector<Line> lines, Extractor extractor) {
  std::size_t characters = 0, right_to_left = 0;
  for (const Line& line : lines)
    for (const PlacedCharacter& c : line) {
      ++characters;
      right_to_left += is_right_to_left(c.character) ? 1 : 0;
    }
  const bool page_is_right_to_left = 2 * right_to_left > characters;
  std::vector<PlacedCharacter> page;
  for (Line& line : lines) {
    if (extractor != Extractor::kMupdf && right_to_left > 0) {
      if (page_is_right_to_left) std::ranges::reverse(line);
      reverse_runs(line, !page_is_right_to_left);
    }
    page.insert(page.end(), line.begin(), line.end());
  }
  return page;
}

}  // namespace

std::vector<std::vector<PlacedCharacter>> placed_characters(Extractor extractor, std::string_view xml) {
  std::vector<std::vector<Line>> pages;
  while (!xml.empty()) {
    std::string_view row = xml.substr(0, xml.find('\n'));
    xml.remove_prefix(std::min(xml.size(), row.size() + 1));
    row.remove_prefix(std::min(row.size(), row.find_first_not_of(' ')));
    if (row.starts_with("<page ")) pages.emplace_back();
    if (pages.empty()) continue;
    if (row.starts_with("<line ") || pages.back().empty()) pages.back().emplace_back();
    if (row.starts_with("<char ")) add_char(row, pages.back().back());
    if (row.starts_with("<word ")) add_word(row, pages.back().back());
  }
  std::vector<std::vector<PlacedCharacter>> placed;
  for (std::vector<Line>& lines : pages) placed.push_back(in_reading_order(std::move(lines), extractor));
  return placed;
}

std::vector<PrintedCharacter> printed_characters(std::string_view page_text) {
  std::vector<PrintedCharacter> printed;
  for (const char32_t c : decode(page_text)) {
    if (is_direction(c)) continue;
    if (!is_blank(c))
      printed.push_back({c, {}});
    else if (!printed.empty())
      printed.back().gap += static_cast<char>(c);
  }
  return printed;
}

namespace {

// Where the order of the text changed: the ends of the runs of tokens that stand elsewhere.
std::vector<std::size_t> parting_by_tokens(std::string_view original, std::string_view changed) {
  const std::vector<Token> tokens = tokens_of(std::string(original));
  const std::vector<std::size_t> parting = parting_tokens(tokens, tokens_of(std::string(changed)));
  const std::set<std::size_t> all(parting.begin(), parting.end());
  std::vector<std::size_t> characters;
  std::size_t end = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    end += printed_characters(tokens[i].text).size();
    const bool inside = all.contains(i) && i > 0 && all.contains(i - 1) && all.contains(i + 1);
    if (all.contains(i) && !inside && end > 0) characters.push_back(end - 1);
  }
  return characters;
}

}  // namespace

std::vector<std::size_t> parting_characters(std::string_view original, std::string_view changed) {
  const std::vector<PrintedCharacter> before = printed_characters(original);
  const std::vector<PrintedCharacter> after = printed_characters(changed);
  if (!std::ranges::equal(before, after, {}, &PrintedCharacter::character, &PrintedCharacter::character))
    return parting_by_tokens(original, changed);
  std::vector<std::size_t> parting;
  for (std::size_t i = 0; i < before.size(); ++i)
    if (before[i].gap != after[i].gap) parting.push_back(i);
  return parting;
}

namespace {

// Characters before and after a gap by which it is looked for: many, few, and those of one side alone.
constexpr std::array<std::pair<std::size_t, std::size_t>, 8> kContexts = {
    {{16, 16}, {6, 6}, {3, 3}, {6, 0}, {0, 6}, {3, 0}, {0, 3}, {1, 1}}};

}  // namespace

std::vector<Gap> find_gap(const std::vector<PrintedCharacter>& printed, std::size_t index,
                          const std::vector<PlacedCharacter>& placed) {
  constexpr std::size_t kMostFound = 3;
  if (index + 1 >= printed.size()) return {};
  const double expected =
      static_cast<double>(index) * static_cast<double>(placed.size()) / static_cast<double>(printed.size());
  for (const auto& [left, right] : kContexts) {
    const std::size_t first = index + 1 - std::min(left, index + 1);
    const std::size_t last = std::min(printed.size(), index + 1 + right);
    const auto begin = printed.begin() + static_cast<std::ptrdiff_t>(first);
    const auto end = printed.begin() + static_cast<std::ptrdiff_t>(last);
    std::vector<std::pair<double, std::size_t>> found;  // distance in the text, place behind the gap
    for (auto at = placed.begin();; ++at) {
      at = std::search(at, placed.end(), begin, end, [](const PlacedCharacter& a, const PrintedCharacter& b) {
        return a.character == b.character;
      });
      if (at == placed.end()) break;
      const auto place = static_cast<std::size_t>(at - placed.begin()) + index + 1 - first;
      found.emplace_back(std::abs(static_cast<double>(place) - expected), place);
    }
    if (found.empty()) continue;
    std::ranges::sort(found);
    found.resize(std::min(found.size(), kMostFound));
    std::vector<Gap> gaps;
    for (const auto& [distance, place] : found)
      gaps.push_back({placed[place == 0 ? 0 : place - 1].at, placed[std::min(place, placed.size() - 1)].at});
    return gaps;
  }
  return {};
}

}  // namespace barium::page
