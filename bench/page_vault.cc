#include "bench/page_vault.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "base/error.h"
#include "base/file.h"
#include "base/parallel.h"
#include "base/process.h"
#include "bench/real_photos.h"
#include "image/decode.h"
#include "image/encode.h"
#include "page/document.h"
#include "page/render.h"

namespace barium::bench {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kMostBytes = 1ull << 30;
constexpr std::size_t kPagesAskedFor = 2000;
constexpr page::RenderOptions kRendering{.max_side_px = 3000};
// Pages a run of the renderer: it reads the document anew each time.
constexpr std::size_t kPagesAtOnce = 16;

// Of data/pdf/nasty, the documents of more than 300 pages, which are ordinary books and manuals but for a
// wrong table of objects or their size; those of few or small pages first.
constexpr const char* kLargeDocuments[] = {"format-corpus__027613", "pdf-reader__linearized_bad_xref_offset",
                                           "docs__gnuplot", "unstructured__DA-619p", "docs__bidi"};

struct Document {
  fs::path pdf;
  std::string name;
  std::string from;  // the folder of the data
  bool with_words = false;
};

std::vector<fs::path> sorted_files(const fs::path& folder) {
  std::vector<fs::path> files;
  if (fs::is_directory(folder))
    for (const auto& item : fs::directory_iterator(folder)) files.push_back(item.path());
  std::ranges::sort(files);
  return files;
}

std::vector<Document> documents(const VaultSettings& settings) {
  std::vector<Document> found;
  for (const auto& folder : sorted_files(settings.data / "photos/inv3d_real"))
    if (settings.with_originals && fs::is_directory(folder))
      found.push_back(
          {folder / "original.pdf", "invoice_" + folder.filename().string(), "photos/inv3d_real", true});
  for (const auto& pdf : sorted_files(settings.data / "pdf/core"))
    found.push_back({pdf, pdf.stem().string(), "pdf/core"});
  for (const std::string name : kLargeDocuments) {
    const fs::path pdf = settings.data / "pdf/nasty" / (name + ".pdf");
    if (fs::exists(pdf)) found.push_back({pdf, name, "pdf/nasty"});
  }
  return found;
}

int page_count(const fs::path& pdf) {
  const auto told = base::run_program({"pdfinfo", pdf.string()}, {});
  constexpr std::string_view kKey = "\nPages:";
  const std::string text(base::as_text(told.output));
  const std::size_t at = text.find(kKey);
  return at == std::string::npos ? 0 : std::atoi(text.c_str() + at + kKey.size());
}

// Of a foreign page the words are not read: finding needs those of pages alone that may be right.
page::RegisteredPage registered(image::GrayImage picture, const VaultPage& from) {
  page::RegisteredPage page;
  page.raster.picture = std::move(picture);
  page.model.width_pt = page.raster.picture.width() / page.raster.px_per_pt;
  page.model.height_pt = page.raster.picture.height() / page.raster.px_per_pt;
  if (from.with_words) {
    page.model = page::read_words(base::read_file(from.document, kMostBytes))
                     .pages[static_cast<std::size_t>(from.page - 1)];
  }
  return page;
}

fs::path features_file(const VaultPage& page) { return page.cached.string() + ".features"; }

void keep_features(const VaultPage& page, const base::Bytes& bytes) {
  base::write_file(features_file(page), bytes, base::Durability::kVisible);
}

// An empty file stands for a page that the renderer refused.
void compute_features(const std::vector<VaultPage>& pages) {
  const auto bytes = base::read_file(pages.front().document, kMostBytes);
  const auto render = [&](int first, int last) { return page::render_pages(bytes, first, last, kRendering); };
  const auto keep = [](const VaultPage& page, image::GrayImage picture) {
    keep_features(page, serialize(find::page_features(registered(std::move(picture), page))));
  };
  try {
    auto rendered = render(pages.front().page, pages.back().page);
    for (std::size_t i = 0; i < pages.size(); ++i) keep(pages[i], std::move(rendered[i].picture));
  } catch (const base::Error&) {
    if (pages.size() == 1) return keep_features(pages.front(), {});
    for (const VaultPage& page : pages) compute_features({page});
  }
}

// Runs of consecutive pages of one document whose features are not known yet.
std::vector<std::vector<VaultPage>> missing(const std::vector<VaultPage>& pages) {
  std::vector<std::vector<VaultPage>> runs;
  for (const VaultPage& page : pages) {
    if (fs::exists(features_file(page))) continue;
    const bool continues = !runs.empty() && runs.back().back().document == page.document &&
                           runs.back().back().page + 1 == page.page && runs.back().size() < kPagesAtOnce;
    if (!continues) runs.emplace_back();
    runs.back().push_back(page);
  }
  return runs;
}

std::vector<VaultPage> pages_of(const std::vector<Document>& documents, const VaultSettings& settings) {
  std::vector<VaultPage> pages;
  for (const Document& document : documents) {
    if (pages.size() >= settings.pages) break;
    const int count = page_count(document.pdf);
    for (int number = 1; number <= count && pages.size() < settings.pages; ++number) {
      const std::string name = fmt::format("{}-{:03}", document.name, number);
      pages.push_back(
          {name, document.from, document.pdf, number, document.with_words, settings.cache / name});
    }
  }
  return pages;
}

}  // namespace

