// find on the 180 real phone photographs of ten invoices, in a vault that holds the ten originals among many
// foreign pages. Right, wrong and none, by kind of damage, and the time of each stage.
//
//   find_real [--pages N] [--without-originals] [--verbose] [--cache DIR]

#include <map>

#include "find_vault.h"

namespace {

using namespace barium;
using namespace barium::bench;

struct Outcome {
  std::string kind, light, file, found, note;
  bool right = false;
  double features_ms = 0, candidates_ms = 0, check_ms = 0;
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
    if (flag == "--pages" && i + 1 < argc) {
      settings.pages = static_cast<std::size_t>(std::atoi(argv[++i]));
    } else if (flag == "--without-originals") {
      settings.with_originals = false;
    } else if (flag == "--verbose") {
      settings.verbose = true;
    } else if (flag == "--cache" && i + 1 < argc) {
      settings.cache = argv[++i];
    } else {
      fmt::print(stderr, "options: --pages N --without-originals --verbose --cache FOLDER\n");
      std::exit(2);
    }
  }
  return settings;
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
