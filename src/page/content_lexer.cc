#include "page/content_lexer.h"

#include <algorithm>
#include <array>

namespace barium::page {
namespace {

enum CharClass : std::uint8_t { kRegular, kBlank, kDelimiter, kNumeric };

constexpr std::array<std::uint8_t, 256> make_classes() {
  std::array<std::uint8_t, 256> classes{};
  for (const char c : std::string_view("\0\t\n\f\r ", 6)) classes[static_cast<unsigned char>(c)] = kBlank;
  for (const char c : std::string_view("()<>[]{}/%")) classes[static_cast<unsigned char>(c)] = kDelimiter;
  for (const char c : std::string_view("0123456789+-.")) classes[static_cast<unsigned char>(c)] = kNumeric;
  return classes;
}
constexpr auto kClasses = make_classes();

CharClass class_of(char c) { return static_cast<CharClass>(kClasses[static_cast<unsigned char>(c)]); }
bool ends_token(char c) { return class_of(c) == kBlank || class_of(c) == kDelimiter; }

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// 10^-n, exact enough: each literal is the nearest double.
constexpr std::array<double, 19> kTenth = {1e0,   1e-1,  1e-2,  1e-3,  1e-4,  1e-5,  1e-6,  1e-7,  1e-8, 1e-9,
                                           1e-10, 1e-11, 1e-12, 1e-13, 1e-14, 1e-15, 1e-16, 1e-17, 1e-18};
constexpr std::array<double, 19> kTen = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8, 1e9,
                                         1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18};

// Digits, signs and dots as real files have them: "--5", "1.2.3" and "5-3" end at the first misfit, as in
// mupdf and poppler. Beyond 18 digits the rest of the fraction is dropped.
double parse_number(std::string_view raw) {
  std::size_t at = 0;
  bool negative = false;
  for (; at < raw.size() && (raw[at] == '+' || raw[at] == '-'); ++at) negative |= raw[at] == '-';
  std::uint64_t mantissa = 0;
  int digits = 0, after_dot = 0, dropped = 0;
  bool dot = false;
  for (; at < raw.size(); ++at) {
    const char c = raw[at];
    if (c == '.' && !dot) {
      dot = true;
    } else if (c < '0' || c > '9') {
      break;
    } else if (digits < 18) {
      mantissa = mantissa * 10 + static_cast<unsigned>(c - '0');
      digits += mantissa != 0;
      after_dot += dot;
    } else {
      dropped += !dot;
    }
  }
  double value = static_cast<double>(mantissa);
  // One correctly rounded division where the digits fit a double exactly; else the nearest power.
  if (after_dot > 0) {
    value = after_dot <= 18 ? value / kTen[static_cast<std::size_t>(after_dot)] : value * kTenth[18];
  }
  if (dropped > 0) value *= kTen[static_cast<std::size_t>(std::min(dropped, 18))];
  return negative ? -value : value;
}

bool is_end_of_image(std::string_view bytes, std::size_t at) {
  if (at + 2 < bytes.size() && !ends_token(bytes[at + 2])) return false;
  // What follows must look like content, not like more pixels: 16 bytes of it are enough to tell.
  const std::string_view rest = bytes.substr(std::min(at + 2, bytes.size()), 16);
  for (const char c : rest) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x7F || (byte < 0x20 && class_of(c) != kBlank)) return false;
  }
  return true;
}

}  // namespace

void ContentLexer::skip_blank() {
  while (at_ < bytes_.size()) {
    if (class_of(bytes_[at_]) == kBlank) {
      ++at_;
    } else if (bytes_[at_] == '%') {
      while (at_ < bytes_.size() && bytes_[at_] != '\n' && bytes_[at_] != '\r') ++at_;
    } else {
      return;
    }
  }
}

Token ContentLexer::next() {
  skip_blank();
  const auto begin = static_cast<std::uint32_t>(at_);
  if (at_ >= bytes_.size()) return {TokenKind::kEnd, begin, begin};
  const auto single = [&](TokenKind kind, std::uint32_t size = 1) {
    at_ += size;
    return Token{kind, begin, begin + size};
  };
  const char second = at_ + 1 < bytes_.size() ? bytes_[at_ + 1] : ' ';
  switch (bytes_[at_]) {
    case '(':
      return scan_string();
    case '<':
      return second == '<' ? single(TokenKind::kDictBegin, 2) : scan_hex();
    case '>':
      return second == '>' ? single(TokenKind::kDictEnd, 2) : single(TokenKind::kJunk);
    case '[':
      return single(TokenKind::kArrayBegin);
    case ']':
      return single(TokenKind::kArrayEnd);
    case ')':
    case '{':
    case '}':
      return single(TokenKind::kJunk);
    default:
      return scan_regular();
  }
}

Token ContentLexer::scan_string() {
  const auto begin = static_cast<std::uint32_t>(at_++);
  for (std::size_t depth = 1; at_ < bytes_.size() && depth > 0; ++at_) {
    if (bytes_[at_] == '\\') {
      at_ += at_ + 1 < bytes_.size();
    } else if (bytes_[at_] == '(') {
      ++depth;
    } else if (bytes_[at_] == ')') {
      --depth;
    }
  }
  return {TokenKind::kString, begin, static_cast<std::uint32_t>(at_)};
}

