#include <unistd.h>

#include <filesystem>

#include "base/error.h"
#include "base/file.h"
#include "vault/sqlite/sqlite_store.h"

namespace barium::vault {

namespace {

using base::Error;
using base::ErrorCode;
using namespace sqlite;
namespace fs = std::filesystem;

base::Place at(const fs::path& path) { return {.file = path.string()}; }

constexpr const char* kNameOne = "Name a vault with --vault, or make one with 'barium init'";

std::string database_file(const std::string& path) { return (fs::path(path) / "vault.db").string(); }
std::string lock_file(const std::string& path) { return (fs::path(path) / "lock").string(); }

// The first 100 bytes of a database of ours, https://www.sqlite.org/fileformat.html, "The Database Header".
void expect_vault(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found)
    throw Error(ErrorCode::kNotFound, "there is no vault here", at(path), kNameOne);
  if (error) throw Error(ErrorCode::kUnreadable, "cannot be read: " + error.message(), at(path));
  if (!fs::is_directory(status))
    throw Error(ErrorCode::kMalformed, "is not a barium vault, which is a directory", at(path), kNameOne);
  const bool present = fs::exists(database_file(path), error);
  if (error) throw Error(ErrorCode::kUnreadable, "cannot be read: " + error.message(), at(path));
  if (!present)
    throw Error(ErrorCode::kMalformed, "is not a barium vault: it holds no vault.db", at(path), kNameOne);
}

void expect_ours(Database& database, const std::string& path) {
  const std::int64_t application = database.pragma("application_id");
  if (application == kApplicationId) return;
  const bool empty = application == 0 && database.pragma("page_count") <= 1;
  throw Error(
      ErrorCode::kMalformed,
      empty ? "holds an empty vault.db: 'barium init' was interrupted, or the vault was damaged"
            : "is not a barium vault: vault.db belongs to another program",
      at(path),
      empty
          ? "If it ever held documents, restore it from a backup; else remove the directory and run 'barium "
            "init' again"
          : kNameOne);
}

// A reader needs the -shm file of a live log, which it cannot make where it may not write.
OpenMode reading_mode(const std::string& path) {
  const bool frozen = ::access(path.c_str(), W_OK) != 0 && !fs::exists(database_file(path) + "-wal");
  return frozen ? OpenMode::kReadFrozen : OpenMode::kRead;
}

}  // namespace

std::unique_ptr<Store> open_vault(const std::string& path, Access access) {
  expect_vault(path);
  const std::string file = database_file(path);
  const bool writing = access == Access::kWrite;
  try {
    auto lock = writing ? std::make_unique<WriterLock>(lock_file(path)) : nullptr;
    {  // nothing of a file that is not ours is changed, not even its journal mode
      Database probe(file, reading_mode(path));
      expect_ours(probe, path);
      if (!writing || probe.pragma("user_version") > newest_schema()) migrate(probe);
    }
    auto store =
        std::make_unique<SqliteStore>(file, writing ? OpenMode::kWrite : reading_mode(path), std::move(lock));
    if (writing) migrate(store->database());
    return store;
  } catch (const Error& error) {
    throw error.in_file(path);
  }
}

void create_vault(const std::string& path, base::Entropy& entropy) {
  std::error_code error;
  if (fs::exists(path, error) && !(fs::is_directory(path, error) && fs::is_empty(path, error))) {
    throw Error(ErrorCode::kUsage, "there is something here already; nothing was changed", at(path),
                "Name another place with --vault");
  }
  fs::create_directories(path, error);
  if (!error) fs::permissions(path, fs::perms::owner_all, error);  // there are keys inside
  if (error) throw Error(ErrorCode::kStorage, "cannot be made: " + error.message(), at(path));
  auto lock = std::make_unique<WriterLock>(lock_file(path));
  // The write-ahead log takes its permissions from this file.
  base::write_file(database_file(path), {}, base::Durability::kSynced, 0600);
  SqliteStore store(database_file(path), OpenMode::kWrite, std::move(lock));
  migrate(store.database(), [&] {
    const base::Key key = base::new_key(entropy);
    Statement insert(store.database(), "INSERT INTO secret(name, value) VALUES('vault', ?)");
    insert.bind(base::ByteView(key)).run();
  });
}

}  // namespace barium::vault
