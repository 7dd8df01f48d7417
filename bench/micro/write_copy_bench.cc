// Copies a second: write_copy and read_back of a document of ten pages. BARIUM_DATA names the corpus.

#include <benchmark/benchmark.h>

#include <cstdlib>

#include "base/file.h"
#include "base/rng.h"
#include "page/document.h"

namespace {

using namespace barium;

// Ten pages of Word text, 7,770 words: denser than most.
const page::OpenedDocument& document() {
  static const page::OpenedDocument opened = [] {
    const char* folder = std::getenv("BARIUM_DATA");
    return page::read_document(base::read_file(
        std::string(folder ? folder : "../shared/data") + "/pdf/core/tika__testJournalParser.pdf", 1 << 28));
  }();
  return opened;
}

std::vector<std::int8_t> some_signs(std::uint64_t copy) {
  base::Rng rng(copy, "write_copy_bench");
  std::vector<std::int8_t> signs(document().model.carrier_count());
  for (std::int8_t& sign : signs) sign = rng.below(2) ? 1 : -1;
  return signs;
}

void write_only(benchmark::State& state) {
  std::uint64_t copy = 0;
  for (auto _ : state)
    benchmark::DoNotOptimize(page::write_copy(document().copy_template, some_signs(++copy)));
  state.counters["copies/s"] = benchmark::Counter(static_cast<double>(copy), benchmark::Counter::kIsRate);
}
BENCHMARK(write_only)->Unit(benchmark::kMillisecond);

void write_and_read_back(benchmark::State& state) {
  std::uint64_t copy = 0;
  for (auto _ : state) {
    const base::Bytes bytes = page::write_copy(document().copy_template, some_signs(++copy));
    benchmark::DoNotOptimize(page::read_back(document().copy_template, bytes));
  }
  state.counters["copies/s"] = benchmark::Counter(static_cast<double>(copy), benchmark::Counter::kIsRate);
}
BENCHMARK(write_and_read_back)->Unit(benchmark::kMillisecond);

}  // namespace
