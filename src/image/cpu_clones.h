#pragma once

// BARIUM_CPU_CLONES before a function has the compiler build it for AVX-512, AVX2 and any x86-64, chosen when
// the program starts. The loops so marked add in a fixed order and the build forbids contraction, so that all
// three give the same bits. Sanitizers and clang get the portable build: an instrumented resolver would run
// before its runtime is up.

#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define BARIUM_CPU_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define BARIUM_CPU_CLONES
#endif

namespace barium::image {

// Eight floats side by side, in registers as wide as the machine has: sums in loops over them stay there,
// where arrays would go through memory. Read from any address of floats.
using Eight = float __attribute__((vector_size(32), aligned(4), may_alias));

inline const Eight& eight_at(const float* from) { return *reinterpret_cast<const Eight*>(from); }

}  // namespace barium::image
