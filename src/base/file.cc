#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

namespace barium::base {

namespace {

class FileDescriptor {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  ~FileDescriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

Place at(const std::filesystem::path& path) {
  return {.file = path.string(), .page = 0, .object = {}, .offset = -1};
}

[[noreturn]] void fail_reading(const std::filesystem::path& path, int error) {
  if (error == ENOENT || error == ENOTDIR)
    throw Error(ErrorCode::kNotFound, "there is no such file", at(path));
  throw Error(ErrorCode::kUnreadable, std::string("cannot be read: ") + std::strerror(error), at(path));
}

[[noreturn]] void fail_writing(const std::filesystem::path& path, int error) {
  throw Error(ErrorCode::kStorage, std::string("cannot be written: ") + std::strerror(error), at(path),
              error == ENOSPC ? "The disk is full: free some space and run the same command again" : "");
}

void write_all(int fd, ByteView bytes, const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail_writing(path, errno);
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
}

void sync_directory(const std::filesystem::path& directory) {
  const FileDescriptor fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() < 0 || ::fsync(fd.get()) != 0) fail_writing(directory, errno);
}

}  // namespace

Bytes read_file(const std::filesystem::path& path, std::uint64_t limit_bytes) {
  const FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (fd.get() < 0) fail_reading(path, errno);
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) fail_reading(path, errno);
  if (S_ISDIR(info.st_mode)) throw Error(ErrorCode::kUnreadable, "is a directory, not a file", at(path));
  if (!S_ISREG(info.st_mode)) throw Error(ErrorCode::kUnreadable, "is not an ordinary file", at(path));
  if (static_cast<std::uint64_t>(info.st_size) > limit_bytes) {
    throw Error(ErrorCode::kLimit,
                "is " + std::to_string(info.st_size) + " bytes; the limit is " + std::to_string(limit_bytes),
                at(path));
  }
  Bytes bytes(static_cast<std::size_t>(info.st_size));
  std::size_t got = 0;
  while (got < bytes.size()) {
    const ssize_t n = ::read(fd.get(), bytes.data() + got, bytes.size() - got);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail_reading(path, errno);
    if (n == 0) break;
    got += static_cast<std::size_t>(n);
  }
  bytes.resize(got);
  return bytes;
}

void write_file(const std::filesystem::path& path, ByteView bytes, Durability durability, unsigned mode) {
  const std::filesystem::path directory = path.has_parent_path() ? path.parent_path() : ".";
  std::string temporary = (directory / ("." + path.filename().string() + ".XXXXXX")).string();
  FileDescriptor fd(::mkostemp(temporary.data(), O_CLOEXEC));
  if (fd.get() < 0) fail_writing(path, errno);
  try {
    write_all(fd.get(), bytes, path);
    if (::fchmod(fd.get(), mode) != 0) fail_writing(path, errno);
    if (durability == Durability::kSynced && ::fsync(fd.get()) != 0) fail_writing(path, errno);
    if (::close(fd.release()) != 0) fail_writing(path, errno);
    if (::rename(temporary.c_str(), path.c_str()) != 0) fail_writing(path, errno);
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
  if (durability == Durability::kSynced) sync_directory(directory);
}

}  // namespace barium::base
