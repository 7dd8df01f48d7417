#pragma once

// The vault that the suites of find look in: the ten photographed invoices, the pages of data/pdf/core and
// those of the large documents of data/pdf/nasty. What was computed of a page once is kept under a cache
// folder, which may be deleted at any time and must be when page_features changes.

#include <time.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "find/find.h"
#include "image/image.h"
#include "page/registered_page.h"

namespace barium::bench {

struct VaultSettings {
  std::size_t pages = 2400;  // at most
  bool with_originals = true;
  std::filesystem::path cache = "/tmp/barium_cache/find";
  std::filesystem::path data = std::getenv("BARIUM_DATA") ? std::getenv("BARIUM_DATA") : "../shared/data";
};

struct VaultPage {
  std::string name;                // "invoice_01457-001"
  std::string from;                // "pdf/core"
  std::filesystem::path document;  // PDF
  int page = 1;                    // of the document
  bool with_words = false;         // its words are read, too
  std::filesystem::path cached;    // without extension: .png, .features
};

struct PageVault {
  std::vector<VaultPage> pages;
  find::Index index;

  const VaultPage& at(find::PageId id) const { return pages[static_cast<std::size_t>(id)]; }
  // Rendered where the cache lacks it.
  page::RegisteredPage page(find::PageId id) const;
  find::PageFeatures features(find::PageId id) const;
};

// Says how many pages came from where, and whether those are as many as the bar asks for.
PageVault open_page_vault(const VaultSettings& settings);

// What find says of so many pictures; take: the one with a number.
std::vector<find::PagesInPhoto> identify_pictures(const PageVault& vault, std::size_t count,
                                                  const std::function<image::GrayImage(std::size_t)>& take);

// The life of a suite over a vault and through cameras, `--count N CAMERA...`: the exit status, 0 with a
// sentence where there are no data, 2 usage. count: of pictures a camera, where none is told.
using VaultSuite =
    std::function<void(const PageVault&, std::size_t count, const std::vector<std::string>& cameras)>;
int run_vault_suite(int argc, char** argv, std::size_t count, const VaultSuite& body);

// Of this thread.
inline double cpu_ms() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

}  // namespace barium::bench
