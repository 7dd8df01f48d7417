#pragma once

// What a reading says of each carrier: all that trace ever sees of a photo.

#include <cstdint>
#include <span>
#include <vector>

namespace barium::trace {

// What was seen of one carrier, numbered through the document; several photos of one leak add their llr.
struct Evidence {
  std::uint32_t carrier = 0;
  double llr = 0;  // ln P(seen | +1) - ln P(seen | -1)
};

// No single carrier is believed beyond this, in nats, however many photos show it: a word can stand elsewhere
// for reasons outside any reader's noise model (a reprint, a re-typeset paragraph, a wrong match), once in
// e^6 = 400 times at least. A leaker who agrees everywhere loses nothing by it.
constexpr double kLargestLlr = 6;

// One entry a carrier, by ascending number: the sum of its llr, within +-kLargestLlr. Carriers that say
// nothing (llr 0) are left out. Entries must be finite.
std::vector<Evidence> merged(std::span<const Evidence> evidence);

}  // namespace barium::trace
