#include <algorithm>
#include <charconv>
#include <cmath>
#include <sstream>

#include "app/confine/answer.h"
#include "app/confine/pixels.h"
#include "app/confine/tasks.h"
#include "base/process.h"

namespace barium::app {

namespace {

constexpr int kMostSidePx = 20'000;
constexpr std::int64_t kMostPixels = 60'000'000;
constexpr std::size_t kMostWords = 10'000, kMostWordBytes = 200;
// tesseract's memory and time grow with every language.
constexpr std::size_t kMostLanguages = 6;
constexpr WorkerLimits kLimits{.cpu_s = 60, .wall = std::chrono::minutes(10)};
constexpr std::uint64_t kOutputBytes = 16ull << 20;

// All that is installed, in the order of their names; "osd" and "equ" are no languages.
std::string languages() {
  const auto listed = base::run_program({"tesseract", "--list-langs"}, {}, {.output_bytes = kOutputBytes});
  std::istringstream lines{std::string(base::as_text(listed.output))};
  std::string line, joined;
  std::getline(lines, line);  // says where they are
  for (std::size_t count = 0; count < kMostLanguages && std::getline(lines, line);)
    if (!line.empty() && line != "osd" && line != "equ" && !line.starts_with("script"))
      joined += (count++ == 0 ? "" : "+") + line;
  return joined;
}

base::Bytes pgm_of(const image::Image<std::uint8_t>& picture) {
  const std::string head =
      "P5\n" + std::to_string(picture.width()) + " " + std::to_string(picture.height()) + "\n255\n";
  base::Bytes pgm(head.begin(), head.end());
  for (int y = 0; y < picture.height(); ++y)
    pgm.insert(pgm.end(), picture.row(y), picture.row(y) + picture.width());
  return pgm;
}

double number(const std::string& text) {
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// A line of tesseract's table: level, page, block, paragraph, line, word, left, top, width, height,
// confidence, text. Words are level 5.
std::vector<ReadWord> words_of(std::string_view table) {
  std::vector<ReadWord> words;
  std::istringstream lines{std::string(table)};
  for (std::string line; words.size() < kMostWords && std::getline(lines, line);) {
    std::vector<std::string> fields;
    std::istringstream cells(line);
    for (std::string cell; std::getline(cells, cell, '\t');) fields.push_back(cell);
    if (fields.size() < 12 || fields[0] != "5") continue;
    const double left = number(fields[6]), top = number(fields[7]);
    words.push_back({fields[11].substr(0, kMostWordBytes),
                     number(fields[10]),
                     {left, top, left + number(fields[8]), top + number(fields[9])}});
  }
  return words;
}

double clamped(base::ByteReader& reader, double most) {
  const auto value = reader.get<double>();
  if (std::isnan(value)) reader.fail("has a number that is none");
  return std::clamp(value, 0.0, most);
}

}  // namespace

std::vector<ReadWord> read_text(const Confinement& confinement, const image::GrayImage& picture) {
  base::ByteWriter request;
  put_picture(request, picture);
  const base::Bytes answer = confinement.call(Task::kReadText, request.take(), kLimits);
  base::ByteReader reader(answer, "the answer of the confined worker");
  const std::size_t count = reader.get<std::uint32_t>();
  if (count > kMostWords) reader.fail("holds too many words");
  std::vector<ReadWord> words;
  for (std::size_t i = 0; i < count; ++i) {
    ReadWord word{.text = plain_text(reader.get_text(), kMostWordBytes)};
    word.confidence = clamped(reader, 100);
    for (double* edge : {&word.box.x0, &word.box.y0, &word.box.x1, &word.box.y1})
      *edge = clamped(reader, kMostSidePx);
    words.push_back(std::move(word));
  }
  return words;
}

base::Bytes do_read_text(base::ByteView request) {
  base::ByteReader reader(request, "the request");
  const image::Image<std::uint8_t> picture = get_picture(reader, kMostSidePx, kMostPixels);
  const auto absent = [](const std::string& what) {
    return base::Error(base::ErrorCode::kUnsupported, what, {},
                       "apt install tesseract-ocr tesseract-ocr-eng");
  };
  std::string known;
  try {
    known = languages();
  } catch (const base::Error&) {
    throw absent("tesseract, which reads words, is not installed");
  }
  if (known.empty()) throw absent("tesseract, which reads words, knows no language");
  const auto result =
      base::run_program({"tesseract", "stdin", "stdout", "-l", known, "--psm", "6", "tsv"}, pgm_of(picture),
                        {.wall = kLimits.wall, .output_bytes = kOutputBytes});
  if (!result.ok())
    throw base::Error(base::ErrorCode::kMalformed, "tesseract cannot read the picture", {}, "");
  base::ByteWriter answer;
  const std::vector<ReadWord> words = words_of(base::as_text(result.output));
  answer.put(static_cast<std::uint32_t>(words.size()));
  for (const ReadWord& word : words) {
    answer.put_text(word.text);
    answer.put(word.confidence);
    for (const double edge : {word.box.x0, word.box.y0, word.box.x1, word.box.y1}) answer.put(edge);
  }
  return answer.take();
}

}  // namespace barium::app
