#pragma once

// Tables of text as spreadsheets write them: RFC 4180, with the separators and encodings that are met in
// practice. Read: UTF-8 with or without mark, UTF-16 with mark, else Windows-1252; comma, semicolon or tab,
// whichever the first line that is not blank has most of. Written: UTF-8, comma.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/note.h"

namespace barium::app {

struct CsvRow {
  std::size_t line = 0;  // where it begins, counted from 1
  std::vector<std::string> fields;
};

struct CsvTable {
  CsvRow header;
  std::vector<CsvRow> rows;  // each with as many fields as the header; blank lines are left out
  base::Notes notes;         // "csv.encoding"
};

inline constexpr std::size_t kMostCsvRows = 1'000'000;
inline constexpr std::size_t kMostCsvColumns = 200;

// Throws base::Error(kMalformed, kLimit) naming the line.
CsvTable parse_csv(base::ByteView bytes);

std::string csv_line(const std::vector<std::string>& fields);  // with its CR LF, as RFC 4180 has it

}  // namespace barium::app
