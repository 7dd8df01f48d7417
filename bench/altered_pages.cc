#include "bench/altered_pages.h"

#include <algorithm>

#include "base/file.h"
#include "page/document.h"
#include "page/render.h"

namespace barium::bench {
namespace {

// Grey levels between two renderings, and pixels that differ by so much: a change that a reader sees.
constexpr int kSeenLevels = 60;
constexpr int kSeenPixels = 8;
// Of an alteration's own area: a word that has less of it is beside it.
constexpr double kLeastPart = 0.25;

page::RegisteredPage registered(const base::Bytes& pdf) {
  auto rendered = page::render_pages(pdf, 1, 1);
  return {page::read_words(pdf).pages.front(),
          {std::move(rendered.front().picture), rendered.front().px_per_pt}};
}

// Of the middle half of the word's height, so that lines above and below do not count.
int pixels_changed(const page::PageRaster& was, const page::PageRaster& is, const page::Word& word) {
  const double s = is.px_per_pt, quarter = word.box.height() / 4;
  int changed = 0;
  for (int y = std::max(0, static_cast<int>((word.box.y0 + quarter) * s));
       y < std::min(is.picture.height(), static_cast<int>((word.box.y1 - quarter) * s)); ++y)
    for (int x = std::max(0, static_cast<int>(word.box.x0 * s));
         x < std::min(is.picture.width(), static_cast<int>(word.box.x1 * s)); ++x)
      changed += std::abs(was.picture.at(x, y) - is.picture.at(x, y)) > kSeenLevels;
  return changed;
}

}  // namespace

PageVersion honest_version(const base::Bytes& pdf) {
  PageVersion version{registered(pdf), {}, {}};
  version.truth.resize(version.page.model.words.size());
  return version;
}

PageVersion altered_version(const base::Bytes& pdf, const page::RegisteredPage& honest, int variant) {
  using enum Alteration;
  std::vector<Wanted> wanted{{kDigit, 3},   {kLetter, 3}, {kWord, 1}, {kSwapped, 1},
                             {kRemoved, 1}, {kAdded, 1},  {kMoved, 1}};
  if (variant % 4 == 0) wanted = {{kLine, 1}, {kDigit, 2}, {kLetter, 2}};
  const AlteredPdf altered = alter(pdf, wanted, static_cast<std::uint64_t>(variant));
  PageVersion version{registered(altered.pdf), {}, altered.alterations};
  for (const page::Word& word : version.page.model.words) {
    const int changed = pixels_changed(honest.raster, version.page.raster, word);
    std::string truth;
    double most = 0;
    for (const Altered& one : altered.alterations) {
      const base::Box common = base::intersected(one.box, word.box);
      const double area = std::max(0.0, common.width()) * std::max(0.0, common.height());
      const double whole = one.box.width() * one.box.height();
      const double part = area / std::max(1e-9, std::min(whole, word.box.width() * word.box.height()));
      if (part > kLeastPart && area > most) most = area, truth = name_of(one.kind);
    }
    version.truth.push_back(changed == 0 ? "" : changed < kSeenPixels || truth.empty() ? "beside" : truth);
  }
  return version;
}

std::map<std::string, std::vector<PageVersion>> versions_of(const RealPhotos& real, int variants) {
  std::map<std::string, std::vector<PageVersion>> versions;
  for (const RealPhoto& photo : real.photos) {
    auto& of_invoice = versions[photo.invoice];
    if (!of_invoice.empty()) continue;
    const base::Bytes pdf = base::read_file(photo.file.parent_path() / "original.pdf", 1ull << 28);
    of_invoice.push_back(honest_version(pdf));
    for (int v = 1; v <= variants; ++v)
      of_invoice.push_back(altered_version(pdf, of_invoice.front().page, v));
  }
  return versions;
}

}  // namespace barium::bench
