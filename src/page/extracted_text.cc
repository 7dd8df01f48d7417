#include "page/extracted_text.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "base/process.h"

namespace barium::page {

namespace {

// mutool cannot read its standard input. Without a name from the start: however the program ends, nothing is
// left behind.
class TemporaryFile {
 public:
  explicit TemporaryFile(base::ByteView bytes) {
    std::string path = (std::filesystem::temp_directory_path() / "barium-text.XXXXXX").string();
    descriptor_ = ::mkostemp(path.data(), O_CLOEXEC);
    if (descriptor_ < 0) throw no_room();
    ::unlink(path.c_str());
    while (!bytes.empty()) {
      const ssize_t n = ::write(descriptor_, bytes.data(), bytes.size());
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) {
        ::close(descriptor_);
        throw no_room();
      }
      bytes = bytes.subspan(static_cast<std::size_t>(n));
    }
  }
  ~TemporaryFile() { ::close(descriptor_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  int descriptor() const { return descriptor_; }
  // For a program that inherits the descriptor.
  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  static base::Error no_room() {
    return base::Error(base::ErrorCode::kStorage, "there is no room for temporary files");
  }

  int descriptor_ = -1;
};

// Both programs end each page with a form feed; mutool writes a line feed behind it, which belongs to no
// page.
std::vector<std::string> split_pages(std::string_view text, std::string_view page_end) {
  std::vector<std::string> pages;
  for (std::size_t end = text.find(page_end); end != std::string_view::npos; end = text.find(page_end)) {
    pages.emplace_back(text.substr(0, end));
    text.remove_prefix(end + page_end.size());
  }
  return pages;
}

bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

// Longest common subsequence of the tokens' texts: lengths[i][j] for the rests from i and j on.
class CommonTokens {
 public:
  CommonTokens(const std::vector<Token>& one, const std::vector<Token>& other)
      : width_(other.size() + 1), lengths_((one.size() + 1) * width_, 0) {
    for (std::size_t i = one.size(); i-- > 0;)
      for (std::size_t j = other.size(); j-- > 0;)
        at(i, j) = one[i].text == other[j].text ? static_cast<std::uint16_t>(at(i + 1, j + 1) + 1)
                                                : std::max(at(i + 1, j), at(i, j + 1));
  }
  std::uint16_t& at(std::size_t i, std::size_t j) { return lengths_[i * width_ + j]; }

 private:
  std::size_t width_;
  std::vector<std::uint16_t> lengths_;
};

// A page of more is compared in whole: the table would take too much memory.
constexpr std::size_t kMostTokens = 4000;

std::string print(std::vector<std::string> arguments, Extractor extractor, base::ByteView pdf,
                  std::size_t first, std::size_t last) {
  const TemporaryFile file(pdf);
  const std::string from = std::to_string(first), to = std::to_string(last);
  if (extractor == Extractor::kMupdf)
    arguments.insert(arguments.end(), {file.path(), from + "-" + to});
  else
    arguments.insert(arguments.end(), {"-f", from, "-l", to, file.path(), "-"});
  base::ProgramLimits limits;
  limits.wall = std::chrono::minutes(5);
  const base::ProgramResult result = base::run_program(arguments, {}, limits, {file.descriptor()});
  // With an exit status that is not 0 it has printed what it could; half a text says nothing of a copy.
  if (result.end != base::ProgramEnd::kExited)
    throw base::Error(base::ErrorCode::kStorage, arguments.front() + " does not get through it");
  return std::string(base::as_text(result.output));
}

}  // namespace

std::vector<std::string> extract_pages(Extractor extractor, base::ByteView pdf, std::size_t first,
                                       std::size_t last) {
  if (extractor == Extractor::kMupdf)
    return split_pages(print({"mutool", "draw", "-q", "-F", "txt", "-o", "-"}, extractor, pdf, first, last),
                       "\f\n");
  std::vector<std::string> arguments = {"pdftotext", "-q"};
  if (extractor == Extractor::kPopplerLayout) arguments.emplace_back("-layout");
  return split_pages(print(arguments, extractor, pdf, first, last), "\f");
}

std::string extract_placed(Extractor extractor, base::ByteView pdf, std::size_t first, std::size_t last) {
  if (extractor == Extractor::kMupdf)
    return print({"mutool", "draw", "-q", "-F", "stext", "-o", "-"}, extractor, pdf, first, last);
  return print({"pdftotext", "-q", "-bbox-layout", "-cropbox"}, extractor, pdf, first, last);
}

std::vector<Token> tokens_of(const std::string& page_text) {
  std::vector<Token> tokens;
  for (const char c : page_text) {
    if (is_blank(c)) {
      if (tokens.empty()) tokens.emplace_back();
      tokens.back().gap += c;
      continue;
    }
    if (tokens.empty() || !tokens.back().gap.empty()) tokens.emplace_back();
    tokens.back().text += c;
  }
  return tokens;
}

std::vector<std::size_t> parting_tokens(const std::vector<Token>& original,
                                        const std::vector<Token>& changed) {
  std::set<std::size_t> parting;
  if (original.size() > kMostTokens || changed.size() > kMostTokens) return {};
  CommonTokens common(original, changed);
  std::size_t i = 0, j = 0;
  while (i < original.size() && j < changed.size()) {
    if (original[i].text == changed[j].text) {
      if (original[i].gap != changed[j].gap) parting.insert(i);
      ++i, ++j;
    } else if (common.at(i + 1, j) >= common.at(i, j + 1)) {
      parting.insert(i++);
    } else {
      ++j;
      if (i > 0) parting.insert(i - 1);
    }
  }
  for (; i < original.size(); ++i) parting.insert(i);
  return {parting.begin(), parting.end()};
}

}  // namespace barium::page
