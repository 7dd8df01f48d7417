#pragma once

// Where copies become files: each is written under a temporary name, read back from there, and renamed when a
// whole batch is on disk, so that a file under its final name is always whole.

#include <filesystem>
#include <map>
#include <string>

#include "base/bytes.h"
#include "base/hash.h"

namespace barium::app {

class CopyFiles {
 public:
  // Makes the directory, keeps other issuers out of it, removes the temporary files of a killed run. Throws
  // base::Error(kStorage, kLocked).
  explicit CopyFiles(std::filesystem::path directory);
  ~CopyFiles();
  CopyFiles(const CopyFiles&) = delete;
  CopyFiles& operator=(const CopyFiles&) = delete;

  // Writes and gives back what the file system has. From any thread, for different copies.
  base::Bytes write_temporary(const std::string& copy, base::ByteView bytes) const;
  // To be called for every temporary file before they are renamed.
  void sync() const;
  // Renames to the first free name of "<title>-<name>.pdf", "<title>-<name> (2).pdf", ...: never over
  // another's file. A file with these very bytes is this copy's own, from a run that was killed.
  std::string publish(const std::string& copy, const std::string& title, const std::string& name,
                      const base::Digest& digest);
  void sync_names() const;
  void remove_temporaries() const;

  bool holds(const std::string& file, const base::Digest& digest) const;

 private:
  std::filesystem::path temporary(const std::string& copy) const;
  void keep_others_out();

  std::filesystem::path directory_;
  int lock_ = -1;                           // flock(2)ed, the directory itself
  std::map<std::string, int> next_number_;  // of names tried before
};

}  // namespace barium::app
