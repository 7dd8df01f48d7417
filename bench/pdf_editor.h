#pragma once

// What colluders can do to their copies with an ordinary PDF editor: cut and paste, and lay pages over one
// another.

#include <cstddef>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/geometry.h"

namespace barium::bench {

// Parts of a page that are to come from copy `copy`. Boxes in the page frame (page/word.h).
struct Patch {
  std::size_t copy = 0;
  std::vector<base::Box> boxes;
};

// Page `page` (index) of the first copy alone, with each patch blanked and pasted from the same page of
// another. The page stands upright (no /Rotate, no UserUnit).
base::Bytes paste(std::span<const base::Bytes> copies, std::size_t page, const std::vector<Patch>& patches);

// The page of every copy, one over the other, each as faint as it must be for all to weigh the same.
base::Bytes lay_over(std::span<const base::Bytes> copies, std::size_t page);

}  // namespace barium::bench
