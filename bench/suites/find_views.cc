// find on simulated pictures of pages of data/pdf/core, in the same vault as find_real: right, wrong and none
// for each camera of bench/cameras. A page that stands in two documents, word for word, counts as right in
// either.
//
//   find_views [--pages N] [--count K] [--foreign] [--only TEXT] CAMERA...
//
// --only: pages whose name holds the text. --foreign: the page shown is taken out of the vault beforehand
// (and nothing may be found).

#include <fmt/core.h>

#include <set>

#include "base/file.h"
#include "base/parallel.h"
#include "base/process.h"
#include "bench/page_vault.h"
#include "image/sample.h"
#include "page/render.h"
#include "sim/photograph.h"

namespace {

using namespace barium;
using namespace barium::bench;
namespace fs = std::filesystem;

constexpr std::uint64_t kMostBytes = 1ull << 30;

struct View {
  std::size_t entry = 0;
  std::string found;
  bool right = false;
  double ms = 0;
  std::string note;
};

std::string text_of(const fs::path& pdf, int page) {
  const std::string number = std::to_string(page);
  const auto result =
      base::run_program({"pdftotext", "-f", number, "-l", number, "-layout", pdf.string(), "-"}, {});
  return std::string(base::as_text(result.output));
}

// The first candidates of the second look, their votes, their matches, and what the check says.
std::string why_none(const PageVault& vault, image::GrayView photo) {
  const auto seen = find::photo_features(photo, {.print = find::Print::kBroken});
  std::string talk = fmt::format("[{} words seen]", seen.words.size());
  for (const auto& c : vault.index.candidates(seen, 3)) {
    const auto checked = check(seen, vault.page(c.page), c);
    talk += fmt::format("  {}:{:.1f}/{}={}", vault.at(c.page).name, c.votes, c.matches.size(),
                        checked ? fmt::format("{:.2f}", checked->score) : "no");
  }
  return talk;
}

View look_at(const PageVault& vault, std::size_t entry, const sim::Camera& camera, std::uint64_t seed) {
  View view{.entry = entry};
  const VaultPage& shown = vault.pages[entry];
  const auto page = page::render_pages(base::read_file(shown.document, kMostBytes), shown.page, shown.page,
                                       {.px_per_pt = 4, .max_side_px = 6000});
  const auto photograph = sim::photograph(page.front().picture, page.front().px_per_pt, camera, seed);
  const auto photo = image::to_gray(photograph.picture);
  const double start = cpu_ms();
  const auto placement = find::identify(photo, vault.index, [&](find::PageId id) { return vault.page(id); });
  view.ms = cpu_ms() - start;
  if (!placement) {
    view.note = why_none(vault, photo);
    return view;
  }
  const VaultPage& named = vault.at(placement->page);
  view.found = named.name;
  view.note = fmt::format("score {:.2f} words {}", placement->score, placement->words_agreeing);
  view.right =
      named.name == shown.name || text_of(named.document, named.page) == text_of(shown.document, shown.page);
  return view;
}

void show(const PageVault& vault, const std::vector<View>& views, const std::string& camera, bool foreign) {
  int right = 0, wrong = 0, none = 0;
  double ms = 0;
  for (const View& v : views) {
    v.found.empty() ? ++none : v.right ? ++right : ++wrong;
    ms += v.ms;
    if (foreign ? !v.found.empty() : !v.right)
      fmt::print("  {} -> {} {}\n", vault.pages[v.entry].name, v.found.empty() ? "none" : v.found, v.note);
  }
  fmt::print("{:32} right {:4} wrong {:4} none {:4}  {:.0f} ms\n", fs::path(camera).stem().string(), right,
             wrong, none, ms / static_cast<double>(views.size()));
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  VaultSettings settings;
  std::size_t count = 50;
  bool foreign = false;
  std::string only;
  std::vector<std::string> cameras;
  for (int i = 1; i < argc; ++i) {
    const std::string flag = argv[i];
    if (flag == "--pages" && i + 1 < argc)
      settings.pages = static_cast<std::size_t>(std::atoi(argv[++i]));
    else if (flag == "--count" && i + 1 < argc)
      count = static_cast<std::size_t>(std::atoi(argv[++i]));
    else if (flag == "--only" && i + 1 < argc)
      only = argv[++i];
    else if (flag == "--foreign")
      foreign = true;
    else
      cameras.push_back(flag);
  }
  if (!fs::exists(settings.data / "pdf/core")) {
    fmt::print("skipped: no documents under {}\n", settings.data.string());
    return 0;
  }
  PageVault all = open_page_vault(settings);
  count = std::min(count, all.pages.size());
  std::vector<std::size_t> shown;
  for (std::size_t i = 0; i < count; ++i)
    if (all.pages[i * all.pages.size() / count].name.find(only) != std::string::npos)
      shown.push_back(i * all.pages.size() / count);
  if (foreign) {
    all.index = find::Index();
    const std::set<std::size_t> out(shown.begin(), shown.end());
    for (std::size_t i = 0; i < all.pages.size(); ++i)
      if (const find::PageId id{static_cast<std::uint32_t>(i)}; !out.contains(i))
        all.index.add(id, all.features(id));
  }
  for (const std::string& file : cameras) {
    const auto bytes = base::read_file(file, kMostBytes);
    const sim::Camera camera = sim::parse_camera(base::as_text(bytes), file);
    std::vector<View> views(shown.size());
    base::parallel_for(shown.size(), 2, [&](std::size_t i) { views[i] = look_at(all, shown[i], camera, i); });
    show(all, views, file, foreign);
  }
}
