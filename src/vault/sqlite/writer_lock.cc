#include "vault/sqlite/writer_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/error.h"

namespace barium::vault::sqlite {

namespace {

std::string holder(int fd) {
  std::array<char, 32> text{};
  const ssize_t size = ::pread(fd, text.data(), text.size() - 1, 0);
  std::string digits;
  for (ssize_t i = 0; i < size && text[i] >= '0' && text[i] <= '9'; ++i) digits += text[i];
  return digits.empty() ? "another process" : "process " + digits;
}

void sign(int fd) {
  const std::string text = std::to_string(::getpid()) + "\n";
  // Only a help for the next one: a full disk must not keep a reader of the message from the vault.
  if (::ftruncate(fd, 0) != 0) return;
  [[maybe_unused]] const ssize_t written = ::pwrite(fd, text.data(), text.size(), 0);
}

}  // namespace

WriterLock::WriterLock(const std::string& file)
    : fd_(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
  using base::Error;
  using base::ErrorCode;
  const base::Place place{.file = file};
  if (fd_ < 0) {
    throw Error(errno == ENOSPC ? ErrorCode::kStorage : ErrorCode::kUnreadable,
                std::string("the vault cannot be locked for writing: ") + std::strerror(errno), place,
                "Check who owns the vault, its permissions, and free disk space");
  }
  if (::flock(fd_, LOCK_EX | LOCK_NB) != 0) {
    const std::string who = holder(fd_);
    ::close(fd_);
    throw Error(ErrorCode::kLocked, "the vault is being written by " + who, place,
                "Wait until it is done, or stop it, and run the same command again");
  }
  sign(fd_);
}

WriterLock::~WriterLock() { ::close(fd_); }

}  // namespace barium::vault::sqlite
