#include "base/parallel.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace barium::base {
namespace {

TEST(Parallel, EveryIndexRunsOnceWithAnyThreadCount) {
  for (const unsigned threads : {0u, 1u, 3u, 50u}) {
    std::vector<int> runs(20, 0);
    parallel_for(runs.size(), threads, [&](std::size_t i) { ++runs[i]; });
    EXPECT_EQ(runs, std::vector<int>(20, 1)) << threads;
  }
}

TEST(Parallel, AnErrorReachesTheCaller) {
  EXPECT_THROW(parallel_for(100, 4,
                            [](std::size_t i) {
                              if (i == 7) throw std::runtime_error("7");
                            }),
               std::runtime_error);
}

}  // namespace
}  // namespace barium::base