Token ContentLexer::scan_hex() {
  const auto begin = static_cast<std::uint32_t>(at_);
  const std::size_t close = bytes_.find('>', at_);
  at_ = close == std::string_view::npos ? bytes_.size() : close + 1;
  return {TokenKind::kHexString, begin, static_cast<std::uint32_t>(at_)};
}

Token ContentLexer::scan_regular() {
  const std::size_t begin = at_;
  const bool name = bytes_[at_] == '/';
  const bool numeric = class_of(bytes_[at_]) == kNumeric;
  ++at_;
  if (numeric) {
    while (at_ < bytes_.size() && class_of(bytes_[at_]) == kNumeric) ++at_;
    // "0.5w" without a blank between: mupdf reads a number and an operator.
    Token token{TokenKind::kNumber, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(at_)};
    token.number = parse_number(bytes_.substr(begin, at_ - begin));
    return token;
  }
  while (at_ < bytes_.size() && !ends_token(bytes_[at_])) ++at_;
  return {name ? TokenKind::kName : TokenKind::kOperator, static_cast<std::uint32_t>(begin),
          static_cast<std::uint32_t>(at_)};
}

void ContentLexer::skip_inline_image(std::uint64_t known_bytes) {
  if (at_ < bytes_.size()) ++at_;  // "a single white-space character" after ID: 8.9.7
  std::size_t from = at_;
  if (known_bytes != 0 && known_bytes <= bytes_.size() - at_) from = at_ + known_bytes;
  for (;; ++from) {
    from = bytes_.find("EI", from);
    if (from == std::string_view::npos) {
      at_ = bytes_.size();
      return;
    }
    if (from > 0 && from > at_ && !ends_token(bytes_[from - 1]) && known_bytes == 0) continue;
    if (is_end_of_image(bytes_, from)) break;
  }
  at_ = from + 2;
}

namespace {

// The escape after a backslash at raw[at]; returns how many bytes it took.
std::size_t decode_escape(std::string_view raw, std::size_t at, std::string& out) {
  const char c = raw[at];
  constexpr std::string_view kFrom = "nrtbf", kTo = "\n\r\t\b\f";
  if (const auto found = kFrom.find(c); found != std::string_view::npos) {
    out += kTo[found];
    return 1;
  }
  if (c >= '0' && c <= '7') {
    unsigned value = 0;
    std::size_t size = 0;
    for (; size < 3 && at + size < raw.size() && raw[at + size] >= '0' && raw[at + size] <= '7'; ++size) {
      value = value * 8 + static_cast<unsigned>(raw[at + size] - '0');
    }
    out += static_cast<char>(value & 0xFF);
    return size;
  }
  if (c == '\r') return at + 1 < raw.size() && raw[at + 1] == '\n' ? 2 : 1;
  if (c != '\n') out += c;
  return 1;
}

std::string decode_hex(std::string_view raw) {
  std::string out;
  int high = -1;
  for (const char c : raw) {
    const int digit = hex_digit(c);
    if (digit < 0) continue;
    if (high < 0) {
      high = digit;
    } else {
      out += static_cast<char>(high * 16 + digit);
      high = -1;
    }
  }
  if (high >= 0) out += static_cast<char>(high * 16);  // "assumed to be 0": 7.3.4.3
  return out;
}

std::string decode_literal(std::string_view raw) {
  raw.remove_prefix(1);
  std::string out;
  out.reserve(raw.size());
  std::size_t depth = 0;
  for (std::size_t at = 0; at < raw.size();) {
    const char c = raw[at];
    if (c == '\\' && at + 1 < raw.size()) {
      at += 1 + decode_escape(raw, at + 1, out);
      continue;
    }
    if (c == ')' && depth-- == 0) break;
    depth += c == '(';
    if (c == '\r') {  // an end of line within a string is a line feed: 7.3.4.2
      out += '\n';
      at += at + 1 < raw.size() && raw[at + 1] == '\n' ? 2 : 1;
      continue;
    }
    out += c;
    ++at;
  }
  return out;
}

}  // namespace

std::string decode_string(std::string_view raw) {
  if (raw.empty()) return {};
  return raw[0] == '<' ? decode_hex(raw.substr(1)) : decode_literal(raw);
}

std::string decode_name(std::string_view raw) {
  if (!raw.empty() && raw[0] == '/') raw.remove_prefix(1);
  std::string out;
  for (std::size_t at = 0; at < raw.size(); ++at) {
    const int high = raw[at] == '#' && at + 2 < raw.size() ? hex_digit(raw[at + 1]) : -1;
    const int low = high >= 0 ? hex_digit(raw[at + 2]) : -1;
    if (low >= 0) {
      out += static_cast<char>(high * 16 + low);
      at += 2;
    } else {
      out += raw[at];
    }
  }
  return out;
}

}  // namespace barium::page
