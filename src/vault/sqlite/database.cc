#include "vault/sqlite/database.h"

#include <sqlite3.h>

#include "base/error.h"

namespace barium::vault::sqlite {

namespace {

using base::Error;
using base::ErrorCode;

// A reader waits this long for a writer's short locks (measured: never seen above 1 ms; a checkpoint of a
// large import takes seconds).
constexpr int kBusyWait_ms = 10'000;

int flags_of(OpenMode mode) {
  switch (mode) {
    case OpenMode::kRead:
    case OpenMode::kReadFrozen:
      return SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
    case OpenMode::kWrite:
      return SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI;
  }
  return SQLITE_OPEN_READONLY;
}

// RFC 3986 escapes of what SQLite's URI parser would read as syntax.
std::string uri_of(const std::string& file, OpenMode mode) {
  std::string uri = "file:";
  for (const char c : file) {
    if (c == '%' || c == '?' || c == '#') {
      constexpr std::string_view kHex = "0123456789ABCDEF";
      uri += {'%', kHex[static_cast<unsigned char>(c) >> 4], kHex[static_cast<unsigned char>(c) & 15]};
    } else {
      uri += c;
    }
  }
  return mode == OpenMode::kReadFrozen ? uri + "?immutable=1" : uri;
}

}  // namespace

Database::Database(const std::string& file, OpenMode mode) : file_(file) {
  const int code =
      sqlite3_open_v2(uri_of(file, mode).c_str(), &handle_, flags_of(mode) | SQLITE_OPEN_NOMUTEX, nullptr);
  if (code == SQLITE_OK) {
    sqlite3_extended_result_codes(handle_, 1);
    sqlite3_busy_timeout(handle_, kBusyWait_ms);
    return;
  }
  sqlite3_close(handle_);
  handle_ = nullptr;
  fail(code);
}

Database::~Database() { sqlite3_close(handle_); }

void Database::fail(int code) const {
  const std::string words = handle_ ? sqlite3_errmsg(handle_) : sqlite3_errstr(code);
  const base::Place place{.file = file_};
  switch (code & 0xff) {
    case SQLITE_NOTADB:
      throw Error(ErrorCode::kMalformed, "is not a barium vault (" + words + ")", place,
                  "Name a vault with --vault, or make one with 'barium init'");
    case SQLITE_CORRUPT:
      throw Error(ErrorCode::kMalformed, "the vault is damaged (" + words + ")", place,
                  "Restore it from a backup; 'barium doctor' tells how much of it can be read");
    case SQLITE_FULL:
      throw Error(ErrorCode::kStorage, "the disk is full; nothing was changed", place,
                  "Free some space and run the same command again");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      throw Error(ErrorCode::kLocked, "the vault is busy", place, "Wait for the other process and try again");
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_READONLY:
      throw Error(ErrorCode::kUnreadable, "cannot be opened (" + words + ")", place,
                  "Check who owns the vault and its permissions");
    default:
      throw Error(ErrorCode::kStorage, "the database failed (" + words + "); nothing was changed", place);
  }
}

void Database::run(const char* sql) {
  const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

std::int64_t Database::last_row() const { return sqlite3_last_insert_rowid(handle_); }

std::int64_t Database::pragma(const std::string& name) {
  Statement query(*this, "PRAGMA " + name);
  return query.step() ? query.integer(0) : 0;
}

Statement::Statement(Database& database, std::string_view sql) : database_(database) {
  check(sqlite3_prepare_v3(database.handle(), sql.data(), static_cast<int>(sql.size()),
                           SQLITE_PREPARE_PERSISTENT, &statement_, nullptr));
}

Statement::~Statement() { sqlite3_finalize(statement_); }

void Statement::check(int code) const {
  if (code != SQLITE_OK) database_.fail(code);
}

Statement& Statement::restart() {
  sqlite3_reset(statement_);
  bound_ = 0;
  return *this;
}

Statement& Statement::bind(std::int64_t value) {
  check(sqlite3_bind_int64(statement_, ++bound_, value));
  return *this;
}
Statement& Statement::bind(double value) {
  check(sqlite3_bind_double(statement_, ++bound_, value));
  return *this;
}
Statement& Statement::bind(std::string_view value) {
  check(sqlite3_bind_text64(statement_, ++bound_, value.data(), value.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
  return *this;
}
Statement& Statement::bind(base::ByteView value) {
  // A null pointer would bind NULL, not an empty blob.
  const void* data = value.empty() ? "" : static_cast<const void*>(value.data());
  check(sqlite3_bind_blob64(statement_, ++bound_, data, value.size(), SQLITE_STATIC));
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  // A statement left in the middle would keep its transaction open.
  sqlite3_reset(statement_);
  if (code != SQLITE_DONE) database_.fail(code);
  return false;
}

void Statement::run() {
  while (step()) {
  }
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_, column); }
double Statement::real(int column) const { return sqlite3_column_double(statement_, column); }
std::string Statement::text(int column) const { return std::string(base::as_text(blob(column))); }
base::ByteView Statement::blob(int column) const {
  const void* data = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  return {static_cast<const std::uint8_t*>(data), static_cast<std::size_t>(size)};
}

void Statement::expect_size(std::size_t size, std::size_t wanted) {
  if (size != wanted)
    throw Error(ErrorCode::kMalformed, "the vault is damaged: a field has " + std::to_string(size) +
                                           " bytes instead of " + std::to_string(wanted));
}

}  // namespace barium::vault::sqlite
