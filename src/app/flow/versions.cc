#include "app/flow/versions.h"

#include <algorithm>
#include <cstdint>

namespace barium::app {
namespace {

// 64 MB. Of more, no word between the first and the last that differ is taken for the same.
constexpr std::size_t kMostPairs = 16'000'000;

}  // namespace

OtherVersion compare_versions(const page::PageModel& shown, std::span<const verify::WordFinding> findings,
                              const page::PageModel& other) {
  const std::vector<page::Word>&here = shown.words, &there = other.words;
  const auto same = [&](std::size_t a, std::size_t b) { return here[a].text == there[b].text; };
  std::size_t first = 0, last_here = here.size(), last_there = there.size();
  while (first < last_here && first < last_there && same(first, first)) ++first;
  while (last_here > first && last_there > first && same(last_here - 1, last_there - 1))
    --last_here, --last_there;
  const std::size_t n = last_here - first, m = last_there - first, row = m + 1;
  const bool compared = n * m <= kMostPairs;
  // Of the longest common subsequence of the words from a and from b on.
  std::vector<std::uint32_t> length(compared ? (n + 1) * row : 0, 0);
  if (compared)
    for (std::size_t a = n; a-- > 0;)
      for (std::size_t b = m; b-- > 0;)
        length[a * row + b] = same(first + a, first + b)
                                  ? length[(a + 1) * row + b + 1] + 1
                                  : std::max(length[(a + 1) * row + b], length[a * row + b + 1]);
  OtherVersion version;
  std::size_t b = 0;
  for (std::size_t a = 0; a < n; ++a) {
    while (compared && b < m && !same(first + a, first + b) &&
           length[a * row + b + 1] >= length[(a + 1) * row + b])
      ++b, ++version.only_here;
    if (compared && b < m && same(first + a, first + b)) {
      ++b;
      continue;
    }
    ++version.only_shown;
    version.vouched += findings[first + a].state == verify::WordState::kVouched;
  }
  version.only_here += static_cast<int>(m - b);
  return version;
}

}  // namespace barium::app
