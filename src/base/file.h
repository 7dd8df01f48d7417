#pragma once

// Whole files in, whole files out. A write is atomic: a reader sees the old file or the new one, never a
// part.

#include <cstdint>
#include <filesystem>

#include "base/bytes.h"

namespace barium::base {

// Throws Error: kNotFound, kUnreadable (also for a directory or a device), kLimit beyond limit_bytes.
Bytes read_file(const std::filesystem::path& path, std::uint64_t limit_bytes);

enum class Durability {
  kVisible,  // complete for every reader, but a power cut may lose it
  kSynced,   // on disk (fsync of file and directory) before return
};

// Writes beside `path` and renames over it. mode: permission bits of a new file. Throws Error(kStorage), and
// then leaves neither a part nor a temporary file.
void write_file(const std::filesystem::path& path, ByteView bytes,
                Durability durability = Durability::kSynced, unsigned mode = 0644);

}  // namespace barium::base
