// align on the 180 real phone photographs of ten unmarked invoices, where every displacement is truly zero.
// By kind of damage: share of words placed, error along the baseline, share of errors within 1.645 sigma (the
// claim is 0.90), wild errors, and the time.
//
//   align_real [--starts FILE] [--kind NAME] [--only FOLDER/STEM] [--words] [--carriers] [--off PT]
//   [--homography]
//
// The rough placement is what `find` gives, among the ten originals; FILE keeps it for the next run. --off
// moves every start by so many points on the page, --homography leaves out the words that find saw. --words
// prints every word. --carriers lets every other word be a carrier, whose mark is truly 0, and expects marks.

#include <fmt/core.h>
#include <time.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "align/align.h"
#include "base/file.h"
#include "find/find.h"
#include "image/decode.h"
#include "page/document.h"
#include "page/render.h"

namespace {

using namespace barium;
namespace fs = std::filesystem;

constexpr std::uint64_t kMostBytes = 1ull << 28;

struct Settings {
  fs::path data = std::getenv("BARIUM_DATA") ? std::getenv("BARIUM_DATA") : "../shared/data";
  fs::path starts;
  std::string kind, only;
  bool words = false, carriers = false, homography = false;
  double off_pt = 0;
};

// carriers: every other word is taken for one.
page::RegisteredPage load_page(const fs::path& folder, bool carriers) {
  const base::Bytes pdf = base::read_file(folder / "original.pdf", kMostBytes);
  auto rendered = page::render_pages(pdf, 1, 1);
  page::RegisteredPage page{page::read_words(pdf).pages.front(),
                            {std::move(rendered.front().picture), rendered.front().px_per_pt}};
  page.model.carriers.clear();
  for (std::uint32_t i = 1; carriers && i < page.model.words.size(); i += 2)
    page.model.carriers.push_back({i, 0.25});
  return page;
}

using Pages = std::map<std::string, page::RegisteredPage>;
struct Start {
  image::Homography photo_from_page;
  std::vector<image::Match> matches;
};
using Starts = std::map<std::string, Start>;

image::GrayImage read_photo(const fs::path& root, const std::string& name) {
  return image::decode_photo(base::read_file(root / (name + ".jpg"), kMostBytes),
                             {.color = image::DecodedColor::kGray})
      .frames.front()
      .pixels;
}

Starts find_starts(const fs::path& root, const Pages& pages) {
  find::Index index;
  std::vector<const page::RegisteredPage*> by_number;
  for (const auto& [folder, page] : pages) {
    index.add(find::PageId{static_cast<std::uint32_t>(by_number.size())}, find::page_features(page));
    by_number.push_back(&page);
  }
  const auto page_of = [&](find::PageId id) { return *by_number[static_cast<std::uint32_t>(id)]; };
  Starts starts;
  for (const auto& [folder, page] : pages)
    for (const auto& file : fs::directory_iterator(root / folder)) {
      if (file.path().extension() != ".jpg") continue;
      const std::string name = folder + "/" + file.path().stem().string();
      const auto found = find::identify(read_photo(root, name).view(), index, page_of);
      if (found && by_number[static_cast<std::uint32_t>(found->page)] == &page)
        starts[name] = {found->photo_from_page, found->matches};
    }
  return starts;
}

void write_starts(const fs::path& file, const Starts& starts) {
  std::ofstream out(file);
  for (const auto& [name, start] : starts) {
    out << name;
    for (const double v : start.photo_from_page.m) out << fmt::format(" {:.17g}", v);
    for (const auto& [page, photo] : start.matches)
      out << fmt::format(" {:.3f} {:.3f} {:.3f} {:.3f}", page.x, page.y, photo.x, photo.y);
    out << "\n";
  }
}

Starts read_starts(const fs::path& file) {
  Starts starts;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    std::istringstream fields(line);
    std::string name;
    Start start;
    fields >> name;
    for (double& v : start.photo_from_page.m) fields >> v;
    if (!fields) continue;
    for (image::Match m; fields >> m.in_page.x >> m.in_page.y >> m.in_photo.x >> m.in_photo.y;)
      start.matches.push_back(m);
    starts[name] = std::move(start);
  }
  return starts;
}

struct Tally {
  std::size_t photos = 0, words = 0, placed = 0, within = 0, wild = 0;
  std::vector<double> size, sigma, ratio2;
  double seconds = 0, slowest = 0;

