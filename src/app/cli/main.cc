#include <fmt/format.h>

#include <cstring>
#include <exception>

#include "app/cli/command.h"
#include "app/confine/worker.h"

int main(int argc, char** argv) {
  using namespace barium::app;
  // Not in the table of commands: only Confinement starts a worker.
  if (argc >= 2 && std::strcmp(argv[1], "worker") == 0)
    return run_worker(argc >= 3 && std::strcmp(argv[2], "--filter") == 0 ? FilterHere::kYes
                                                                         : FilterHere::kNo);
  try {
    return CommandLine().run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "barium: {}. This is a fault of barium; nothing that was committed is lost.\n",
               error.what());
    return kFailed;
  }
}
