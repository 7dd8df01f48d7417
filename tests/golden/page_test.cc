// Templates and copies of every released version must read for ever (docs/formats/template.md).

#include <gtest/gtest.h>

#include "base/file.h"
#include "page/document.h"

namespace barium::page {
namespace {

// The signs that copy_v1.pdf was written with: 2 pages of 5 carriers.
const std::vector<std::int8_t> kSigns = {1, -1, 0, 1, -1, -1, 1, 0, 0, 1};

CopyTemplate golden_template() { return {base::read_file("tests/golden/page/template_v1.bin", 1 << 20)}; }

TEST(GoldenTemplate, OfVersion1ReadsItsCopy) {
  const base::Bytes copy = base::read_file("tests/golden/page/copy_v1.pdf", 1 << 20);
  EXPECT_EQ(read_back(golden_template(), copy), kSigns);
}

TEST(GoldenTemplate, OfVersion1StillMakesCopies) {
  EXPECT_EQ(read_back(golden_template(), write_copy(golden_template(), kSigns)), kSigns);
}

}  // namespace
}  // namespace barium::page
