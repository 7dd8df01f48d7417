#include "verify/relate.h"

#include <algorithm>
#include <cmath>

#include "base/median.h"

namespace barium::verify {
namespace {

constexpr std::size_t kCellsAround = 40, kLeastCellsAround = 12;
constexpr float kAlikeGround = 0.15f, kAlikeContrast = 1.5f;
// Small marks have little ink: their misfit is taken against this share of what the word's glyphs have on the
// mean.
constexpr double kLeastInk = 0.5;
constexpr double kLeastMisfit = 1e-4, kLeastAlong = 1e-9;
constexpr double kMedianOfChi2 = 0.455;  // of one degree of freedom
constexpr double kMostDistance = 1e6;

// White on red is printed and seen otherwise than black on white.
bool alike(const Tones& one, const Tones& other) {
  return std::abs(one.paper - other.paper) < kAlikeGround && one.contrast / other.contrast < kAlikeContrast &&
         other.contrast / one.contrast < kAlikeContrast && one.contrast * other.contrast > 0;
}

// The nearest of other words in like tones; none where there are too few.
std::vector<const WeighedCell*> around(const std::vector<WeighedCell>& cells, const WeighedCell& here) {
  std::vector<std::pair<double, const WeighedCell*>> near;
  for (const WeighedCell& cell : cells)
    if (cell.word != here.word && alike(cell.tones, here.tones)) {
      const base::Vec2 apart = cell.at - here.at;
      near.emplace_back(base::dot(apart, apart), &cell);
    }
  if (near.size() < kLeastCellsAround) return {};
  const std::size_t count = std::min(near.size(), kCellsAround);
  std::ranges::nth_element(near, near.begin() + static_cast<std::ptrdiff_t>(count - 1));
  std::vector<const WeighedCell*> out;
  for (std::size_t n = 0; n < count; ++n) out.push_back(near[n].second);
  return out;
}

// Energies over that of the ink.
void take_against_ink(std::vector<WeighedCell>& cells) {
  for (auto from = cells.begin(); from != cells.end();) {
    const auto to =
        std::find_if(from, cells.end(), [&](const auto& cell) { return cell.word != from->word; });
    double mean = 0;
    for (auto cell = from; cell != to; ++cell) mean += cell->ink / static_cast<double>(to - from);
    for (; from != to; ++from) {
      const double ink = std::max({from->ink, kLeastInk * mean, 1e-6});
      from->evidence.misfit = from->energy / ink;
      from->evidence.least_change = from->least / ink;
    }
  }
}

}  // namespace

void relate(std::vector<WeighedCell>& cells) {
  take_against_ink(cells);
  struct Scale {
    double misfit = 0, along = 0;
  };
  std::vector<Scale> scales;
  for (const WeighedCell& cell : cells) {
    std::vector<double> misfits, along;
    for (const WeighedCell* other : around(cells, cell)) {
      misfits.push_back(other->evidence.misfit);
      along.insert(along.end(), other->along.begin(), other->along.end());
    }
    scales.push_back(misfits.empty() || along.empty()
                         ? Scale{}
                         : Scale{std::max(kLeastMisfit, base::median(std::move(misfits))),
                                 std::max(kLeastAlong, base::median(std::move(along)) / kMedianOfChi2)});
  }
  std::vector<WeighedCell> related;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (!(scales[i].misfit > 0)) continue;
    CellEvidence& e = cells[i].evidence;
    e.around = scales[i].misfit;
    e.misfit /= e.around;
    e.least_change /= e.around;
    e.left = e.misfit;
    e.distance = std::min(kMostDistance, std::sqrt(cells[i].least_told / scales[i].along));
    related.push_back(std::move(cells[i]));
  }
  cells = std::move(related);
}

}  // namespace barium::verify
