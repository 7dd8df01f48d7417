#include "base/parallel.h"

#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
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

TEST(Parallel, TheErrorIsOfTheLowestIndexWhicheverComesFirst) {
  for (const unsigned threads : {1u, 2u, 8u}) {
    try {
      parallel_for(8, threads, [](std::size_t i) {
        if (i == 0) std::this_thread::sleep_for(std::chrono::milliseconds(50));
        throw std::runtime_error(std::to_string(i));
      });
      FAIL();
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "0") << threads;
    }
  }
}

}  // namespace
}  // namespace barium::base
