#pragma once

// What the commands say while they work: progress, and how Ctrl-C reaches the loops.

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "app/flow/leak.h"
#include "app/flow/supervision.h"

namespace barium::app {

// Progress on a terminal for work longer than two seconds: a line that is rewritten, with the seconds gone
// by, also while one long step reports nothing. A pipe or a file gets none. Ctrl-C (SIGINT), SIGTERM and
// SIGHUP set the flag behind stop; a second Ctrl-C ends the program.
class Talk {
 public:
  Talk();
  ~Talk();
  Talk(const Talk&) = delete;
  Talk& operator=(const Talk&) = delete;
  Supervision supervision();
  void clear();  // the progress line, before something else is printed

 private:
  void draw();

  const std::chrono::steady_clock::time_point began_;
  std::mutex mutex_;
  Progress latest_;  // guarded by mutex_, as is drawn_
  bool drawn_ = false;
  std::jthread drawer_;  // last, so that it ends before what it reads; none where stderr is no terminal
};

// 1234567 -> "1,234,567"
std::string grouped(std::uint64_t number);

// "1 page", "1,234 pages"
std::string counted(std::uint64_t number, std::string_view one, std::string_view many);

// A probability in words: 1e-6 -> "1 in 1,000,000", 3e-9 -> "3 in 1,000,000,000", 0.01 -> "1 in 100"
std::string odds(double probability);

// "It is of"; of one of several copies, what is of it.
std::string whose(const AccusedCopy& copy, std::uint64_t pictures);

}  // namespace barium::app
