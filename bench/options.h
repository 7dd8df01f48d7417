#pragma once

// The command line of an end-to-end suite, and its life: read the suite file, apply the options, say so where
// the data are absent, run.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "bench/corpus.h"

namespace barium::bench {

using SuiteBody = std::function<int(const Suite&, const std::filesystem::path& data)>;

// The exit status: that of `body`; 0 with a sentence where there are no data; 2 usage; 3 failed.
int run_suite(const std::vector<std::string>& arguments, const std::string& suite_file,
              const SuiteBody& body);

// Registers the suite's documents, and says how long it took and what they bear.
Vault open_vault(const Suite& suite, const std::filesystem::path& data);

}  // namespace barium::bench
