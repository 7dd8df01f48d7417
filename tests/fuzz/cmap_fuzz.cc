// Any bytes are a CMap: parsing ends, and looking codes up stays within it.

#include <cstdlib>

#include "page/cmap.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace barium::page;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  static const CMap identity = identity_cmap(false);
  const CMap map =
      parse_cmap(bytes, [](const std::string& name) { return name == "Identity-H" ? &identity : nullptr; });
  for (std::string_view rest = bytes.substr(0, 4096); !rest.empty();) {
    const CMap::Code code = map.next_code(rest);
    if (code.bytes == 0 || code.bytes > rest.size()) std::abort();
    (void)map.cid(code);
    for (const char32_t c : map.text(code.value)) {
      if (c > 0x10FFFF) std::abort();
    }
    rest.remove_prefix(code.bytes);
  }
  return 0;
}
