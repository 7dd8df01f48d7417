#include "app/flow/people.h"

#include <algorithm>
#include <map>

#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"

namespace barium::app {

namespace {

using base::Error;
using base::ErrorCode;

constexpr std::uint64_t kMostListBytes = 100'000'000;

constexpr const char* kHeaderAdvice =
    "The first line must name the columns, one of them 'name', for example: name,email";

std::size_t name_column(const std::vector<std::string>& columns, std::size_t line) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (lower_ascii(columns[i]) == "name") found.push_back(i);
  const base::Place place{.object = "line " + std::to_string(line)};
  if (found.empty()) {
    std::string seen;
    for (const std::string& column : columns) seen += (seen.empty() ? "" : ", ") + column;
    if (seen.size() > 80) seen = seen.substr(0, 77) + "...";
    throw Error(ErrorCode::kMalformed, "has no column called 'name' (it has: " + seen + ")", place,
                kHeaderAdvice);
  }
  if (found.size() > 1)
    throw Error(ErrorCode::kMalformed, "has two columns called 'name'", place, "Rename one of them");
  return found.front();
}

// docs/formats/vault.md, copy.recipient.
vault::Fingerprint fingerprint_of(const base::Key& vault_key, const std::vector<std::string>& columns,
                                  const std::vector<std::string>& fields) {
  base::ByteWriter writer;
  for (const std::string& column : columns) writer.put_text(column);
  for (const std::string& field : fields) writer.put_text(field);
  const base::Digest digest = base::hmac_sha256(vault_key, writer.take());
  vault::Fingerprint fingerprint;
  std::copy_n(digest.begin(), fingerprint.size(), fingerprint.begin());
  return fingerprint;
}

void expect_all_different(const std::vector<Person>& people) {
  std::map<vault::Fingerprint, std::size_t> lines;
  for (const Person& person : people) {
    const auto [first, fresh] = lines.emplace(person.fingerprint, person.line);
    if (fresh) continue;
    throw Error(ErrorCode::kMalformed,
                "lines " + std::to_string(first->second) + " and " + std::to_string(person.line) +
                    " are the same person ('" + person.name + "' with the same fields)",
                {}, "Remove one of them, or add a column that tells them apart");
  }
}

}  // namespace

std::string lower_ascii(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

std::string trimmed(const std::string& text) {
  constexpr const char* kSpace = " \t\r\n";
  const auto first = text.find_first_not_of(kSpace);
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

People parse_people(base::ByteView csv, const base::Key& vault_key) {
  CsvTable table = parse_csv(csv);
  if (table.header.fields.empty()) throw Error(ErrorCode::kMalformed, "is empty", {}, kHeaderAdvice);
  People people;
  people.notes = std::move(table.notes);
  for (const std::string& column : table.header.fields) people.columns.push_back(trimmed(column));
  people.name_column = name_column(people.columns, table.header.line);
  if (table.rows.empty())
    throw Error(ErrorCode::kMalformed, "has a header but names nobody", {},
                "Add one line for each recipient");
  for (CsvRow& row : table.rows) {
    Person person{.line = row.line, .name = trimmed(row.fields[people.name_column])};
    if (person.name.empty()) {
      throw Error(ErrorCode::kMalformed, "has no name", {.object = "line " + std::to_string(row.line)},
                  "Give every recipient a name, or remove the line");
    }
    person.fingerprint = fingerprint_of(vault_key, people.columns, row.fields);
    person.fields = std::move(row.fields);
    people.people.push_back(std::move(person));
  }
  expect_all_different(people.people);
  return people;
}

People read_people(const std::filesystem::path& list, const base::Key& vault_key) {
  const base::Bytes bytes = base::read_file(list, kMostListBytes);
  try {
    return parse_people(bytes, vault_key);
  } catch (const Error& error) {
    throw error.in_file(list.string());
  }
}

}  // namespace barium::app
