#pragma once

// DIR/copies.csv, the only place where a copy's id meets a name: columns copy, name, file, then the issuer's
// other columns, with a number behind a name that is there already. Rows of earlier lists stay.

#include <filesystem>
#include <functional>
#include <map>
#include <set>

#include "app/flow/people.h"

namespace barium::app {

class CopiesList {
 public:
  // What DIR/copies.csv says now; empty where there is none. Throws base::Error(kMalformed) for a copies.csv
  // that is not ours, which is then left alone.
  explicit CopiesList(const std::filesystem::path& directory);

  // The file that the list names for a copy; empty: none.
  std::string file_of(const std::string& copy) const;
  const std::filesystem::path& path() const { return path_; }
  // Public ids, in the order they came.
  const std::vector<std::string>& copies() const { return order_; }

  std::set<std::string> names(const std::function<bool(const std::string&)>& of) const;

  // What people wrote beside a copy, in columns that the list of recipients lacks, stays.
  void put(const std::string& copy, const std::string& file, const People& people, const Person& person);
  // Atomic and on disk on return; readable by its owner only.
  void write() const;

 private:
  using Row = std::map<std::string, std::string>;  // by column

  std::filesystem::path path_;
  std::vector<std::string> columns_;  // after copy, name, file
  std::vector<std::string> order_;    // copies, as they came
  std::map<std::string, Row> rows_;   // by copy
};

}  // namespace barium::app
