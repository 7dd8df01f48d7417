#pragma once

// The vault as examine needs it, in memory: the index over every page's features, and pages on demand. Safe
// to use from several threads; the store below is not, and is called by one at a time.

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "code/codebook.h"
#include "find/find.h"
#include "trace/trace.h"
#include "vault/store.h"

namespace barium::app {

// What tracing needs to know of a document.
struct Circulation {
  vault::Document document;
  std::vector<std::size_t> first_carrier;  // by page index: its first carrier's number in the document
  std::uint64_t copies = 0;                // numbers given, from 0
  std::vector<std::uint64_t> left_out;     // numbers below it that are nobody's
};

class Library {
 public:
  struct Narrowing {
    std::optional<vault::DocumentRow> document;
    int page = 0;  // 0: all
  };
  Library(vault::Store& store, const Narrowing& narrowing);

  const find::Index& index() const { return index_; }
  std::size_t page_count() const { return pages_.size(); }
  vault::PageInfo info(find::PageId page) const { return pages_.at(page); }
  std::shared_ptr<const page::RegisteredPage> page(find::PageId page);
  const Circulation& circulation(vault::DocumentRow document);
  // nullopt: a number that is nobody's.
  std::optional<vault::Copy> copy(vault::DocumentRow document, std::uint64_t number);

 private:
  vault::Store& store_;
  std::mutex mutex_;
  find::Index index_;
  std::map<find::PageId, vault::PageInfo> pages_;
  // Most recently used first. Shared: a page in use outlives its place in the cache.
  std::list<std::pair<find::PageId, std::shared_ptr<const page::RegisteredPage>>> cache_;
  std::map<vault::DocumentRow, Circulation> circulations_;
};

}  // namespace barium::app
