#pragma once

// How a suite hands its figures to bench/runner: one row a metric, appended to the CSV file that the
// environment variable BARIUM_RESULTS names (without it, the rows are dropped: what people read is on
// stdout). The runner adds commit, machine and seed; bench/compare reads two such files.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace barium::bench {

struct Figure {
  double value = 0;
  double low = 0;  // 95 % interval; equal to value where none is known
  double high = 0;
  std::uint64_t trials = 0;  // 0 where that has no meaning
};

// Wilson's score interval (JASA 22, 1927): it stays inside [0, 1] and says something at 0 of n.
inline Figure share(std::uint64_t hits, std::uint64_t trials) {
  if (trials == 0) return {};
  const double z = 1.959964;  // 95 %, two-sided
  const double n = static_cast<double>(trials);
  const double p = static_cast<double>(hits) / n;
  const double centre = (p + z * z / (2 * n)) / (1 + z * z / n);
  const double half = z / (1 + z * z / n) * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  return {p, std::max(0.0, std::min(p, centre - half)), std::min(1.0, std::max(p, centre + half)), trials};
}

inline Figure exactly(double value) { return {value, value, value, 0}; }

// metric: lower case with dots, "photo_1600.named"; unit: "", "s", "pt", "bytes".
inline void record(const std::string& metric, const Figure& figure, const std::string& unit = "") {
  const char* path = std::getenv("BARIUM_RESULTS");
  if (path == nullptr) return;
  std::FILE* file = std::fopen(path, "a");
  if (file == nullptr) return;
  std::fprintf(file, "%s,%s,%.9g,%.9g,%.9g,%llu\n", metric.c_str(), unit.c_str(), figure.value, figure.low,
               figure.high, static_cast<unsigned long long>(figure.trials));
  std::fclose(file);
}

}  // namespace barium::bench
