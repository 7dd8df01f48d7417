#include "base/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace barium::base {

unsigned default_threads() { return std::max(1u, std::thread::hardware_concurrency()); }

void parallel_for(std::size_t count, unsigned threads, const std::function<void(std::size_t)>& body) {
  std::atomic<std::size_t> next{0};
  std::atomic<bool> failed{false};
  std::mutex mutex;
  std::exception_ptr first_error;
  std::size_t first_index = count;
  const auto work = [&] {
    // Once taken, an index runs: those below one that fails were taken before it.
    while (!failed) {
      const std::size_t i = next++;
      if (i >= count) break;
      try {
        body(i);
      } catch (...) {
        const std::scoped_lock lock(mutex);
        failed = true;
        if (i < first_index) {
          first_index = i;
          first_error = std::current_exception();
        }
      }
    }
  };
  const std::size_t wanted = std::min<std::size_t>(threads == 0 ? default_threads() : threads, count);
  {
    std::vector<std::jthread> others;
    for (std::size_t t = 1; t < wanted; ++t) others.emplace_back(work);
    work();
  }
  if (first_error) std::rethrow_exception(first_error);
}

}  // namespace barium::base
