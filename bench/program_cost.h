#pragma once

// What a program costs, its own processes included, and the clocks of this one.

#include <string>
#include <vector>

namespace barium::bench {

double now_s();  // of a clock that only goes on
double cpu_s();  // of the processor, by this process

struct Cost {
  double wall_s = 0, cpu_s = 0;
  double peak_mb = 0;  // of the largest process
};

enum class Cores { kOne, kAll };

// The program to its end; its output is dropped. Throws base::Error(kStorage) where it fails.
Cost cost_of_program(std::vector<std::string> arguments, Cores cores = Cores::kAll);

}  // namespace barium::bench
