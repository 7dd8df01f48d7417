#pragma once

// What the commands say while they work: progress, and how Ctrl-C reaches the loops.

#include <chrono>
#include <string>

#include "app/flow/supervision.h"

namespace barium::app {

// Progress on stderr for work longer than two seconds: a line that is rewritten on a terminal, else a line
// every ten seconds. Ctrl-C (SIGINT) and SIGTERM set the flag behind stop; a second Ctrl-C ends the program.
class Talk {
 public:
  Talk();
  ~Talk();
  Talk(const Talk&) = delete;
  Talk& operator=(const Talk&) = delete;
  Supervision supervision();
  void clear();  // the progress line, before something else is printed

 private:
  void show(const Progress& progress);

  std::chrono::steady_clock::time_point began_, shown_;
  bool terminal_;
  bool drawn_ = false;
};

// 1234567 -> "1,234,567"
std::string grouped(std::uint64_t number);

}  // namespace barium::app
