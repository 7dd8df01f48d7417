// SHA-256 and HMAC: every photo is hashed once, every key is derived by HMAC.

#include <benchmark/benchmark.h>

#include "base/hash.h"

namespace {

void BM_sha256(benchmark::State& state) {
  const barium::base::Bytes bytes(static_cast<std::size_t>(state.range(0)), 0x5a);
  for (auto _ : state) benchmark::DoNotOptimize(barium::base::sha256(bytes));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_sha256)->Arg(64)->Arg(1 << 20);

void BM_hmac_sha256(benchmark::State& state) {
  const barium::base::Bytes key(32, 1), bytes(64, 2);
  for (auto _ : state) benchmark::DoNotOptimize(barium::base::hmac_sha256(key, bytes));
}
BENCHMARK(BM_hmac_sha256);

}  // namespace
