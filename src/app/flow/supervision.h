#pragma once

// How a long piece of work talks to its caller while it runs, and how it is asked to stop.

#include <cstdint>
#include <functional>

namespace barium::app {

struct Progress {
  const char* doing = "";  // "issuing copies"
  std::uint64_t done = 0;
  std::uint64_t total = 0;  // 0: not known
};

struct Supervision {
  std::function<void(const Progress&)> progress = [](const Progress&) {};  // from one thread at a time
  std::function<bool()> stop = [] { return false; };                       // from any thread
};

}  // namespace barium::app
