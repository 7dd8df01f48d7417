#pragma once

// A reading whose parts may come from different copies: a page put together from two, or pictures of several
// people's copies. All parts together are tested, where one copy or a mixture of several speaks loudest; and
// each part by itself, where a copy that has only this part does. docs/methods/trace.md, "Parts".

#include <optional>

#include "trace/trace.h"

namespace barium::trace {

// What all parts together get of alpha; the whole has the rest.
inline constexpr double kPartsShare = 0.5;

struct PartAccusation {
  Accusation accusation;            // its p-value is that of all tests together: Bonferroni
  std::optional<std::size_t> part;  // where the copy speaks loudest; nullopt: in all parts together
};

struct PartsResult {
  std::vector<PartAccusation> accused;  // as TraceResult
  std::uint64_t tested_copies = 0;
  base::Notes notes;
};

// whole: all evidence. parts: may overlap, and need not cover it. kPartsShare of alpha is for the parts, in
// even shares.
PartsResult trace_parts(std::span<const Evidence> whole, std::span<const std::vector<Evidence>> parts,
                        const code::Codebook& codebook, std::uint64_t copies,
                        const TraceOptions& options = {});

}  // namespace barium::trace
