#include <cstring>

#include "app/confine/worker.h"

int main(int argc, char** argv) {
  using namespace barium::app;
  if (argc >= 2 && std::strcmp(argv[1], "worker") == 0)
    return run_worker(argc >= 3 && std::strcmp(argv[2], "--filter") == 0 ? FilterHere::kYes
                                                                         : FilterHere::kNo);
  return 2;
}
