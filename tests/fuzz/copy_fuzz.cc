// A copy template and a copy, both foreign: the first four bytes say how long the template is.

#include <cstring>

#include "page/copy_layout.h"
#include "page/document.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace barium;
  const base::ByteView input(data, size);
  std::uint32_t template_size = 0;
  if (size < sizeof template_size) return 0;
  std::memcpy(&template_size, data, sizeof template_size);
  const base::ByteView rest = input.subspan(sizeof template_size);
  if (template_size > rest.size()) return 0;
  const base::ByteView front = rest.first(template_size);
  const page::CopyTemplate copy_template{{front.begin(), front.end()}};
  try {
    const std::vector<std::int8_t> zeros(page::parse_layout(copy_template.bytes).carriers, 0);
    const base::Bytes written = page::write_copy(copy_template, zeros);
    page::read_back(copy_template, rest.subspan(template_size));
    page::read_back(copy_template, written);
  } catch (const base::Error&) {
    // Refused, as foreign bytes may be.
  }
  return 0;
}
