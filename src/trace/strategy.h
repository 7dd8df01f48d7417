#pragma once

// What colluders do where their copies differ, and how to learn it from the pirate copy alone: T. Furon and
// L. Perez-Freire, "EM decoding of Tardos traitor tracing codes", ACM MM&Sec 2009. Whatever is learned may
// steer the weights, because no innocent has influence on the reading: the bound does not depend on it.

#include <cstdint>
#include <span>
#include <vector>

namespace barium::trace {

// P(the pirate shows +1 | k of the c colluders have +1), for k = 0 .. c: 0 first, 1 last.
using Strategy = std::vector<double>;
Strategy interleaving(int colluders);
// Every strategy that follows a fixed rule of k: 2^(c-1), majority and minority among them.
std::vector<Strategy> fixed_strategies(int colluders);

// P(k of n have +1), each with chance p.
double binomial(int n, int k, double p);

// Colluders whose copies are taken as known, and how many of them have +1 at a carrier.
struct Known {
  int people = 0;
  int plus = 0;
};

// P(the pirate shows +1) at bias p, given one colluder's symbol or none, beside those that are known.
struct Shown {
  double any = 0;       // whatever that colluder has
  double if_plus = 0;   // he has +1
  double if_minus = 0;  // he has -1
};
// At least one colluder is not among the known.
Shown shown_at(const Strategy& strategy, double p, const Known& known = {});

// One carrier of a reading, or many alike.
struct Observation {
  double p = 0.5;   // bias
  double odds = 1;  // e^llr
  double count = 1;
  Known known = {};
};

// The most probable strategy of `colluders` people, with a prior that leans to interleaving.
Strategy estimate_strategy(std::span<const Observation> observations, int colluders);

}  // namespace barium::trace
