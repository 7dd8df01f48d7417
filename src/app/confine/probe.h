#pragma once

// Tries the walls from inside: what doctor reports and the tests of confinement check. The misdeeds show that
// each limit ends in a plain error.

#include <string>
#include <vector>

#include "app/confine/confinement.h"

namespace barium::app {

enum class Misdeed : std::uint8_t { kNone = 0, kSpin = 1, kHog = 2, kCrash = 3, kBabble = 4, kLie = 5 };

// In the worker: what it could do that it should not, one phrase each. Commits the misdeed first.
std::vector<std::string> try_walls(Misdeed misdeed);

// In the parent: the phrases. Empty: the walls hold.
std::vector<std::string> probe_walls(const Confinement& confinement, Misdeed misdeed = Misdeed::kNone,
                                     const WorkerLimits& limits = {.cpu_s = 2,
                                                                   .wall = std::chrono::seconds(10)});

}  // namespace barium::app
