#include "bench/word_calibration.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace barium::bench {
namespace {

// A glyph that could be no other one has this distance, or more.
constexpr double kNoOther = 1e8;
constexpr double kClaimed[] = {0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 1e-4, 1e-5};

// One-sided, of a normal variable.
double beyond(double sigmas) { return std::erfc(sigmas / std::numbers::sqrt2) / 2; }

}  // namespace

std::optional<double> odds_of(const verify::WordEvidence& word) {
  const verify::CellEvidence* most = nullptr;
  for (const verify::CellEvidence& cell : word.cells)
    if (cell.distance < kNoOther &&
        (most == nullptr || cell.share * cell.distance > most->share * most->distance))
      most = &cell;
  if (most == nullptr) return std::nullopt;
  return std::min(1.0, static_cast<double>(word.cells.size()) * beyond(most->share * most->distance));
}

void WordCalibration::add(const WordCalibration& more) {
  flat.insert(flat.end(), more.flat.begin(), more.flat.end());
  bent.insert(bent.end(), more.bent.begin(), more.bent.end());
}

void WordCalibration::print() const {
  fmt::print("{:>16} {:>29} {:>29}\n", "claimed odds", "honest, flat paper", "honest, bent paper");
  for (const double claimed : kClaimed) {
    fmt::print("{:16}", claimed);
    for (const auto* words : {&flat, &bent}) {
      const auto count = std::ranges::count_if(*words, [&](double p) { return p <= claimed; });
      fmt::print(" {:10.5f} ({:6} of {:5})",
                 static_cast<double>(count) / std::max(1.0, static_cast<double>(words->size())), count,
                 words->size());
    }
    fmt::print("\n");
  }
}

}  // namespace barium::bench
