#pragma once

// The other side of the wall: `barium worker` reads one request from stdin, does it, and writes one answer to
// stdout. Not for people: doctor and Confinement start it.

namespace barium::app {

// Exit status of a worker that ran out of its memory; below 128, where signals begin.
inline constexpr int kWorkerOutOfMemory = 71;

enum class FilterHere {
  kNo,   // bubblewrap has put the system call filter on
  kYes,  // unconfined: the worker puts it on itself
};

// Returns the exit status.
int run_worker(FilterHere filter);

}  // namespace barium::app
