// Any bytes at all end in the features of a page or in an Error; what was read can be indexed and written.

#include "find/find.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace barium;
  try {
    const find::PageFeatures features = find::parse_features({data, size});
    find::serialize(features);
  } catch (const base::Error&) {
    // Refused, as foreign bytes may be.
  }
  return 0;
}
