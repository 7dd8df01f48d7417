#include "mark/signs.h"

#include "base/error.h"

namespace barium::mark {

std::vector<std::int8_t> signs_of_copy(const page::DocumentModel& document, const code::Codebook& codebook,
                                       code::CopyNumber copy) {
  base::require(codebook.carriers() == document.carrier_count(), "the codebook is the document's own");
  return codebook.codeword(copy);
}

std::span<const std::int8_t> signs_of_page(const page::DocumentModel& document,
                                           std::span<const std::int8_t> signs, std::size_t index) {
  base::require(index < document.pages.size(), "the document has that page");
  base::require(signs.size() == document.carrier_count(), "one sign for each carrier of the document");
  return signs.subspan(document.first_carrier(index), document.pages[index].carriers.size());
}

}  // namespace barium::mark
