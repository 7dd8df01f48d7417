// find on simulated pictures of pages of data/pdf/core, in the same vault as find_real: right, wrong and none
// for each camera of bench/cameras. A page that stands in two documents, word for word, counts as right in
// either.
//
//   find_views [--pages N] [--count K] [--foreign] [--only TEXT] CAMERA...
//
// --only: pages whose name holds the text. --foreign: the page shown is taken out of the vault beforehand
// (and nothing may be found).

#include <set>

#include "find_vault.h"
#include "image/sample.h"
#include "sim/photograph.h"

namespace {

using namespace barium;
using namespace barium::bench;

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
std::string why_none(const Vault& vault, image::GrayView photo) {
  const auto seen = find::photo_features(photo, find::Polarity::kDarkOnLight, find::Print::kBroken);
  std::string talk = fmt::format("[{} words seen]", seen.words.size());
  for (const auto& c : vault.index.candidates(seen, 3)) {
    const auto checked = check(seen, vault.page(c.page), c);
    talk += fmt::format("  {}:{:.1f}/{}={}", vault.entries[static_cast<std::size_t>(c.page)].name, c.votes,
                        c.matches.size(), checked ? fmt::format("{:.2f}", checked->score) : "no");
  }
  return talk;
}

View look_at(const Vault& vault, std::size_t entry, const sim::Camera& camera, std::uint64_t seed) {
  View view{.entry = entry};
  const Entry& shown = vault.entries[entry];
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
  const Entry& named = vault.entries[static_cast<std::size_t>(placement->page)];
  view.found = named.name;
  view.note = fmt::format("score {:.2f} words {}", placement->score, placement->words_agreeing);
  view.right =
      named.name == shown.name || text_of(named.document, named.page) == text_of(shown.document, shown.page);
  return view;
}

void show(const Vault& vault, const std::vector<View>& views, const std::string& camera, bool foreign) {
  int right = 0, wrong = 0, none = 0;
  double ms = 0;
  for (const View& v : views) {
    v.found.empty() ? ++none : v.right ? ++right : ++wrong;
    ms += v.ms;
    if (foreign ? !v.found.empty() : !v.right)
      fmt::print("  {} -> {} {}\n", vault.entries[v.entry].name, v.found.empty() ? "none" : v.found, v.note);
  }
  fmt::print("{:32} right {:4} wrong {:4} none {:4}  {:.0f} ms\n", fs::path(camera).stem().string(), right,
             wrong, none, ms / static_cast<double>(views.size()));
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
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
  Vault all = open_vault(settings);
  count = std::min(count, all.entries.size());
  std::vector<std::size_t> shown;
  for (std::size_t i = 0; i < count; ++i)
    if (all.entries[i * all.entries.size() / count].name.find(only) != std::string::npos)
      shown.push_back(i * all.entries.size() / count);
  if (foreign) {
    all.index = find::Index();
    const std::set<std::size_t> out(shown.begin(), shown.end());
    for (std::size_t i = 0; i < all.entries.size(); ++i)
      if (!out.contains(i))
        all.index.add(find::PageId{static_cast<std::uint32_t>(i)}, features_of(all.entries[i]));
  }
  for (const std::string& file : cameras) {
    const auto bytes = base::read_file(file, kMostBytes);
    const sim::Camera camera = sim::parse_camera(base::as_text(bytes), file);
    std::vector<View> views(shown.size());
    base::parallel_for(shown.size(), 2, [&](std::size_t i) { views[i] = look_at(all, shown[i], camera, i); });
    show(all, views, file, foreign);
  }
}
