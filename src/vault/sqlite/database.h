#pragma once

// SQLite's C interface with owners and errors: a Database is a connection, a Statement a prepared query that
// is reset before each use. Result codes become base::Error in plain words.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"

struct sqlite3;
struct sqlite3_stmt;

namespace barium::vault::sqlite {

enum class OpenMode {
  kRead,
  kReadFrozen,  // on a medium that cannot be written, where nobody else writes either
  kWrite,
};

class Database {
 public:
  Database(const std::string& file, OpenMode mode);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  void run(const char* sql);  // statements without results
  std::int64_t last_row() const;
  std::int64_t pragma(const std::string& name);  // an integer setting
  sqlite3* handle() const { return handle_; }
  // Throws the Error that SQLite's result code means.
  [[noreturn]] void fail(int code) const;

 private:
  std::string file_;
  sqlite3* handle_ = nullptr;
};

// One use of a query: bind in order, then step through the rows. Columns count from 0.
class Statement {
 public:
  Statement(Database& database, std::string_view sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& restart();  // forgets bindings and rows: ready for the next use
  Statement& bind(std::int64_t value);
  Statement& bind(double value);
  Statement& bind(std::string_view value);
  Statement& bind(base::ByteView value);  // must live until the last step

  bool step();  // true: a row is there
  void run();   // to the end, without rows

  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string text(int column) const;
  base::ByteView blob(int column) const;  // valid until the next step
  // A blob of exactly this size; throws Error(kMalformed) where a damaged vault holds another.
  template <class Array>
  Array array(int column) const {
    const base::ByteView bytes = blob(column);
    Array array{};
    expect_size(bytes.size(), array.size());
    std::copy(bytes.begin(), bytes.end(), array.begin());
    return array;
  }

 private:
  void check(int code) const;
  static void expect_size(std::size_t size, std::size_t wanted);

  Database& database_;
  sqlite3_stmt* statement_ = nullptr;
  int bound_ = 0;
};

}  // namespace barium::vault::sqlite
