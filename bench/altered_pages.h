#pragma once

// Originals as a vault would have them, altered in known words (alterations.h), so that an honest photograph
// shows a page that differs from them.

#include <map>
#include <string>
#include <vector>

#include "bench/alterations.h"
#include "bench/real_photos.h"
#include "page/registered_page.h"

namespace barium::bench {

struct PageVersion {
  page::RegisteredPage page;
  // Of each word: empty where it is what the photographs show; else how it was altered, or "beside" where an
  // alteration reaches into its box a little.
  std::vector<std::string> truth;
  std::vector<Altered> alterations;
};

PageVersion honest_version(const base::Bytes& pdf);
// The same variant is the same page. Every fourth has a replaced line, the others seven kinds.
PageVersion altered_version(const base::Bytes& pdf, const page::RegisteredPage& honest, int variant);

// Of each invoice that is photographed: the honest version, then `variants` altered ones.
std::map<std::string, std::vector<PageVersion>> versions_of(const RealPhotos& real, int variants);

}  // namespace barium::bench
