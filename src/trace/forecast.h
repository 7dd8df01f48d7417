#pragma once

// What a document can bear, before it is issued: how many carriers must be read to name the leaker, or one of
// a few colluders, with a given power. From the mean and variance of the log p-value of a guilty copy (normal
// approximation, Bahadur and Rao's prefactor: R. Bahadur and R. Ranga Rao, "On deviations of the sample
// mean", Ann. Math. Stat. 31, 1960), over the colluders' strategies. bench/suites/collusion compares it with
// simulation.

#include <cstdint>
#include <vector>

#include "trace/strategy.h"

namespace barium::trace {

// How well a displacement is read. Defaults: an ordinary hand-held photo, with margin (0.06 pt was measured
// through a messenger: docs/results.md); outliers as in mark::ReadMarksOptions.
struct Channel {
  double shift_pt = 0.25;
  double sigma_pt = 0.08;
  double outlier_rate = 0.02;
  double outlier_range_pt = 1.5;
  void check() const;
};

struct ForecastOptions {
  Channel channel;
  double alpha = 1e-6;
  void check() const;
};

// Carriers to read to accuse at least one of the colluders with chance `power` (0 < power < 1), out of
// `copies`.
double carriers_needed(const Strategy& strategy, std::uint64_t copies, double power,
                       const ForecastOptions& options = {});

struct CarriersNeeded {
  int colluders = 1;
  double power = 0.99;
  double interleaving = 0;  // carriers, where each word is taken from one of them at random
  double worst = 0;         // carriers, over interleaving and all fixed strategies
};

// For 1, 2, 3 and 5 colluders, at power 0.99 and 0.5. Divide by the carriers of a page for pages.
std::vector<CarriersNeeded> forecast(std::uint64_t copies, const ForecastOptions& options = {});

}  // namespace barium::trace
