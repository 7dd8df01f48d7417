#include "base/clock.h"

#include <chrono>

namespace barium::base {

std::int64_t SystemClock::unix_seconds() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace barium::base
