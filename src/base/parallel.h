#pragma once

// Work over an index range on a few threads. The body writes only to its own index's place, so that thread
// count never changes a result; sums are merged by the caller in index order.

#include <cstddef>
#include <functional>

namespace barium::base {

// Threads to use when 0 is asked for: one per core.
unsigned default_threads();

// Calls body(i) once for each i in [0, count). The exception of the lowest failing index is rethrown after
// all threads have stopped; later indices may then not have run. threads = 0: one per core.
void parallel_for(std::size_t count, unsigned threads, const std::function<void(std::size_t)>& body);

}  // namespace barium::base
