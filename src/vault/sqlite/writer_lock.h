#pragma once

// One writer process at a time: SQLite 3.40.1 can corrupt its write-ahead log when several connections write
// or checkpoint (the WAL-reset bug, mended in 3.51.3), so that writers are kept apart before they reach
// SQLite. The lock is the kernel's (flock) and goes with the process, however it dies; the file's text only
// tells the next one who holds it.

#include <string>

namespace barium::vault::sqlite {

class WriterLock {
 public:
  // Throws base::Error(kLocked) naming the process that holds it, kStorage, kUnreadable.
  explicit WriterLock(const std::string& file);
  ~WriterLock();
  WriterLock(const WriterLock&) = delete;
  WriterLock& operator=(const WriterLock&) = delete;

 private:
  int fd_;
};

}  // namespace barium::vault::sqlite
