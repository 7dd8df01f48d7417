#pragma once

// The time of day, as an argument: nothing below app/ asks the system.

#include <cstdint>

namespace barium::base {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::int64_t unix_seconds() = 0;  // since 1970-01-01 UTC
};

class SystemClock final : public Clock {
 public:
  std::int64_t unix_seconds() override;
};

}  // namespace barium::base
