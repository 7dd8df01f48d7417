#pragma once

#include <algorithm>
#include <vector>

namespace barium::base {

// The upper of the middle two where their number is even. values: at least one.
inline double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace barium::base
