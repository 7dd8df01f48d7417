#pragma once

// The vault that the suites of find look in: the ten photographed invoices and the pages of data/pdf/core.
// Their pictures and features are kept under a cache folder (default /tmp/barium_cache/find), which may be
// deleted at any time and must be when page_features changes.

#include <fmt/core.h>
#include <time.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/parallel.h"
#include "base/process.h"
#include "find/find.h"
#include "image/decode.h"
#include "image/encode.h"
#include "page/render.h"

namespace barium::bench {

namespace fs = std::filesystem;

constexpr std::uint64_t kMostBytes = 1ull << 30;

struct Settings {
  std::size_t pages = 1200;
  bool with_originals = true;
  bool verbose = false;
  fs::path cache = "/tmp/barium_cache/find";
  fs::path data = std::getenv("BARIUM_DATA") ? std::getenv("BARIUM_DATA") : "../../shared/data";
};

inline double cpu_ms() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

inline image::GrayImage gray_picture(const fs::path& file) {
  const auto photo =
      image::decode_photo(base::read_file(file, kMostBytes), {.color = image::DecodedColor::kGray});
  return photo.frames.front().pixels;
}

struct Entry {
  std::string name;
  fs::path picture;  // PNG of the page at kRasterPxPerPt
  fs::path words;    // words.json, or empty
  fs::path features;
  fs::path document;
  int page = 1;
};

inline double number_after(std::string_view text, std::string_view key, std::size_t from) {
  const std::size_t at = text.find(key, from);
  return at == std::string_view::npos ? 0 : std::atof(text.data() + at + key.size());
}

// words.json: boxes in pixels at 200 dpi.
inline std::vector<page::Word> words_of(const fs::path& file) {
  const auto bytes = base::read_file(file, kMostBytes);
  const std::string text(base::as_text(bytes));
  std::vector<page::Word> words;
  for (std::size_t at = text.find("\"text\""); at != std::string::npos; at = text.find("\"text\"", at + 1)) {
    const double left = number_after(text, "\"left\":", at), top = number_after(text, "\"top\":", at);
    const double width = number_after(text, "\"width\":", at), height = number_after(text, "\"height\":", at);
    page::Word word;
    const double s = 1 / page::kRasterPxPerPt;
    word.box = {left * s, top * s, (left + width) * s, (top + height) * s};
    word.along = {1, 0};
    words.push_back(word);
  }
  return words;
}

inline page::RegisteredPage load(const Entry& entry) {
  page::RegisteredPage page;
  page.raster.picture = gray_picture(entry.picture);
  page.model.width_pt = page.raster.picture.width() / page.raster.px_per_pt;
  page.model.height_pt = page.raster.picture.height() / page.raster.px_per_pt;
  if (!entry.words.empty()) page.model.words = words_of(entry.words);
  return page;
}

// Renders what the cache lacks.
inline void add_document(const Settings& settings, const fs::path& pdf, const std::string& name, int last,
                         const fs::path& words, std::vector<Entry>& entries) {
  const auto bytes = base::read_file(pdf, kMostBytes);
  for (int page = 1; page <= last; ++page) {
    const fs::path stem = settings.cache / fmt::format("{}-{:03}", name, page);
    Entry entry{
        stem.filename().string(), stem.string() + ".png", words, stem.string() + ".features", pdf, page};
    const fs::path end = stem.string() + ".end";
    if (fs::exists(end) || entries.size() >= settings.pages) return;
    if (!fs::exists(entry.picture)) {
      try {
        const auto rendered = page::render_pages(bytes, page, page, {.max_side_px = 3000});
        base::write_file(entry.picture, image::encode_png(rendered.front().picture),
                         base::Durability::kVisible);
      } catch (const base::Error&) {
        base::write_file(end, {}, base::Durability::kVisible);
        return;
      }
    }
    entries.push_back(entry);
  }
}

inline find::PageFeatures features_of(const Entry& entry) {
  if (fs::exists(entry.features)) return find::parse_features(base::read_file(entry.features, kMostBytes));
  const auto bytes = serialize(find::page_features(load(entry)));
  base::write_file(entry.features, bytes, base::Durability::kVisible);
  return find::parse_features(bytes);
}

inline std::vector<fs::path> sorted_files(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& item : fs::directory_iterator(folder)) files.push_back(item.path());
  std::sort(files.begin(), files.end());
  return files;
}

struct Vault {
  std::vector<Entry> entries;
  find::Index index;
  page::RegisteredPage page(find::PageId id) const { return load(entries[static_cast<std::size_t>(id)]); }
};

inline Vault open_vault(const Settings& settings) {
  Vault vault;
  fs::create_directories(settings.cache);
  for (const auto& folder : sorted_files(settings.data / "photos/inv3d_real"))
    if (settings.with_originals && fs::is_directory(folder))
      add_document(settings, folder / "original.pdf", "invoice_" + folder.filename().string(), 1,
                   folder / "words.json", vault.entries);
  for (const auto& pdf : sorted_files(settings.data / "pdf/core"))
    add_document(settings, pdf, pdf.stem().string(), 400, {}, vault.entries);
  vault.entries.resize(std::min(vault.entries.size(), settings.pages));
  std::vector<find::PageFeatures> features(vault.entries.size());
  base::parallel_for(features.size(), 2, [&](std::size_t i) { features[i] = features_of(vault.entries[i]); });
  std::size_t points = 0, bytes = 0;
  for (std::size_t i = 0; i < features.size(); ++i) {
    vault.index.add(find::PageId{static_cast<std::uint32_t>(i)}, features[i]);
    points += features[i].points.size();
    bytes += serialize(features[i]).size();
  }
  fmt::print("{} pages in the vault, {:.0f} points and {:.0f} bytes of features a page\n", features.size(),
             static_cast<double>(points) / static_cast<double>(features.size()),
             static_cast<double>(bytes) / static_cast<double>(features.size()));
  return vault;
}

}  // namespace barium::bench