page::RegisteredPage PageVault::page(find::PageId id) const {
  const VaultPage& page = at(id);
  const fs::path file = page.cached.string() + ".png";
  if (!fs::exists(file)) {
    const auto rendered =
        page::render_pages(base::read_file(page.document, kMostBytes), page.page, page.page, kRendering);
    base::write_file(file, image::encode_png(rendered.front().picture), base::Durability::kVisible);
  }
  return registered(gray_picture(file), page);
}

find::PageFeatures PageVault::features(find::PageId id) const {
  return find::parse_features(base::read_file(features_file(at(id)), kMostBytes));
}

PageVault open_page_vault(const VaultSettings& settings) {
  fs::create_directories(settings.cache);
  const auto pages = pages_of(documents(settings), settings);
  const auto runs = missing(pages);
  base::parallel_for(runs.size(), 2, [&](std::size_t i) { compute_features(runs[i]); });
  PageVault vault;
  std::map<std::string, std::size_t> from, refused;
  std::size_t points = 0;
  for (const VaultPage& page : pages) {
    if (fs::file_size(features_file(page)) == 0) {
      ++refused[page.from];
      continue;
    }
    const find::PageId id{static_cast<std::uint32_t>(vault.pages.size())};
    vault.pages.push_back(page);
    const auto features = vault.features(id);
    vault.index.add(id, features);
    points += features.points.size();
    ++from[page.from];
  }
  for (const auto& [folder, count] : from)
    fmt::print("{} pages of {} ({} more could not be drawn)\n", count, folder, refused[folder]);
  const std::size_t count = vault.pages.size();
  fmt::print("{} pages in the vault, {:.0f} points a page\n", count,
             static_cast<double>(points) / static_cast<double>(count));
  if (count < kPagesAskedFor) fmt::print("FEWER than the {} pages that the bar asks for\n", kPagesAskedFor);
  return vault;
}

std::vector<find::PagesInPhoto> identify_pictures(const PageVault& vault, std::size_t count,
                                                  const std::function<image::GrayImage(std::size_t)>& take) {
  std::vector<find::PagesInPhoto> seen(count);
  base::parallel_for(count, 0, [&](std::size_t i) {
    seen[i] = find::identify_all(take(i), vault.index, [&](find::PageId id) { return vault.page(id); });
  });
  return seen;
}

int run_vault_suite(int argc, char** argv, std::size_t count, const VaultSuite& body) try {
  std::vector<std::string> cameras;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--count" && i + 1 < argc)
      count = static_cast<std::size_t>(std::max(1, std::atoi(argv[++i])));
    else if (argument.starts_with("-"))
      throw base::Error(base::ErrorCode::kUsage, "there is no option " + argument + " but --count N");
    else
      cameras.push_back(argument);
  }
  const VaultSettings settings{.pages = 2050};
  if (!fs::exists(settings.data / "photos/inv3d_real")) {
    fmt::print("SKIPPED: no photographs under {}\n", (settings.data / "photos/inv3d_real").string());
    return 0;
  }
  body(open_page_vault(settings), count, cameras);
  return 0;
} catch (const base::Error& error) {
  fmt::print(stderr, "{}\n", error.what());
  return 2;
}

}  // namespace barium::bench
