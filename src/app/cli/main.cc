#include <fcntl.h>
#include <fmt/format.h>
#include <malloc.h>
#include <sys/prctl.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>

#include "app/cli/command.h"
#include "app/confine/worker.h"

namespace {

// Where the caller closed one of the three streams, the next file would take its number, and be read or
// written as if it were that stream. What stands in is open the other way round, so that its use still fails.
void hold_standard_streams() {
  for (int fd = 0; fd <= 2; ++fd) {
    if (::fcntl(fd, F_GETFD) != -1 || errno != EBADF) continue;
    if (::open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd) return;
  }
}

// Keys are in memory: no core file, and no reading by other processes of the same user.
void keep_memory_private() { ::prctl(PR_SET_DUMPABLE, 0); }

// Pictures come and go by the megabyte: given back to the system each time, a fifth of an examination is page
// faults (bench/suites/cost).
void keep_freed_memory() {
  ::mallopt(M_MMAP_THRESHOLD, 32 << 20);
  ::mallopt(M_TRIM_THRESHOLD, 256 << 20);
}

}  // namespace

int main(int argc, char** argv) {
  using namespace barium::app;
  hold_standard_streams();
  // Not in the table of commands: only Confinement starts a worker.
  if (argc >= 2 && std::strcmp(argv[1], "worker") == 0)
    return run_worker(argc >= 3 && std::strcmp(argv[2], "--filter") == 0 ? FilterHere::kYes
                                                                         : FilterHere::kNo);
  keep_memory_private();
  keep_freed_memory();
  try {
    return CommandLine().run(argc, argv);
  } catch (const std::exception& error) {
    // fmt::print would throw where nobody can be told.
    std::fputs(fmt::format("barium: {}. This is a fault of barium; nothing that was committed is lost.\n",
                           error.what())
                   .c_str(),
               stderr);
    return kFailed;
  }
}
