// find on the 180 real phone photographs of ten invoices, in a vault that holds the ten originals among many
// foreign pages. Right, wrong and none, by kind of damage, and the time of each stage.
//
//   find_real [--pages N] [--without-originals] [--verbose] [--cache DIR]
//
// The foreign pages are those of data/pdf/core; their pictures and features are kept under the cache folder
// (default /tmp/barium_cache/find), which may be deleted at any time and must be when page_features changes.

#include <fmt/core.h>
#include <time.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/parallel.h"
#include "find/find.h"
#include "image/decode.h"
#include "image/encode.h"
#include "page/render.h"

namespace {

using namespace barium;
namespace fs = std::filesystem;

constexpr std::uint64_t kMostBytes = 1ull << 30;

struct Settings {
  std::size_t pages = 1200;
  bool with_originals = true;
  bool verbose = false;
  fs::path cache = "/tmp/barium_cache/find";
  fs::path data = std::getenv("BARIUM_DATA") ? std::getenv("BARIUM_DATA") : "../../shared/data";
};

double cpu_ms() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

image::GrayImage gray_picture(const fs::path& file) {
  const auto photo =
      image::decode_photo(base::read_file(file, kMostBytes), {.color = image::DecodedColor::kGray});
  return photo.frames.front().pixels;
}

struct Entry {
  std::string name;
  fs::path picture;  // PNG of the page at kRasterPxPerPt
  fs::path words;    // words.json, or empty
  fs::path features;
};

double number_after(std::string_view text, std::string_view key, std::size_t from) {
  const std::size_t at = text.find(key, from);
  return at == std::string_view::npos ? 0 : std::atof(text.data() + at + key.size());
}

// words.json: boxes in pixels at 200 dpi.
std::vector<page::Word> words_of(const fs::path& file) {
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

page::RegisteredPage load(const Entry& entry) {
  page::RegisteredPage page;
  page.raster.picture = gray_picture(entry.picture);
  page.model.width_pt = page.raster.picture.width() / page.raster.px_per_pt;
  page.model.height_pt = page.raster.picture.height() / page.raster.px_per_pt;
  if (!entry.words.empty()) page.model.words = words_of(entry.words);
  return page;
}

// Renders what the cache lacks.
void add_document(const Settings& settings, const fs::path& pdf, const std::string& name, int last,
                  const fs::path& words, std::vector<Entry>& entries) {
  const auto bytes = base::read_file(pdf, kMostBytes);
  for (int page = 1; page <= last; ++page) {
    const fs::path stem = settings.cache / fmt::format("{}-{:03}", name, page);
    Entry entry{stem.filename().string(), stem.string() + ".png", words, stem.string() + ".features"};
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

find::PageFeatures features_of(const Entry& entry) {
  if (fs::exists(entry.features)) return find::parse_features(base::read_file(entry.features, kMostBytes));
  const auto bytes = serialize(find::page_features(load(entry)));
  base::write_file(entry.features, bytes, base::Durability::kVisible);
  return find::parse_features(bytes);
}

std::vector<fs::path> sorted_files(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& item : fs::directory_iterator(folder)) files.push_back(item.path());
  std::sort(files.begin(), files.end());
  return files;
}

struct Outcome {
  std::string kind, light, file, found, note;
  bool right = false;
  double features_ms = 0, candidates_ms = 0, check_ms = 0;
};

struct Vault {
  std::vector<Entry> entries;
  find::Index index;
  page::RegisteredPage page(find::PageId id) const { return load(entries[static_cast<std::size_t>(id)]); }
};

Outcome examine(const Vault& vault, const fs::path& photo_file) {
  Outcome outcome;
  const std::string stem = photo_file.stem().string(), invoice = photo_file.parent_path().filename().string();
  outcome.kind = stem.substr(0, stem.find('_'));
  outcome.light = stem.substr(stem.find('_') + 1);
  outcome.file = invoice + "/" + stem;
  const auto photo = gray_picture(photo_file);
  const double t0 = cpu_ms();
  const auto seen = find::photo_features(photo);
  const double t1 = cpu_ms();
  const auto candidates = vault.index.candidates(seen, 6);
  const double t2 = cpu_ms();
  std::map<std::uint32_t, page::RegisteredPage> pages;
  for (const auto& c : candidates) pages.emplace(static_cast<std::uint32_t>(c.page), vault.page(c.page));
  const double t3 = cpu_ms();
  const auto placement = find::identify(photo, vault.index, [&](find::PageId id) {
    const auto known = pages.find(static_cast<std::uint32_t>(id));
    return known != pages.end() ? known->second : vault.page(id);
  });
  outcome.features_ms = t1 - t0;
  outcome.candidates_ms = t2 - t1;
  outcome.check_ms = cpu_ms() - t3 - (t2 - t0);
  if (placement) outcome.found = vault.entries[static_cast<std::size_t>(placement->page)].name;
  outcome.right = placement && outcome.found.starts_with("invoice_" + invoice);
  if (placement)
    outcome.note = fmt::format("score {:.2f} words {}", placement->score, placement->words_agreeing);
  outcome.note += fmt::format("  [{} words seen]", seen.words.size());
  for (const auto& c : candidates) {
    const auto checked = check(seen, pages.at(static_cast<std::uint32_t>(c.page)), c);
    outcome.note +=
        fmt::format("  {}:{:.1f}/{}={}", vault.entries[static_cast<std::size_t>(c.page)].name, c.votes,
                    c.matches.size(), checked ? fmt::format("{:.2f}", checked->score) : "no");
  }
  return outcome;
}

void report(const std::vector<Outcome>& outcomes) {
  struct Row {
    int right = 0, wrong = 0, none = 0;
  };
  std::map<std::string, Row> rows;
  double features = 0, candidates = 0, checks = 0;
  for (const Outcome& o : outcomes) {
    for (const std::string& key : {o.kind, "~" + o.light, std::string("~~all")}) {
      Row& row = rows[key];
      o.found.empty() ? ++row.none : o.right ? ++row.right : ++row.wrong;
    }
    features += o.features_ms, candidates += o.candidates_ms, checks += o.check_ms;
  }
  fmt::print("{:14} {:>6} {:>6} {:>6}\n", "kind", "right", "wrong", "none");
  for (const auto& [key, row] : rows)
    fmt::print("{:14} {:6} {:6} {:6}\n", key.substr(key.find_first_not_of('~')), row.right, row.wrong,
               row.none);
  const auto count = static_cast<double>(outcomes.size());
  fmt::print("mean CPU ms a photo: features {:.0f}, candidates {:.0f}, check {:.0f}\n", features / count,
             candidates / count, checks / count);
}

Settings parse(int argc, char** argv) {
  Settings settings;
  for (int i = 1; i < argc; ++i) {
    const std::string_view flag = argv[i];
    if (flag == "--pages" && i + 1 < argc) settings.pages = static_cast<std::size_t>(std::atoi(argv[++i]));
    if (flag == "--without-originals") settings.with_originals = false;
    if (flag == "--verbose") settings.verbose = true;
    if (flag == "--cache" && i + 1 < argc) settings.cache = argv[++i];
  }
  return settings;
}

Vault open_vault(const Settings& settings) {
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

}  // namespace

int main(int argc, char** argv) {
  const Settings settings = parse(argc, argv);
  if (!fs::exists(settings.data / "photos/inv3d_real")) {
    fmt::print("skipped: no photographs under {}\n", settings.data.string());
    return 0;
  }
  const Vault vault = open_vault(settings);
  std::vector<fs::path> photos;
  for (const auto& folder : sorted_files(settings.data / "photos/inv3d_real"))
    if (fs::is_directory(folder))
      for (const auto& file : sorted_files(folder))
        if (file.extension() == ".jpg") photos.push_back(file);
  std::vector<Outcome> outcomes(photos.size());
  base::parallel_for(photos.size(), 2, [&](std::size_t i) { outcomes[i] = examine(vault, photos[i]); });
  for (const Outcome& o : outcomes)
    if (settings.verbose || (!o.right && settings.with_originals) ||
        (!settings.with_originals && !o.found.empty()))
      fmt::print("{:32} {} {:20} {}\n", o.file,
                 o.found.empty() ? "NONE "
                 : o.right       ? "right"
                                 : "WRONG",
                 o.found, o.note);
  report(outcomes);
}
