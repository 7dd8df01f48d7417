#include "align/word_sites.h"

#include <algorithm>
#include <numeric>

namespace barium::align {
namespace {

// Half a narrow space: past the ink, so that its outer edges count, and short of the next word's.
constexpr double kMarginPt = 0.8;

// Moves the sides of a and b that face each other along one axis to the middle, where they come too close.
void part(double& a_low, double& a_high, double& b_low, double& b_high) {
  double& left_high = a_low + a_high <= b_low + b_high ? a_high : b_high;
  double& right_low = a_low + a_high <= b_low + b_high ? b_low : a_low;
  const double middle = (left_high + right_low) / 2;
  left_high = middle;
  right_low = middle;
}

// Shrinks both areas until they no longer overlap, along the axis that costs less.
void separate(base::Box& a, base::Box& b) {
  const base::Box common = base::intersected(a, b);
  if (common.width() <= 0 || common.height() <= 0) return;
  if (common.width() < common.height())
    part(a.x0, a.x1, b.x0, b.x1);
  else
    part(a.y0, a.y1, b.y0, b.y1);
}

}  // namespace

std::vector<WordSite> word_sites(const page::PageModel& page) {
  std::vector<WordSite> sites;
  for (const page::Word& word : page.words) sites.push_back({word.box.grown(kMarginPt), word.along, 0});
  for (const page::Carrier& carrier : page.carriers) sites[carrier.word].shift_pt = carrier.shift_pt;

  // Sweep from top to bottom: only boxes whose heights overlap are compared.
  std::vector<std::size_t> order(sites.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return sites[a].area.y0 < sites[b].area.y0; });
  for (std::size_t i = 0; i < order.size(); ++i)
    for (std::size_t j = i + 1; j < order.size(); ++j) {
      if (sites[order[j]].area.y0 >= sites[order[i]].area.y1) break;
      separate(sites[order[i]].area, sites[order[j]].area);
    }
  return sites;
}

}  // namespace barium::align
