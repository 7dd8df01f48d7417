#include "app/flow/capacity.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace barium::app {

double largest_circulation(const code::Codebook& codebook, double alpha) {
  double entropy = 0;
  for (const double p : codebook.biases()) entropy -= p * std::log(p) + (1 - p) * std::log(1 - p);
  return std::min(kMostCopies, alpha * std::exp(entropy));
}

void expect_capacity(const vault::Document& document, std::uint64_t copies) {
  using base::Error;
  using base::ErrorCode;
  constexpr const char* kAdvice =
      "Issue a document with more running text: 'barium forecast' says what each can bear";
  if (document.carriers == 0)
    throw Error(ErrorCode::kUnsupported,
                "'" + document.title + "' has no word that can carry a mark: no copies were made", {},
                "'barium forecast' says of each page why; otherwise issue a document with more running text");
  const double most = largest_circulation({document.codebook_key, document.carriers});
  if (static_cast<double>(copies) <= most) return;
  throw Error(ErrorCode::kUnsupported,
              "'" + document.title + "' has " + std::to_string(document.carriers) +
                  (document.carriers == 1 ? " word" : " words") + " that can carry a mark: too few for " +
                  std::to_string(copies) + (copies == 1 ? " recipient" : " recipients") +
                  (most >= 1 ? " (at most " + std::to_string(static_cast<std::uint64_t>(most)) + ")" : "") +
                  "; no copies were made",
              {}, kAdvice);
}

}  // namespace barium::app
