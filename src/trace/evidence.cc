#include "trace/evidence.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace barium::trace {

std::vector<Evidence> merged(std::span<const Evidence> evidence) {
  std::vector<Evidence> sorted(evidence.begin(), evidence.end());
  // By llr within a carrier, so that the sum does not depend on the order of the photos.
  std::sort(sorted.begin(), sorted.end(), [](const Evidence& a, const Evidence& b) {
    return a.carrier != b.carrier ? a.carrier < b.carrier : a.llr < b.llr;
  });
  std::vector<Evidence> sums;
  for (const Evidence& entry : sorted) {
    base::require(std::isfinite(entry.llr), "evidence is finite");
    if (!sums.empty() && sums.back().carrier == entry.carrier)
      sums.back().llr += entry.llr;
    else
      sums.push_back(entry);
  }
  for (Evidence& sum : sums) sum.llr = std::clamp(sum.llr, -kLargestLlr, kLargestLlr);
  std::erase_if(sums, [](const Evidence& sum) { return sum.llr == 0; });
  return sums;
}

}  // namespace barium::trace
