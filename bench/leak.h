#pragma once

// One leak of one page of one copy, and what an examination made of it: what the end-to-end suites count.

#include <string>
#include <vector>

#include "bench/corpus.h"

namespace barium::bench {

struct Leak {
  std::size_t document = 0;
  std::size_t page = 0;  // index
  code::CopyNumber copy = 0;
  std::string channel;  // what the page went through, for people
  std::uint64_t seed = 0;
};

struct Outcome {
  std::uint64_t symbols = 0, symbol_errors = 0;
  bool found = false, right_page = false, named = false, wrongly_named = false;
};

// suite.leaks pages of each document through each camera. purpose: of the suite, for pages of its own.
std::vector<Leak> draw_leaks(const Suite& suite, const Vault& vault, const std::string& purpose);

// The PDF of the leak's copy.
base::Bytes copy_of(const Vault& vault, const Leak& leak);
Outcome judge(const Vault& vault, const Leak& leak, const Examination& seen);

// Outcomes in sums, and the row of a table: leaks, page right, page wrong, symbols, errors, named, wrongly.
struct Tally {
  std::uint64_t leaks = 0, right_page = 0, wrong_page = 0, symbols = 0, symbol_errors = 0, named = 0,
                wrongly = 0;
  void add(const Outcome& outcome);
};
std::string table_head(const std::string& first_column);
// Records the figures under `name`, too.
std::string table_row(const std::string& name, const Tally& tally);

// A line for each leak that was not named, or wrongly.
void print_failures(const Vault& vault, const std::vector<Leak>& leaks, const std::vector<Outcome>& outcomes);

}  // namespace barium::bench
