#include "app/flow/copy_files.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "app/flow/file_names.h"
#include "base/error.h"
#include "base/file.h"

namespace barium::app {

namespace {

using base::Error;
using base::ErrorCode;
namespace fs = std::filesystem;

constexpr std::string_view kPrefix = ".barium-";
constexpr std::string_view kSuffix = ".part";
constexpr std::uint64_t kMostCopyBytes = 1'000'000'000;

// What a killed run may leave: a copy before it has its name, or base::write_file's own file for that or for
// the list, which has a dot before the name it was to have.
bool is_temporary(std::string_view name) {
  return (name.starts_with(kPrefix) && name.ends_with(kSuffix)) || name.starts_with("..barium-") ||
         name.starts_with(".copies.csv.");
}

[[noreturn]] void fail(const fs::path& path, int error) {
  throw Error(ErrorCode::kStorage, std::string("cannot be written: ") + std::strerror(error),
              {.file = path.string()}, "Check permissions and free space, and run the same command again");
}

// Everything written to the directory's file system is on disk on return; errors of it are reported since
// Linux 5.8.
void sync_directory(const fs::path& directory, int (*how)(int)) {
  const int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = fd >= 0 && how(fd) == 0;
  const int error = errno;
  if (fd >= 0) ::close(fd);
  if (!synced) fail(directory, error);
}

// Renames unless there is a file of that name; false: there is one. NFS and other file systems do not know
// RENAME_NOREPLACE, but link(2) does not replace either.
bool rename_to_new(const fs::path& from, const fs::path& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
  if (errno == EINVAL || errno == ENOSYS) {
    if (::link(from.c_str(), to.c_str()) == 0) {
      ::unlink(from.c_str());
      return true;
    }
  }
  if (errno != EEXIST) fail(to, errno);
  return false;
}

}  // namespace

CopyFiles::CopyFiles(fs::path directory) : directory_(std::move(directory)) {
  std::error_code error;
  // A new one is for its owner alone, since copies and names are; one that was there keeps what it was given.
  if (fs::create_directories(directory_, error)) fs::permissions(directory_, fs::perms::owner_all, error);
  if (error) fail(directory_, error.value());
  keep_others_out();
  remove_temporaries();
}

CopyFiles::~CopyFiles() {
  if (lock_ >= 0) ::close(lock_);
}

// Another vault's issuer would lose its temporary files to us, and we our rows of copies.csv to it. A file
// system without such locks is used without.
void CopyFiles::keep_others_out() {
  lock_ = ::open(directory_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (lock_ < 0 || ::flock(lock_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return;
  ::close(lock_);
  throw Error(ErrorCode::kLocked, "another barium is writing copies into this directory",
              {.file = directory_.string()}, "Wait until it is done, or name another directory with --out");
}

fs::path CopyFiles::temporary(const std::string& copy) const {
  return directory_ / (std::string(kPrefix) + copy + std::string(kSuffix));
}

void CopyFiles::remove_temporaries() const {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory_, error)) {
    const std::string name = entry.path().filename().string();
    if (is_temporary(name)) fs::remove(entry.path(), error);
  }
}

base::Bytes CopyFiles::write_temporary(const std::string& copy, base::ByteView bytes) const {
  const fs::path path = temporary(copy);
  base::write_file(path, bytes, base::Durability::kVisible, 0600);
  return base::read_file(path, kMostCopyBytes);
}

void CopyFiles::sync() const { sync_directory(directory_, ::syncfs); }
void CopyFiles::sync_names() const { sync_directory(directory_, ::fsync); }

bool CopyFiles::holds(const std::string& file, const base::Digest& digest) const {
  std::error_code error;
  const fs::path path = directory_ / file;
  return !file.empty() && fs::is_regular_file(path, error) &&
         base::sha256(base::read_file(path, kMostCopyBytes)) == digest;
}

std::string CopyFiles::publish(const std::string& copy, const std::string& title, const std::string& name,
                               const base::Digest& digest) {
  const std::string plain = copy_file_name(title, name, 1);
  for (int number = std::max(1, next_number_[plain]);; ++number) {
    const std::string file = copy_file_name(title, name, number);
    if (rename_to_new(temporary(copy), directory_ / file)) {
      next_number_[plain] = number + 1;
      return file;
    }
    if (holds(file, digest)) {
      ::unlink(temporary(copy).c_str());
      return file;
    }
  }
}

}  // namespace barium::app
