// Copies scored a second at 1,024 symbols, codeword generation included, and its limits measured in the same
// run: AES alone (24 blocks a copy), generation alone, weighing alone.

#include <benchmark/benchmark.h>

#include "base/rng.h"
#include "trace/scan.h"
#include "trace/trace.h"

namespace barium {
namespace {

constexpr std::uint32_t kSymbols = 1024;
constexpr std::size_t kCopies = 4096;

code::Codebook a_book() { return code::Codebook(base::Key{7}, kSymbols); }

std::vector<trace::Evidence> a_reading() {
  base::Rng rng(1, "score bench");
  std::vector<trace::Evidence> evidence;
  for (std::uint32_t i = 0; i < kSymbols; ++i) evidence.push_back({i, rng.uniform(-6, 6)});
  return evidence;
}

void aes_by_openssl(benchmark::State& state) {
  std::vector<std::uint8_t> bytes(std::size_t{1} << 16);
  const code::AesKey key{1};
  for (auto _ : state) {
    code::encrypt_blocks(key, bytes);
    benchmark::DoNotOptimize(bytes.data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
  // 3 planes * 8 blocks * 16 bytes: the copies a second that this much AES would allow.
  state.counters["copies_by_aes"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * static_cast<double>(bytes.size()) / 384,
                         benchmark::Counter::kIsRate);
}
BENCHMARK(aes_by_openssl);

void generate(benchmark::State& state) {
  const auto path = static_cast<code::RowPath>(state.range(0));
  if (!code::has_row_path(path)) return state.SkipWithError("not on this processor");
  const code::Codebook book = a_book();
  const trace::ScoreTable table = trace::make_score_table(a_reading(), book);
  const code::RowGenerator generator(book, table.blocks, table.invert, path);
  std::vector<std::uint64_t> rows(32 * generator.words());
  for (auto _ : state) {
    generator.generate(0, rows);
    benchmark::DoNotOptimize(rows.data());
  }
  state.SetItemsProcessed(state.iterations() * 32);
  state.SetBytesProcessed(state.iterations() * 32 * 384);  // of AES
}
BENCHMARK(generate)->Arg(0)->Arg(1)->Arg(2)->ArgName("openssl0_aesni1_vaes2");

void weigh(benchmark::State& state) {
  const auto path = static_cast<trace::ScanPath>(state.range(0));
  if (!trace::has_scan_path(path)) return state.SkipWithError("not on this processor");
  const code::Codebook book = a_book();
  const trace::ScoreTable table = trace::make_score_table(a_reading(), book);
  const code::RowGenerator generator(book, table.blocks, table.invert);
  std::vector<std::uint64_t> rows(32 * generator.words());
  generator.generate(0, rows);
  std::vector<trace::Scores> scores(32);
  for (auto _ : state) {
    trace::score_rows(table, rows, scores, path);
    benchmark::DoNotOptimize(scores.data());
  }
  state.SetItemsProcessed(state.iterations() * 32);
}
BENCHMARK(weigh)->Arg(0)->Arg(1)->Arg(2)->ArgName("scalar0_avx2_1_avx512_2");

void score(benchmark::State& state) {
  const code::Codebook book = a_book();
  const trace::ScoreTable table = trace::make_score_table(a_reading(), book);
  const code::RowGenerator generator(book, table.blocks, table.invert);
  std::vector<trace::Scores> scores(kCopies);
  for (auto _ : state) {
    trace::score_copies(table, generator, 0, scores);
    benchmark::DoNotOptimize(scores.data());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kCopies));
}
BENCHMARK(score);

// The whole of trace, thresholds and p-values included, on one thread.
void trace_whole(benchmark::State& state) {
  const code::Codebook book = a_book();
  const auto evidence = a_reading();
  const auto copies = static_cast<std::uint64_t>(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(trace::trace(evidence, book, copies, {.threads = 1}));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(copies));
}
BENCHMARK(trace_whole)->Arg(1000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace barium
