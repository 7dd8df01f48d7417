// Sheets put together of two pages of data/pdf/core, the upper half of one and the lower half of another,
// through cameras, among the pages of find_real's vault: which of the two are found, and whether they are
// called spliced. And honest pages: the same ones whole, and the 180 real photographs, none of which is.
//
//   find_spliced [--count N] [CAMERA...]
//
// --count: sheets a camera; photo_1280 where none is named.

#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"
#include "bench/corpus.h"
#include "bench/page_vault.h"
#include "bench/real_photos.h"
#include "image/decode.h"
#include "image/sample.h"
#include "page/render.h"
#include "sim/photograph.h"

namespace {

using namespace barium;
using namespace barium::bench;

// Of each half; with fewer a page shows too little of itself.
constexpr std::size_t kLeastWordsOfHalf = 40;

image::GrayImage rendered(const VaultPage& page) {
  return std::move(page::render_pages(base::read_file(page.document, 1ull << 30), page.page, page.page,
                                      {.px_per_pt = kSimulatedPxPerPt})
                       .at(0)
                       .picture);
}

// The lower page at the upper one's width.
image::GrayImage put_together(image::GrayImage upper, const image::GrayImage& lower) {
  const int height =
      static_cast<int>(static_cast<std::int64_t>(lower.height()) * upper.width() / lower.width());
  const image::GrayImage fitted = image::resize(lower.view(), upper.width(), height);
  for (int y = upper.height() / 2; y < upper.height(); ++y)
    for (int x = 0; x < upper.width(); ++x)
      upper.at(x, y) = y < fitted.height() ? fitted.at(x, y) : std::uint8_t{255};
  return upper;
}

image::GrayImage photographed(const image::GrayImage& sheet, const std::string& camera, std::uint64_t seed) {
  const sim::Photograph photo = sim::photograph(sheet.view(), kSimulatedPxPerPt, read_camera(camera), seed);
  return image::decode_photo(photo.file, {.color = image::DecodedColor::kGray}).frames.at(0).pixels;
}

// Pages of pdf/core with words enough in each half.
std::vector<find::PageId> pages_with_text(const PageVault& vault) {
  std::vector<find::PageId> pages;
  for (std::size_t i = 0; i < vault.pages.size(); ++i) {
    if (vault.pages[i].from != "pdf/core") continue;
    const auto id = find::PageId{static_cast<std::uint32_t>(i)};
    const auto points = vault.index.points(id);
    const double middle = vault.page(id).model.height_pt / 2;
    const auto upper = static_cast<std::size_t>(
        std::ranges::count_if(points, [&](const auto& point) { return point.frame.centre.y < middle; }));
    if (upper >= kLeastWordsOfHalf && points.size() - upper >= kLeastWordsOfHalf) pages.push_back(id);
  }
  return pages;
}

struct Row {
  int pictures = 0, both = 0, one = 0, none = 0, wrong = 0, spliced = 0;
  void print(const std::string& name) const {
    fmt::print("{:40} {:8} {:6} {:6} {:6} {:7} {:14}\n", name, pictures, both, one, none, wrong, spliced);
  }
};

// truth: the pages that are in the picture, as the vault names them.
void add(Row& row, const find::PagesInPhoto& seen, const std::vector<find::PageId>& truth) {
  std::size_t right = 0;
  bool wrong = false, spliced = false;
  for (const find::Placement& page : seen.pages) {
    // A page that nothing tells from others is named by none.
    if (!page.elsewhere.empty()) continue;
    const auto is = [&](find::PageId id) {
      return page.page == id ||
             std::ranges::any_of(page.twins, [&](const auto& twin) { return twin.page == id; });
    };
    const bool known = std::ranges::any_of(truth, is);
    right += known, wrong = wrong || !known, spliced = spliced || page.spliced;
  }
  ++row.pictures, row.both += right >= 2, row.one += right == 1, row.none += right == 0;
  row.wrong += wrong, row.spliced += spliced;
}

Row look(const PageVault& vault, std::size_t count, const std::function<image::GrayImage(std::size_t)>& take,
         const std::function<std::vector<find::PageId>(std::size_t)>& truth) {
  const auto seen = identify_pictures(vault, count, take);
  Row row;
  for (std::size_t i = 0; i < count; ++i) add(row, seen[i], truth(i));
  return row;
}

void run(const PageVault& vault, std::size_t count, std::vector<std::string> cameras) {
  if (cameras.empty()) cameras = {"photo_1280"};
  fmt::print("{:40} {:>8} {:>6} {:>6} {:>6} {:>7} {:>14}\n", "", "pictures", "both", "one", "none", "wrong",
             "called spliced");
  const RealPhotos real = read_real_photos(VaultSettings().data);
  const auto page_of = [&](const std::string& invoice) {
    const auto at = std::ranges::find_if(
        vault.pages, [&](const VaultPage& page) { return page.name.starts_with("invoice_" + invoice); });
    return find::PageId{static_cast<std::uint32_t>(at - vault.pages.begin())};
  };
  look(
      vault, real.photos.size(), [&](std::size_t i) { return pixels_of(real.photos[i]); },
      [&](std::size_t i) { return std::vector{page_of(real.photos[i].invoice)}; })
      .print("photographs of invoices");
  const std::vector<find::PageId> pages = pages_with_text(vault);
  count = std::min(count, pages.size() / 2);
  const auto upper = [&](std::size_t i) { return pages[i * pages.size() / count]; };
  const auto lower = [&](std::size_t i) {
    return pages[(i * pages.size() / count + pages.size() / 2) % pages.size()];
  };
  for (const std::string& camera : cameras) {
    look(
        vault, count, [&](std::size_t i) { return photographed(rendered(vault.at(upper(i))), camera, i); },
        [&](std::size_t i) { return std::vector{upper(i)}; })
        .print(camera + ", whole pages");
    look(
        vault, count,
        [&](std::size_t i) {
          return photographed(put_together(rendered(vault.at(upper(i))), rendered(vault.at(lower(i)))),
                              camera, i);
        },
        [&](std::size_t i) {
          return std::vector{upper(i), lower(i)};
        })
        .print(camera + ", put together");
  }
}

}  // namespace

int main(int argc, char** argv) { return run_vault_suite(argc, argv, 100, run); }
