#pragma once

// A folder of its own under $TMPDIR, gone with it, for programs that want files.

#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/error.h"

namespace barium::oracle {

class ScratchFolder {
 public:
  ScratchFolder() {
    std::string place = (std::filesystem::temp_directory_path() / "barium-bench-XXXXXX").string();
    base::require(::mkdtemp(place.data()) != nullptr, "a temporary directory can be made");
    path_ = place;
  }
  ~ScratchFolder() {
    std::error_code left_behind;
    std::filesystem::remove_all(path_, left_behind);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace barium::oracle
