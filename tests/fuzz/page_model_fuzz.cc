// A stored page that parses is stored again to a page that parses to the same.

#include <cstdlib>

#include "page/word.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace barium;
  try {
    const page::PageModel page = page::parse_page({data, size});
    const base::Bytes again = page::serialize(page);
    if (page::serialize(page::parse_page(again)) != again) std::abort();
  } catch (const base::Error&) {
  }
  return 0;
}
