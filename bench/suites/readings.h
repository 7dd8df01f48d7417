#pragma once

// Readings of every kind, for the suites that ask what becomes of innocents: genuine ones, damaged ones, and
// those that somebody made who wants an innocent accused, or nobody named.

#include <fmt/core.h>

#include <cmath>
#include <string>
#include <vector>

#include "base/rng.h"
#include "code/codebook.h"
#include "trace/evidence.h"

namespace barium::bench {

using trace::Evidence;

constexpr code::CopyNumber kGuilty = code::CopyNumber{1} << 40;  // numbers from here are never innocents

struct Reading {
  std::string name;
  std::size_t carriers;  // of the document
  std::vector<Evidence> evidence;
  int colluders = 1;  // copies kGuilty, kGuilty + 1, ... had a part in it
};

struct Source {
  int colluders = 1;  // who interleave word by word
  double error = 0;   // share of symbols flipped
  std::uint32_t first = 0;
  std::uint32_t count = 400;
};

inline std::vector<Evidence> read(const code::Codebook& book, const Source& source, base::Rng& rng) {
  std::vector<std::vector<std::int8_t>> words;
  for (int j = 0; j < source.colluders; ++j)
    words.push_back(book.codeword(kGuilty + static_cast<unsigned>(j)));
  std::vector<Evidence> evidence;
  for (std::uint32_t i = source.first; i < source.first + source.count; ++i) {
    const bool plus = words[rng.below(words.size())][i] > 0;
    const bool flip = rng.uniform() < source.error;
    // A soft bit as displacement and noise give it, about as sure as the error rate says.
    const double strength =
        std::log((1 - source.error + 1e-3) / (source.error + 1e-3)) * rng.uniform(0.5, 1.5);
    evidence.push_back({i, plus != flip ? strength : -strength});
  }
  return evidence;
}

template <class Change>
std::vector<Evidence> changed(std::vector<Evidence> evidence, const Change& change) {
  for (std::size_t i = 0; i < evidence.size(); ++i) change(i, evidence[i]);
  return evidence;
}

inline code::Codebook book_of(std::size_t carriers) {
  return code::Codebook(base::Key{11, 22, 33}, carriers);
}

inline std::vector<Reading> genuine_readings(base::Rng& rng) {
  const code::Codebook page = book_of(400);
  const code::Codebook document = book_of(3000);
  std::vector<Reading> readings;
  for (const double error : {0.0, 0.01, 0.05, 0.1, 0.2, 0.35})
    readings.push_back(
        {fmt::format("genuine, {} % errors", 100 * error), 400, read(page, {.error = error}, rng)});
  readings.push_back({"genuine, page 4 of 8", 3000, read(document, {.error = 0.02, .first = 1210}, rng)});
  readings.push_back({"genuine, whole document", 3000, read(document, {.error = 0.05, .count = 3000}, rng)});
  for (const int colluders : {2, 3, 5})
    readings.push_back(
        {fmt::format("{} colluders", colluders), 400, read(page, {.colluders = colluders}, rng), colluders});
  return readings;
}

inline std::vector<Reading> damaged_and_hostile_readings(base::Rng& rng) {
  const code::Codebook page = book_of(400);
  const auto genuine = read(page, {.error = 0.05}, rng);
  const auto word = page.codeword(kGuilty);
  std::vector<Reading> readings;
  readings.push_back({"damaged: crop of 60", 400, read(page, {.error = 0.02, .count = 60}, rng)});
  readings.push_back(
      {"damaged: crop of 25", 400, read(page, {.error = 0.02, .first = 200, .count = 25}, rng)});
  readings.push_back({"damaged: half covered", 400, changed(genuine, [&](std::size_t i, Evidence& e) {
                        if (i % 2 == 0) e.llr = 0;
                      })});
  readings.push_back({"damaged: noise alone", 400,
                      changed(genuine, [&](std::size_t, Evidence& e) { e.llr = 2 * rng.normal(); })});
  readings.push_back(
      {"hostile: all to the right", 400, changed(genuine, [](std::size_t, Evidence& e) { e.llr = 6; })});
  readings.push_back({"hostile: random re-spacing", 400, changed(genuine, [&](std::size_t, Evidence& e) {
                        e.llr = rng.uniform() < 0.5 ? 6 : -6;
                      })});
  readings.push_back({"hostile: all weight on ten", 400, changed(genuine, [](std::size_t i, Evidence& e) {
                        e.llr *= i % 40 == 0 ? 10 : 0.01;
                      })});
  readings.push_back({"hostile: own symbols inverted", 400,
                      changed(genuine, [&](std::size_t i, Evidence& e) { e.llr = word[i] > 0 ? -6 : 6; })});
  readings.push_back(
      {"hostile: lines inverted by turns", 400,
       changed(genuine, [](std::size_t i, Evidence& e) { e.llr = i / 12 % 2 == 0 ? e.llr : -e.llr; })});
  return readings;
}

inline std::vector<Reading> all_readings() {
  base::Rng rng(5, "innocents");
  std::vector<Reading> readings = genuine_readings(rng);
  for (Reading& reading : damaged_and_hostile_readings(rng)) readings.push_back(std::move(reading));
  return readings;
}

}  // namespace barium::bench
