#include "verify/relate.h"

#include <algorithm>
#include <cmath>
#include <map>

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
constexpr double kAlikeSize = 1.2;
// Of the likeliest other glyphs, those that are drawn to see whether they fit.
constexpr std::size_t kGlyphsTried = 6;

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

// What is left of the residual and of each change once the glyph may stand off its place.
void settle(WeighedCell& cell) {
  const Stiffness stiffness = cell.jitter.stiffness(cell.unit);
  cell.energy = energy_settled(cell.residual, cell.shift, stiffness);
  std::vector<Effect> seen = effects(cell.if_changed, stiffness);
  // Where nothing else stands that tells how dark ink is, judge looks at the gain itself.
  seen.front() = cell.is_alone ? Effect{cell.ink, 0} : effects(cell.if_gone, stiffness).front();
  for (std::size_t o = 0; o < cell.others.size(); ++o) {
    cell.least = std::min(cell.least, seen[o].energy);
    cell.likeliest.emplace_back(-seen[o].share, cell.others[o]);
    if (o == 0 && cell.is_alone) continue;
    cell.along.push_back(seen[o].share * seen[o].share * seen[o].energy / cell.unit);
    cell.least_told = std::min(cell.least_told, seen[o].energy / cell.unit);
    cell.evidence.share = std::max(cell.evidence.share, seen[o].share);
  }
  const std::size_t most = std::min(cell.likeliest.size(), kGlyphsTried);
  std::ranges::partial_sort(cell.likeliest, cell.likeliest.begin() + static_cast<std::ptrdiff_t>(most), {},
                            [](const auto& one) { return one.first; });
  cell.likeliest.resize(most);
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

void learn_jitter_of(std::vector<WeighedCell>& cells) {
  // One that is a piece by itself stands anywhere as it is.
  const auto can_be_off = [](const WeighedCell& cell) { return !cell.is_alone; };
  const auto size = [](const WeighedCell& cell) {
    return std::lround(std::log(cell.size_pt) / std::log(kAlikeSize));
  };
  std::map<long, std::vector<JitterSample>> of_size;
  std::vector<JitterSample> all;
  for (const WeighedCell& cell : cells)
    if (can_be_off(cell)) {
      all.push_back({&cell.if_changed, cell.unit});
      of_size[size(cell)].push_back(all.back());
    }
  std::map<long, Jitter> jitter;
  for (const auto& [step, samples] : of_size)
    jitter[step] = learn_jitter(samples.size() < kCellsAround ? all : samples);
  for (WeighedCell& cell : cells) cell.jitter = can_be_off(cell) ? jitter[size(cell)] : Jitter{};
}

void relate(std::vector<WeighedCell>& cells) {
  for (WeighedCell& cell : cells) settle(cell);
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