  void print(const std::string& name) {
    std::sort(size.begin(), size.end());
    std::sort(sigma.begin(), sigma.end());
    const double n = static_cast<double>(std::max<std::size_t>(size.size(), 1));
    const auto quantile = [&](const std::vector<double>& v, double q) {
      return v.empty() ? 0 : v[static_cast<std::size_t>(q * static_cast<double>(v.size() - 1))];
    };
    fmt::print("{:16} {:6} {:6} {:8.2f} {:9.4f} {:8.4f} {:8.4f} {:10.3f} {:8.3f} {:8.0f} {:8.0f}\n", name,
               photos, words,
               100.0 * static_cast<double>(placed) / static_cast<double>(std::max<std::size_t>(words, 1)),
               quantile(size, 0.5), quantile(size, 0.9), quantile(sigma, 0.5),
               static_cast<double>(within) / n, 100 * static_cast<double>(wild) / n,
               1000 * seconds / static_cast<double>(std::max<std::size_t>(photos, 1)), 1000 * slowest);
  }
};

double cpu_s() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

void add(Tally& tally, const align::Alignment& alignment, double seconds) {
  tally.photos += 1;
  tally.seconds += seconds;
  tally.slowest = std::max(tally.slowest, seconds);
  for (const page::WordMeasurement& m : alignment.words) {
    tally.words += 1;
    if (!m.placed) continue;
    tally.placed += 1;
    tally.size.push_back(std::abs(m.dx_pt));
    tally.sigma.push_back(m.sigma_pt);
    tally.within += std::abs(m.dx_pt) < 1.645 * m.sigma_pt;
    tally.wild += std::abs(m.dx_pt) > 5 * m.sigma_pt;
  }
}

Settings parse(int argc, char** argv) {
  Settings s;
  for (int i = 1; i < argc; ++i) {
    const std::string_view flag = argv[i];
    const bool more = i + 1 < argc;
    if (flag == "--starts" && more) s.starts = argv[++i];
    if (flag == "--kind" && more) s.kind = argv[++i];
    if (flag == "--only" && more) s.only = argv[++i];
    if (flag == "--off" && more) s.off_pt = std::atof(argv[++i]);
    if (flag == "--words") s.words = true;
    if (flag == "--carriers") s.carriers = true;
    if (flag == "--homography") s.homography = true;
  }
  return s;
}

void print_words(const page::RegisteredPage& page, const align::Alignment& alignment) {
  for (const page::WordMeasurement& m : alignment.words) {
    const page::Word& word = page.model.words[m.word];
    fmt::print("    {:24} at {:5.0f} {:5.0f} {} dx {:7.3f} dy {:7.3f} sigma {:.3f} match {:.3f}\n", word.text,
               word.box.x0, word.box.y0, m.placed ? "     " : "NOT  ", m.dx_pt, m.dy_pt, m.sigma_pt, m.match);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const Settings settings = parse(argc, argv);
  const fs::path root = settings.data / "photos/inv3d_real";
  if (!fs::exists(root)) {
    fmt::print("skipped: no photographs under {}\n", root.string());
    return 0;
  }
  Pages pages;
  for (const auto& folder : fs::directory_iterator(root))
    if (fs::is_directory(folder))
      pages[folder.path().filename().string()] = load_page(folder.path(), settings.carriers);
  const bool known = !settings.starts.empty() && fs::exists(settings.starts);
  const Starts starts = known ? read_starts(settings.starts) : find_starts(root, pages);
  if (!known && !settings.starts.empty()) write_starts(settings.starts, starts);
  std::map<std::string, Tally> tallies;
  for (const auto& [name, start] : starts) {
    const std::string folder = name.substr(0, name.find('/'));
    const std::string stem = name.substr(name.find('/') + 1), kind = stem.substr(0, stem.find('_'));
    if ((!settings.kind.empty() && settings.kind != kind) ||
        (!settings.only.empty() && settings.only != name))
      continue;
    const image::GrayImage photo = read_photo(root, name);
    image::Homography moved;
    moved.m = {1, 0, settings.off_pt, 0, 1, -settings.off_pt, 0, 0, 1};
    align::AlignOptions options;
    if (!settings.carriers) options.marks = align::AlignOptions::Marks::kUnmarked;
    const double before = cpu_s();
    const std::span<const image::Match> matches =
        settings.homography ? std::span<const image::Match>() : start.matches;
    const align::Alignment alignment =
        align::align_page(photo.view(), pages[folder], start.photo_from_page * moved, matches, options);
    const double seconds = cpu_s() - before;
    Tally own;
    add(own, alignment, seconds);
    own.print(settings.words ? name : "  " + name);
    if (settings.words) print_words(pages[folder], alignment);
    add(tallies[kind], alignment, seconds);
    add(tallies["~all"], alignment, seconds);
  }
  fmt::print("{:16} {:>6} {:>6} {:>8} {:>9} {:>8} {:>8} {:>10} {:>8} {:>8} {:>8}\n", "kind", "photos",
             "words", "placed%", "median|e|", "90%|e|", "sigma", "in 1.645 s", ">5 s %", "mean ms",
             "most ms");
  for (auto& [kind, tally] : tallies) tally.print(kind);
}
