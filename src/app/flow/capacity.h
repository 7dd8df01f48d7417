#pragma once

// Can a document tell its recipients apart? Asked before any copy is made: a copy that carries nothing, or
// too little to name anybody even from a perfect reading, is never handed out as marked.

#include <cstdint>

#include "code/codebook.h"
#include "vault/store.h"

namespace barium::app {

// The largest circulation in which a perfect reading of the whole document names a typical copy: a stranger
// matches it everywhere with probability exp(-H), H the sum of the carriers' entropies in nats, and is
// accused when copies * exp(-H) <= alpha. At most kMostCopies.
inline constexpr double kMostCopies = 1e300;
double largest_circulation(const code::Codebook& codebook, double alpha = 1e-6);

// Throws base::Error(kUnsupported) where `copies` are too many for the document.
void expect_capacity(const vault::Document& document, std::uint64_t copies);

}  // namespace barium::app
