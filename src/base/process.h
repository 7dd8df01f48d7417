#pragma once

// Runs another program to its end, with its input, a limit on its output, and a deadline. What came out is
// returned whatever the program's exit status was: callers judge the output, for pdftoppm returns 0 when out
// of memory. From the first call on, the process ignores SIGPIPE: writes to a closed pipe fail with EPIPE
// instead.

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace barium::base {

struct ProgramLimits {
  std::chrono::milliseconds wall{60'000};     // killed after this
  std::uint64_t output_bytes = 1ull << 30;    // stdout beyond this: killed
  std::uint64_t talk_bytes = 1ull << 16;      // stderr kept up to this, the rest dropped
  std::optional<std::uint64_t> cpu_s;         // RLIMIT_CPU
  std::optional<std::uint64_t> memory_bytes;  // RLIMIT_AS
  std::optional<std::uint64_t> file_bytes;    // RLIMIT_FSIZE
  std::function<bool()> stop;                 // asked ten times a second; killed where it says so
};

enum class ProgramEnd { kExited, kSignalled, kDeadline, kTooMuchOutput, kStopped };

struct ProgramResult {
  ProgramEnd end = ProgramEnd::kExited;
  int status = 0;    // exit status, or the signal's number
  Bytes output;      // stdout
  std::string talk;  // stderr
  bool ok() const { return end == ProgramEnd::kExited && status == 0; }
};

// arguments[0] is looked up in PATH. Extra descriptors to inherit: inherited_fds (kept under the same
// number). Throws Error(kNotFound) if the program cannot be started.
ProgramResult run_program(const std::vector<std::string>& arguments, ByteView input,
                          const ProgramLimits& limits = {}, const std::vector<int>& inherited_fds = {});

}  // namespace barium::base
