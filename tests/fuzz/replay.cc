// Runs a fuzz target over its seeds, and over simple damage to each of them, in builds without libFuzzer. The
// damage is drawn from a fixed seed, so that a failure here fails everywhere.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <vector>

#include "base/bytes.h"
#include "base/file.h"
#include "base/rng.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using barium::base::Bytes;
using barium::base::Rng;

constexpr std::uint64_t kSeedLimitBytes = 16ull << 20;
// Enough to cut and flip every kind of field of a small seed, few enough that a smoke test takes seconds.
constexpr std::uint64_t kDamagedPerSeed = 64;

std::vector<std::filesystem::path> seeds_under(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> seeds;
  if (!std::filesystem::is_directory(folder)) return seeds;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) seeds.push_back(entry.path());
  }
  std::sort(seeds.begin(), seeds.end());
  return seeds;
}

Bytes damaged(Bytes bytes, Rng& rng) {
  if (bytes.empty()) return bytes;
  if (rng.below(4) == 0) bytes.resize(rng.below(bytes.size()));
  const std::uint64_t flips = bytes.empty() ? 0 : 1 + rng.below(8);
  for (std::uint64_t i = 0; i < flips; ++i) {
    bytes[rng.below(bytes.size())] = static_cast<std::uint8_t>(rng.below(256));
  }
  return bytes;
}

std::uint64_t replay(const std::filesystem::path& path) {
  const Bytes seed = barium::base::read_file(path, kSeedLimitBytes);
  LLVMFuzzerTestOneInput(seed.data(), seed.size());
  for (std::uint64_t i = 0; i < kDamagedPerSeed; ++i) {
    Rng rng(0, "fuzz replay", i);
    const Bytes bytes = damaged(seed, rng);
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
  }
  return 1 + kDamagedPerSeed;
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint8_t nothing = 0;
  LLVMFuzzerTestOneInput(&nothing, 0);
  std::uint64_t inputs = 1;
  for (int i = 1; i < argc; ++i) {
    const std::vector<std::filesystem::path> seeds = seeds_under(argv[i]);
    if (seeds.empty()) {
      std::printf("no seeds under %s: nothing was tested\n", argv[i]);
      return 1;
    }
    for (const auto& seed : seeds) inputs += replay(seed);
  }
  std::printf("%llu inputs\n", static_cast<unsigned long long>(inputs));
  return 0;
}
