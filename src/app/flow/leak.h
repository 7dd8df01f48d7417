#pragma once

// Whose copies leaked, from the marks that were read in one picture or in several of the same leak. A
// carrier's evidence adds up over pictures; the bound holds for any reading, also where the same page was
// photographed twice or pages come from several copies (docs/methods/trace.md).

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/flow/library.h"
#include "base/geometry.h"
#include "base/note.h"
#include "mark/reading.h"

namespace barium::app {

// Where on a page.
struct PagePart {
  int page = 0;
  base::Box box;  // pt, page frame: around the words that were read there
};

struct AccusedCopy {
  std::string copy;
  double log_p_value = 0;  // natural log
  std::string bound;
  std::optional<PagePart> part;  // where it speaks loudest, if that is not everywhere
};

struct NamedCopies {
  std::vector<AccusedCopy> accused;
  std::uint64_t tested_copies = 0;
  base::Notes notes;
};

// What pictures say of the copies of one document.
struct DocumentEvidence {
  struct Part {
    std::vector<trace::Evidence> marks;
    PagePart place;
  };
  std::vector<trace::Evidence> marks;  // carriers numbered through the document, more than once where seen so
  // That may be of different copies: of a picture what is above and below a cut, and of several pictures
  // each.
  std::vector<Part> parts;
  std::set<int> pages;
  std::uint64_t pictures = 0;
  // Something was seen that no other document shows as well.
  bool alone = true;

  void add(const DocumentEvidence& other);
  std::uint64_t carriers_read() const;  // different ones
};

DocumentEvidence evidence_of(const mark::Reading& reading, const page::PageModel& model,
                             const vault::PageInfo& page, Library& library);

// alpha: bound on the chance that anybody innocent is named.
NamedCopies name_copies(const DocumentEvidence& evidence, vault::DocumentRow document, double alpha,
                        Library& library);

// What several pictures of one leak say together of the copies of one document.
struct LeakFinding {
  std::string document, title;
  std::vector<int> pages;
  std::uint64_t pictures = 0, carriers_read = 0;
  NamedCopies copies;
  double alpha = 0;        // its share of the leak's bound
  bool seen_alone = true;  // DocumentEvidence::alone
};

// Of each document that the leak shows pages of, in the order in which they were registered. The bound is
// shared out evenly, so that it holds for the leak as a whole.
std::vector<LeakFinding> find_leak(const std::map<vault::DocumentRow, DocumentEvidence>& evidence,
                                   double alpha, Library& library);

}  // namespace barium::app
