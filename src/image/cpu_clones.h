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
