#pragma once

// Foreign bytes are parsed in a worker that may be taken over by them: this program again, as `barium
// worker`, under bubblewrap, with no network, no files but the system's libraries and fonts, limits on
// memory, time and file size, and a filter on system calls. One request in, one response out, then it is
// gone. What it answers is read as defensively as the foreign bytes themselves.

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "base/bytes.h"

namespace barium::app {

// What a worker can be asked to do: the first byte of a request.
enum class Task : std::uint8_t {
  kProbe = 0,         // what can it reach? For doctor and the tests of the walls
  kDecodePhoto = 1,   // picture bytes -> pixels
  kReadDocument = 2,  // PDF -> models and template
  kRenderPages = 3,   // PDF -> pixels of some pages
  kCountPages = 4,    // PDF -> number of pages
  kReadWords = 5,     // PDF -> models
  kReadText = 6,      // pixels -> words, by tesseract
};

struct WorkerLimits {
  std::uint64_t cpu_s = 20;
  std::chrono::milliseconds wall{60'000};
  std::uint64_t memory_bytes = 1ull << 30;  // address space, each of the worker's processes
  std::uint64_t file_bytes = 256ull << 20;  // each file it writes to its own /tmp
  std::uint64_t tmp_bytes = 512ull << 20;   // all of its /tmp
  std::uint64_t answer_bytes = 1ull << 30;
};

enum class Walls {
  kConfined,
  kUnconfined,  // rlimits and the system call filter only: for machines where bubblewrap cannot work
};

class Confinement {
 public:
  // program: the barium to run as worker; empty: this one. stop, where there is one, ends workers that run.
  explicit Confinement(Walls walls = Walls::kConfined, std::string program = {},
                       std::function<bool()> stop = {});

  Walls walls() const { return walls_; }

  // The body of the worker's answer. Throws base::Error: what the worker itself reports, kLimit where it used
  // more than it was given, kMalformed where it crashed, kConfinement where it could not be started,
  // kInterrupted where it was stopped.
  // The file is unknown here: callers add it with Error::in_file.
  base::Bytes call(Task task, base::ByteView request, const WorkerLimits& limits) const;

 private:
  std::vector<std::string> command(const WorkerLimits& limits, int filter) const;

  Walls walls_;
  std::string program_;
  std::function<bool()> stop_;
};

}  // namespace barium::app
