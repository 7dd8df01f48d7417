#pragma once

// Soft bits and a codebook in, accusations with p-values out. trace sees no pixel, so its error rate can be
// tested on millions of trials. The score of a copy is a sum of independent terms under innocence, whose law
// is known given the reading; its tail is computed exactly and rounded up (or bounded by Chernoff where the
// reading is too long for that), and estimated by the saddlepoint. Only the proven bound accuses.
// docs/methods/trace.md states the model, the bound and the tests that guard it.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/note.h"
#include "code/codebook.h"
#include "trace/evidence.h"

namespace barium::trace {

enum class Bound { kExact, kChernoff };
// The name in JSON: "exact" or "chernoff".
const char* name_of(Bound bound);

struct Accusation {
  code::CopyNumber copy = 0;
  double log_p_value = 0;        // natural log of the proven bound on P(an innocent copy scores as high)
  double log_p_saddlepoint = 0;  // natural log of the sharp estimate of the same, for the report only
  Bound bound = Bound::kExact;   // how log_p_value was got
  int colluders = 1;             // the hypothesis under which the p-value is smallest: not a count of people
  // The copies in whose light this one was tested, taken for its accomplices; empty if it speaks for itself.
  // That they are named here is no accusation of them.
  std::vector<code::CopyNumber> given = {};
};

struct TraceOptions {
  double alpha = 1e-6;  // bound on the chance that anybody innocent is accused, over all copies tested
  // Numbers below `copies` that were never handed out (their codeword equalled another's): not tested.
  std::vector<code::CopyNumber> not_issued;
  unsigned threads = 0;  // 0: one per core; never changes the result
  void check() const;
};

struct TraceResult {
  std::vector<Accusation> accused;  // copies * p <= alpha, strongest first
  std::uint64_t tested_copies = 0;
  base::Notes notes;
};

// Tests copies 0 .. copies - 1. Evidence may name a carrier more than once: its llr add. The numbers of its
// carriers are below codebook.carriers().
TraceResult trace(std::span<const Evidence> evidence, const code::Codebook& codebook, std::uint64_t copies,
                  const TraceOptions& options = {});

// Numbers are drawn until a codeword differs from all others', so an innocent's is a little likelier than the
// code alone makes it. ln of the most by which, and so of what every p-value is multiplied by; nothing where
// the code is too short for the circulation to say. log_commonest: of the code, see Codebook.
std::optional<double> log_uniqueness_factor(double log_commonest, std::uint64_t copies);

}  // namespace barium::trace
