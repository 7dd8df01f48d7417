#include "app/flow/copies_list.h"

#include <algorithm>

#include "base/error.h"
#include "base/file.h"

namespace barium::app {

namespace {

constexpr const char* kOurs[] = {"copy", "name", "file"};
constexpr std::uint64_t kMostListBytes = 1'000'000'000;

}  // namespace

CopiesList::CopiesList(const std::filesystem::path& directory) : path_(directory / "copies.csv") {
  if (!std::filesystem::exists(path_)) return;
  const CsvTable table = parse_csv(base::read_file(path_, kMostListBytes));
  const auto& header = table.header.fields;
  if (header.size() < 3 || !std::equal(std::begin(kOurs), std::end(kOurs), header.begin())) {
    throw base::Error(base::ErrorCode::kMalformed, "is not a list that barium wrote; it was left alone",
                      {.file = path_.string()}, "Name another directory with --out");
  }
  columns_.assign(header.begin() + 3, header.end());
  for (const CsvRow& csv : table.rows) {
    Row row;
    for (std::size_t i = 0; i < header.size(); ++i) row[header[i]] = csv.fields[i];
    if (rows_.emplace(csv.fields[0], row).second) order_.push_back(csv.fields[0]);
  }
}

std::string CopiesList::file_of(const std::string& copy) const {
  const auto row = rows_.find(copy);
  return row == rows_.end() ? "" : row->second.at("file");
}

void CopiesList::put(const std::string& copy, const std::string& file, const People& people,
                     const Person& person) {
  Row row{{"copy", copy}, {"name", person.name}, {"file", file}};
  for (std::size_t i = 0; i < people.columns.size(); ++i) {
    if (i == people.name_column) continue;
    // One of our names, or the same one twice, must not take another column's place.
    std::string column = people.columns[i];
    for (int n = 2; row.contains(column); ++n) column = people.columns[i] + " (" + std::to_string(n) + ")";
    if (std::find(columns_.begin(), columns_.end(), column) == columns_.end()) columns_.push_back(column);
    row[column] = person.fields[i];
  }
  if (!rows_.contains(copy)) order_.push_back(copy);
  for (auto& [column, text] : row) rows_[copy][column] = std::move(text);
}

std::set<std::string> CopiesList::names(const std::function<bool(const std::string&)>& of) const {
  std::set<std::string> names;
  for (const auto& [copy, row] : rows_)
    if (of(copy)) names.insert(row.at("name"));
  return names;
}

void CopiesList::write() const {
  std::vector<std::string> header(std::begin(kOurs), std::end(kOurs));
  header.insert(header.end(), columns_.begin(), columns_.end());
  std::string csv = csv_line(header);
  for (const std::string& copy : order_) {
    std::vector<std::string> fields;
    const Row& row = rows_.at(copy);
    for (const std::string& column : header) fields.push_back(row.contains(column) ? row.at(column) : "");
    csv += csv_line(fields);
  }
  base::write_file(path_, base::as_bytes(csv), base::Durability::kSynced, 0600);
}

}  // namespace barium::app
