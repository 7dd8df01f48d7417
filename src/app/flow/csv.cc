#include "app/flow/csv.h"

#include <algorithm>

#include "app/flow/text_encoding.h"
#include "base/error.h"

namespace barium::app {

namespace {

using base::Error;
using base::ErrorCode;

base::Place on_line(std::size_t line) { return {.object = "line " + std::to_string(line)}; }

// The separator that the first line that is not blank has most of, outside quotes.
char separator_of(std::string_view text) {
  constexpr std::string_view kSeparators = ",;\t";
  std::size_t counts[kSeparators.size()] = {};
  bool quoted = false, blank = true;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (!quoted && (c == '\n' || c == '\r')) {
      if (!blank) break;
      std::fill(std::begin(counts), std::end(counts), 0);
      continue;
    }
    blank = blank && (c == ' ' || kSeparators.find(c) != std::string_view::npos);
    const auto at = kSeparators.find(c);
    if (!quoted && at != std::string_view::npos) ++counts[at];
  }
  return kSeparators[std::max_element(std::begin(counts), std::end(counts)) - std::begin(counts)];
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text), separator_(separator_of(text)) {}

  bool at_end() const { return at_ == text_.size(); }

  CsvRow row() {
    CsvRow row{.line = line_};
    do {
      row.fields.push_back(field());
      if (row.fields.size() > kMostCsvColumns)
        throw Error(ErrorCode::kLimit, "has more than " + std::to_string(kMostCsvColumns) + " columns",
                    on_line(row.line));
    } while (take(separator_));
    end_line();
    return row;
  }

 private:
  bool take(char c) {
    if (at_end() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void end_line() {
    const bool carriage = take('\r');
    if (take('\n') || carriage || at_end()) {
      ++line_;
      return;
    }
    throw Error(ErrorCode::kMalformed, "has text after a closing quote", on_line(line_),
                "Put quotes around the whole field, and double those inside it");
  }
  std::string field() { return take('"') ? quoted() : plain(); }
  std::string plain() {
    const std::size_t begin = at_;
    while (!at_end() && text_[at_] != separator_ && text_[at_] != '\n' && text_[at_] != '\r') ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }
  std::string quoted() {
    const std::size_t began = line_;
    std::string out;
    for (;;) {
      if (at_end()) throw Error(ErrorCode::kMalformed, "opens a quote that nothing closes", on_line(began));
      const char c = text_[at_++];
      if (c == '"' && !take('"')) return out;
      if (c == '\n') ++line_;
      out += c;
    }
  }

  std::string_view text_;
  char separator_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

bool blank(const CsvRow& row) {
  return std::all_of(row.fields.begin(), row.fields.end(), [](const std::string& field) {
    return field.find_first_not_of(" \t") == std::string::npos;
  });
}

void expect_width(const CsvRow& row, std::size_t columns) {
  if (row.fields.size() == columns) return;
  throw Error(
      ErrorCode::kMalformed,
      "has " + std::to_string(row.fields.size()) + " fields where the header has " + std::to_string(columns),
      on_line(row.line), "Put quotes around fields that hold the separator");
}

}  // namespace

CsvTable parse_csv(base::ByteView bytes) {
  const DecodedText decoded = decode_text(bytes);
  CsvTable table;
  if (decoded.encoding == TextEncoding::kWindows1252)
    table.notes.push_back({"csv.encoding", "The list is not UTF-8; it was read as Windows-1252."});
  Reader reader(decoded.text);
  while (!reader.at_end()) {
    CsvRow row = reader.row();
    if (blank(row)) continue;
    if (table.header.fields.empty()) {
      table.header = std::move(row);
      continue;
    }
    expect_width(row, table.header.fields.size());
    if (table.rows.size() == kMostCsvRows)
      throw Error(ErrorCode::kLimit, "has more than " + std::to_string(kMostCsvRows) + " rows");
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string csv_line(const std::vector<std::string>& fields) {
  std::string line;
  for (const std::string& field : fields) {
    if (&field != &fields.front()) line += ',';
    // All that could be taken for a separator, so that a reader finds the comma in any header.
    if (field.find_first_of(",;\t\"\r\n") == std::string::npos) {
      line += field;
      continue;
    }
    line += '"';
    for (const char c : field) line.append(c == '"' ? 2 : 1, c);
    line += '"';
  }
  return line + "\r\n";
}

}  // namespace barium::app
