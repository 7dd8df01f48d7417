#include "align/neighbourhood.h"

#include <algorithm>

#include "base/error.h"

namespace barium::align {
namespace {

// Where every word is one part, fewer do.
constexpr std::size_t kWholeWords = 16;

double least_distance(base::Vec2 p, const std::vector<PartSighting>& parts, std::size_t first,
                      std::size_t last) {
  double least = 1e300;
  for (std::size_t k = first; k < last; ++k) least = std::min(least, base::norm(parts[k].p_in_page - p));
  return least;
}

}  // namespace

std::vector<Neighbourhood> find_neighbourhoods(std::size_t words, const std::vector<PartSighting>& parts,
                                               const FieldFit& smooth) {
  std::vector<Eigen::VectorXd> half;
  for (const PartSighting& part : parts) half.push_back(smooth.half_at(part.p_in_page));
  const std::size_t wanted = parts.size() > words ? kMostOtherParts : kWholeWords;
  std::vector<Neighbourhood> out(words);
  std::vector<std::pair<double, std::size_t>> order;
  std::size_t first = 0, last = 0;
  for (std::size_t i = 0; i < words; ++i, first = last) {
    while (last < parts.size() && parts[last].sighting == i) ++last;
    base::require(last > first && last - first <= kMostOwnParts, "a word has 1 to 12 parts");
    order.clear();
    for (std::size_t k = 0; k < parts.size(); ++k)
      if (k < first || k >= last)
        order.emplace_back(least_distance(parts[k].p_in_page, parts, first, last), k);
    const std::size_t taken = std::min(wanted, order.size());
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(taken), order.end());
    for (std::size_t k = first; k < last; ++k) out[i].parts.push_back(k);
    for (std::size_t k = 0; k < taken; ++k) out[i].parts.push_back(order[k].second);
    const auto own = smooth.half.col(static_cast<Eigen::Index>(i));
    for (std::size_t a = 0; a < out[i].parts.size(); ++a) {
      const std::size_t part = out[i].parts[a];
      out[i].pull.push_back(half[part].dot(own) * smooth.precision[static_cast<Eigen::Index>(i)]);
      for (std::size_t b = 0; b <= a; ++b)
        out[i].distances.push_back(base::norm(parts[part].p_in_page - parts[out[i].parts[b]].p_in_page));
    }
  }
  return out;
}

}  // namespace barium::align
