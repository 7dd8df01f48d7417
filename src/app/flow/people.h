#pragma once

// The list of recipients: a CSV with a header, one column of it called `name`.

#include <filesystem>

#include "app/flow/csv.h"
#include "vault/store.h"

namespace barium::app {

struct Person {
  std::size_t line = 0;             // of the list
  std::string name;                 // trimmed
  std::vector<std::string> fields;  // the whole row
  vault::Fingerprint fingerprint{};
};

struct People {
  std::vector<std::string> columns;  // trimmed, as written
  std::size_t name_column = 0;
  std::vector<Person> people;
  base::Notes notes;
};

// Throws base::Error, in the list's file: kMalformed (no `name` column, an empty name, the same row twice:
// both lines are named, no rows at all), kLimit, kNotFound, kUnreadable.
People read_people(const std::filesystem::path& list, const base::Key& vault_key);
People parse_people(base::ByteView csv, const base::Key& vault_key);

std::string lower_ascii(std::string text);
std::string trimmed(const std::string& text);

}  // namespace barium::app
