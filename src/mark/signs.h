#pragma once

// From a copy's codeword to the displacement of each carrier: symbol +1 is a shift along the baseline, -1
// against it. A codeword runs through the document's carriers, page after page.

#include <cstdint>
#include <span>
#include <vector>

#include "code/codebook.h"
#include "page/word.h"

namespace barium::mark {

// One sign for each carrier of the document, for page::write_copy. The codebook is the document's own: as
// long as its carriers.
std::vector<std::int8_t> signs_of_copy(const page::DocumentModel& document, const code::Codebook& codebook,
                                       code::CopyNumber copy);

// The part of a document-long sequence, one entry a carrier, that belongs to page `index`, counted from 0.
std::span<const std::int8_t> signs_of_page(const page::DocumentModel& document,
                                           std::span<const std::int8_t> signs, std::size_t index);

}  // namespace barium::mark
