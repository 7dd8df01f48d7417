#include "app/flow/library.h"

#include <algorithm>

#include "app/flow/registered.h"
#include "base/error.h"

namespace barium::app {

namespace {

// A4 at 200 dpi is 4 MB: what two threads look at for one photo each, and a little more.
constexpr std::size_t kPagesKept = 24;

}  // namespace

Library::Library(vault::Store& store, const Narrowing& narrowing) try : store_(store) {
  for (const vault::PageInfo& page : store.pages()) {
    if (narrowing.document && page.document != *narrowing.document) continue;
    if (narrowing.page != 0 && page.number != static_cast<std::uint32_t>(narrowing.page)) continue;
    pages_[find::PageId{static_cast<std::uint32_t>(page.row)}] = page;
  }
  index_.reserve(pages_.size());
  store.each_features([&](vault::PageRow row, base::ByteView bytes) {
    const find::PageId id{static_cast<std::uint32_t>(row)};
    if (pages_.contains(id)) index_.add(id, find::parse_features(bytes));
  });
} catch (const base::Error& error) {
  throw of_vault(error);
}

std::shared_ptr<const page::RegisteredPage> Library::page(find::PageId id) try {
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
} catch (const base::Error& error) {
  throw of_vault(error);
}

const Circulation& Library::circulation(vault::DocumentRow row) try {
  const std::scoped_lock lock(mutex_);
  const auto known = circulations_.find(row);
  if (known != circulations_.end()) return known->second;
  Circulation circulation;
  for (vault::Document& document : store_.documents())
    if (document.row == row) circulation.document = std::move(document);
  if (circulation.document.id.empty())
    throw base::Error(base::ErrorCode::kMalformed, "a page is of no document");
  std::size_t sum = 0;
  for (const page::PageModel& page : load_model(store_, circulation.document).pages) {
    circulation.first_carrier.push_back(sum);
    sum += page.carriers.size();
  }
  circulation.left_out = store_.unused_copy_numbers(row);
  circulation.copies = store_.next_copy_number(row);
  return circulations_.emplace(row, std::move(circulation)).first->second;
} catch (const base::Error& error) {
  throw of_vault(error);
}

std::optional<vault::Copy> Library::copy(vault::DocumentRow document, std::uint64_t number) try {
  const std::scoped_lock lock(mutex_);
  return store_.find_copy(document, number);
} catch (const base::Error& error) {
  throw of_vault(error);
}

}  // namespace barium::app
