#include "app/flow/library.h"

#include <algorithm>

#include "base/error.h"

namespace barium::app {

namespace {

// A4 at 200 dpi is 4 MB: what two threads look at for one photo each, and a little more.
constexpr std::size_t kPagesKept = 24;

}  // namespace

Library::Library(vault::Store& store, const Narrowing& narrowing) : store_(store) {
  for (const vault::PageInfo& page : store.pages()) {
    if (narrowing.document && page.document != *narrowing.document) continue;
    if (narrowing.page != 0 && page.number != static_cast<std::uint32_t>(narrowing.page)) continue;
    pages_[find::PageId{static_cast<std::uint32_t>(page.row)}] = page;
  }
  store.each_features([&](vault::PageRow row, base::ByteView bytes) {
    const find::PageId id{static_cast<std::uint32_t>(row)};
    if (pages_.contains(id)) index_.add(id, find::parse_features(bytes));
  });
}

std::shared_ptr<const page::RegisteredPage> Library::page(find::PageId id) {
  base::Bytes model, raster;
  {
    const std::scoped_lock lock(mutex_);
    const auto kept =
        std::find_if(cache_.begin(), cache_.end(), [&](const auto& entry) { return entry.first == id; });
    if (kept != cache_.end()) {
      cache_.splice(cache_.begin(), cache_, kept);
      return cache_.front().second;
    }
    const vault::PageRow row = pages_.at(id).row;
    model = store_.page_blob(row, vault::PageBlob::kModel);
    raster = store_.page_blob(row, vault::PageBlob::kRaster);
  }
  auto page = std::make_shared<const page::RegisteredPage>(
      page::RegisteredPage{page::parse_page(model), page::parse_raster(raster)});
  const std::scoped_lock lock(mutex_);
  cache_.emplace_front(id, page);
  if (cache_.size() > kPagesKept) cache_.pop_back();
  return page;
}

const Circulation& Library::circulation(vault::DocumentRow row) {
  const std::scoped_lock lock(mutex_);
  const auto known = circulations_.find(row);
  if (known != circulations_.end()) return known->second;
  Circulation circulation;
  for (vault::Document& document : store_.documents())
    if (document.row == row) circulation.document = std::move(document);
  std::vector<std::size_t> carriers(circulation.document.pages, 0);
  for (const vault::PageInfo& page : store_.pages()) {
    if (page.document == row && page.number >= 1 && page.number <= carriers.size())
      carriers[page.number - 1] =
          page::parse_page(store_.page_blob(page.row, vault::PageBlob::kModel)).carriers.size();
  }
  std::size_t sum = 0;
  for (const std::size_t count : carriers) {
    circulation.first_carrier.push_back(sum);
    sum += count;
  }
  if (sum != circulation.document.carriers)
    throw base::Error(base::ErrorCode::kMalformed,
                      "the vault is damaged: the document's carriers do not add up");
  circulation.copies = store_.next_copy_number(row);
  circulation.left_out = store_.unused_copy_numbers(row);
  return circulations_.emplace(row, std::move(circulation)).first->second;
}

std::optional<vault::Copy> Library::copy(vault::DocumentRow document, std::uint64_t number) {
  const std::scoped_lock lock(mutex_);
  return store_.find_copy(document, number);
}

}  // namespace barium::app
