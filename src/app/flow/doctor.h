#pragma once

// Is this machine able to run barium, and is the vault sound?

#include <string>
#include <vector>

#include "app/confine/confinement.h"

namespace barium::app {

enum class Health { kGood, kWarning, kBad };
const char* name_of(Health health);

struct Finding {
  std::string what;  // "bubblewrap"
  Health health = Health::kGood;
  std::string text;    // one sentence
  std::string advice;  // empty where all is well
};

// vault: path; examined only where there is one.
std::vector<Finding> examine_health(const std::string& vault, const Confinement& confinement);

}  // namespace barium::app
