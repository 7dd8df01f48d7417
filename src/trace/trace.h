#pragma once

// Soft bits and a codebook in, accusations with p-values out. trace sees no pixel, so its error rate can be
// tested on millions of trials. The score of a copy is a sum of independent terms under innocence, whose law
// is known given the reading; its tail is bounded (Chernoff, proven) and estimated (saddlepoint, sharp). Only
// the proven bound accuses. docs/methods/trace.md states the model, the bound and the tests that guard it.

#include <cstdint>
#include <span>
#include <vector>

#include "base/note.h"
#include "code/codebook.h"

namespace barium::trace {

// What was seen of one carrier, numbered through the document; several photos of one leak add their llr.
struct Evidence {
  std::uint32_t carrier = 0;
  double llr = 0;  // ln P(seen | +1) - ln P(seen | -1)
};

struct Accusation {
  code::CopyNumber copy = 0;
  double log_p_value = 0;        // natural log of the proven bound on P(an innocent copy scores as high)
  double log_p_saddlepoint = 0;  // natural log of the sharp estimate of the same, for the report only
};

struct TraceOptions {
  double alpha = 1e-6;  // bound on the chance that anybody innocent is accused, over all copies tested
  void check() const;
};

struct TraceResult {
  std::vector<Accusation> accused;  // copies * p <= alpha, strongest first
  std::uint64_t tested_copies = 0;
  base::Notes notes;
};

TraceResult trace(std::span<const Evidence> evidence, const code::Codebook& codebook, std::uint64_t copies,
                  const TraceOptions& options = {});

}  // namespace barium::trace
