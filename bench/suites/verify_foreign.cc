// What is said of pictures whose page is not in the vault, and of those whose page is, where it is not found:
// the real photographs in a vault of the other invoices, some of one template; in a vault of other pages
// alone; and in one that holds their pages. Pages of data/pdf/core through cameras, as well.
//
//   verify_foreign [--count N] [CAMERA...]
//
// --count: simulated pictures a camera, of pages evenly taken.

#include <fmt/format.h>

#include <map>

#include "base/file.h"
#include "bench/corpus.h"
#include "bench/page_vault.h"
#include "bench/real_photos.h"
#include "verify/verdict.h"

namespace {

using namespace barium;
using namespace barium::bench;

// Pictures in which the page was found, and what is said of the others.
struct Said {
  int pictures = 0, found = 0, not_ours = 0, undetermined = 0;
  std::string which;
};

class Table {
 public:
  void add(const std::string& row, const find::PagesInPhoto& seen, const std::string& picture) {
    Said& said = rows_[row];
    ++said.pictures;
    if (!seen.pages.empty()) {
      ++said.found;
      said.which += " " + picture;
      return;
    }
    const auto verdict = verify::judge_unfound(seen.likeness, seen.words_seen);
    ++(verdict == verify::Verdict::kNotOurs ? said.not_ours : said.undetermined);
  }
  void print() const {
    fmt::print("{:52} {:>8} {:>6} {:>9} {:>13}\n", "", "pictures", "found", "not ours", "undetermined");
    for (const auto& [row, said] : rows_) {
      fmt::print("{:52} {:8} {:6} {:9} {:13}\n", row, said.pictures, said.found, said.not_ours,
                 said.undetermined);
      if (row.starts_with("foreign") && said.found > 0) fmt::print("  found:{}\n", said.which);
    }
  }

 private:
  std::map<std::string, Said> rows_;
};

using Seen = std::vector<find::PagesInPhoto>;

// Without some pages: what remains are those that `keep` holds for.
PageVault part_of(const PageVault& vault, const std::function<bool(const VaultPage&)>& keep) {
  PageVault part;
  part.pages = vault.pages;
  for (std::size_t i = 0; i < vault.pages.size(); ++i) {
    const auto id = find::PageId{static_cast<std::uint32_t>(i)};
    if (keep(vault.pages[i])) part.index.add(id, vault.features(id));
  }
  return part;
}

void look_at_photographs(const RealPhotos& real, const PageVault& vault, Table& table) {
  const auto name = [&](std::size_t i) { return real.photos[i].invoice + "/" + real.photos[i].stem; };
  const auto take = [&](std::size_t i) { return pixels_of(real.photos[i]); };
  const auto is_invoice = [](const VaultPage& page) { return page.name.starts_with("invoice"); };
  const Seen own = identify_pictures(vault, real.photos.size(), take);
  const Seen none = identify_pictures(
      part_of(vault, [&](const VaultPage& page) { return !is_invoice(page); }), real.photos.size(), take);
  for (std::size_t i = 0; i < own.size(); ++i) {
    table.add("ours: photographs, all pages", own[i], name(i));
    table.add("foreign: photographs, no invoice in the vault", none[i], name(i));
  }
  for (const auto& [invoice, page] : real.originals) {
    const PageVault others =
        part_of(vault, [&](const VaultPage& entry) { return entry.name.find(invoice) == std::string::npos; });
    std::vector<std::size_t> mine;
    for (std::size_t i = 0; i < real.photos.size(); ++i)
      if (real.photos[i].invoice == invoice) mine.push_back(i);
    const Seen seen = identify_pictures(others, mine.size(), [&](std::size_t k) { return take(mine[k]); });
    for (std::size_t k = 0; k < mine.size(); ++k)
      table.add("foreign: photographs, the other invoices are in it", seen[k], name(mine[k]));
  }
}

// Pages of pdf/core in a vault of pdf/nasty and the invoices, and in the whole.
void look_at_simulated(const PageVault& vault, const std::string& camera, std::size_t count, Table& table) {
  std::vector<std::size_t> shown;
  for (std::size_t i = 0; i < vault.pages.size(); ++i)
    if (vault.pages[i].from == "pdf/core") shown.push_back(i);
  const std::size_t stride = std::max<std::size_t>(1, shown.size() / count);
  std::vector<std::size_t> taken;
  for (std::size_t k = stride / 2; k < shown.size() && taken.size() < count; k += stride)
    taken.push_back(shown[k]);
  const auto name = [&](std::size_t k) { return vault.pages[taken[k]].name; };
  const auto take = [&](std::size_t k) {
    const VaultPage& page = vault.pages[taken[k]];
    return photograph_page(base::read_file(page.document, 1ull << 30),
                           static_cast<std::size_t>(page.page - 1), read_camera(camera), k);
  };
  const PageVault others = part_of(vault, [](const VaultPage& page) { return page.from != "pdf/core"; });
  const Seen own = identify_pictures(vault, taken.size(), take),
             foreign = identify_pictures(others, taken.size(), take);
  for (std::size_t k = 0; k < taken.size(); ++k) {
    table.add("ours: " + camera, own[k], name(k));
    table.add("foreign: " + camera, foreign[k], name(k));
  }
}

}  // namespace

int main(int argc, char** argv) {
  return run_vault_suite(
      argc, argv, 70, [](const PageVault& vault, std::size_t count, const std::vector<std::string>& cameras) {
        Table table;
        look_at_photographs(read_real_photos(VaultSettings().data), vault, table);
        for (const std::string& camera : cameras) look_at_simulated(vault, camera, count, table);
        table.print();
      });
}
