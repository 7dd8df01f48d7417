#pragma once

// The copies that stand for all others when extractors are asked whether a displacement changes what they
// read (text_check.h). No set of copies can hold every combination of signs. What extractors go by are gaps
// between neighbours of a line, and between columns, which are as wide as their narrowest or widest line: so
// four planned copies hold every combination of two neighbours and move columns as wholes, towards each
// other and apart. Copies by chance come after.

#include <cstdint>
#include <vector>

#include "page/word.h"

namespace barium::page {

inline constexpr int kPlannedTrials = 4;

// One sign per carrier of the document; trial: 0 to kPlannedTrials - 1. Forward, backward, and in turns along
// each line.
std::vector<std::int8_t> planned_signs(const DocumentModel& model, int trial);

// Three in four trials are as copies are; in the others words mostly go the way of the word above.
std::vector<std::int8_t> chance_signs(const DocumentModel& model, std::uint64_t trial);

}  // namespace barium::page
