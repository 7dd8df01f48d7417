// find on the 180 real phone photographs of ten invoices, in a vault that holds the ten originals among 2,000
// and more foreign pages. Right, wrong and none, by kind of paper and by light, and the processor's time.
// In the same run ORB and SIFT, each with the ten originals alone to choose from.
//
//   find_real [--pages N] [--without-originals] [--without-peers] [--verbose] [--cache DIR]
//
// A peer names the original with the most agreeing matches if they are more than any wrong original has in
// any of the photographs: the least number that names no page wrongly here, chosen in hindsight, in the
// peer's favour.

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/parallel.h"
#include "bench/feature_peers.h"
#include "bench/page_vault.h"
#include "bench/real_photos.h"
#include "bench/results.h"

namespace {

using namespace barium;
using namespace barium::bench;
namespace fs = std::filesystem;

enum class Answer { kRight, kWrong, kNone };

struct Row {
  std::array<int, 3> count{};  // by Answer
  void add(Answer answer) { ++count[static_cast<std::size_t>(answer)]; }
};

// One way to find pages: an answer for each photo, and the processor's seconds of all, without decoding.
struct Method {
  std::string name;
  std::vector<Answer> answers;
  double cpu_s = 0;
};

struct Stages {
  double features_ms = 0, candidates_ms = 0, all_ms = 0;
};

struct Seen {
  Answer answer = Answer::kNone;
  Stages stages;
  std::string note;
};

// The first candidates, their votes and matches, and what the check says.
std::string candidates_of(const PageVault& vault, image::GrayView photo) {
  const auto seen = find::photo_features(photo);
  std::string talk = fmt::format("[{} words seen]", seen.words.size());
  for (const auto& c : vault.index.candidates(seen, 6)) {
    const auto checked = check(seen, vault.page(c.page), c);
    talk += fmt::format("  {}:{:.1f}/{}={}", vault.at(c.page).name, c.votes, c.matches.size(),
                        checked ? fmt::format("{:.2f}", checked->score) : "no");
  }
  return talk;
}

Seen examine(const PageVault& vault, const RealPhoto& photo) {
  Seen result;
  const auto picture = pixels_of(photo);
  const double start = cpu_ms();
  const auto seen = find::photo_features(picture);
  const double described = cpu_ms();
  vault.index.candidates(seen, 6);
  const double guessed = cpu_ms();
  double reading_ms = 0;
  const auto placement = find::identify(picture, vault.index, [&](find::PageId id) {
    const double before = cpu_ms();
    auto page = vault.page(id);
    reading_ms += cpu_ms() - before;
    return page;
  });
  result.stages = {described - start, guessed - described, cpu_ms() - guessed - reading_ms};
  const std::string found = placement ? vault.at(placement->page).name : "none";
  if (placement)
    result.answer = found.starts_with("invoice_" + photo.invoice) ? Answer::kRight : Answer::kWrong;
  result.note = fmt::format("{}/{} -> {}", photo.invoice, photo.stem, found);
  if (placement)
    result.note += fmt::format(" score {:.2f} words {}", placement->score, placement->words_agreeing);
  if (result.answer != Answer::kRight) result.note += "  " + candidates_of(vault, picture);
  return result;
}

Method ours(const PageVault& vault, const std::vector<RealPhoto>& photos, bool verbose) {
  std::vector<Seen> seen(photos.size());
  base::parallel_for(photos.size(), 2, [&](std::size_t i) { seen[i] = examine(vault, photos[i]); });
  Method method{.name = "barium", .answers = {}};
  Stages sum;
  for (const Seen& s : seen) {
    method.answers.push_back(s.answer);
    method.cpu_s += s.stages.all_ms / 1e3;
    sum.features_ms += s.stages.features_ms, sum.candidates_ms += s.stages.candidates_ms;
    if (verbose || s.answer != Answer::kRight) fmt::print("{}\n", s.note);
  }
  const auto count = static_cast<double>(photos.size());
  fmt::print("barium, CPU ms a photo: {:.0f}; of a first look alone: features {:.0f}, candidates {:.0f}\n",
             method.cpu_s * 1e3 / count, sum.features_ms / count, sum.candidates_ms / count);
  return method;
}

// counts: of each photo, of each original, how many matches agree. own: which original it shows.
Method judged(const FeaturePeer& peer, const std::vector<std::vector<int>>& counts,
              const std::vector<std::size_t>& own) {
  Method method{.name = peer.name(), .answers = {}};
  int most_of_wrong = 0;
  for (std::size_t i = 0; i < counts.size(); ++i)
    for (std::size_t k = 0; k < counts[i].size(); ++k)
      if (k != own[i]) most_of_wrong = std::max(most_of_wrong, counts[i][k]);
  std::size_t best_is_right = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const auto best = std::ranges::max_element(counts[i]);
    const bool right = static_cast<std::size_t>(best - counts[i].begin()) == own[i];
    best_is_right += right;
    method.answers.push_back(*best <= most_of_wrong ? Answer::kNone
                             : right                ? Answer::kRight
                                                    : Answer::kWrong);
  }
  fmt::print("{}: a page is named from {} agreeing matches; naming the best one always: {} right, {} wrong\n",
             peer.name(), most_of_wrong + 1, best_is_right, counts.size() - best_is_right);
  return method;
}

Method theirs(const FeaturePeer& peer, const std::vector<RealPhoto>& photos,
              const std::vector<std::size_t>& own) {
  std::vector<std::vector<int>> counts(photos.size());
  std::vector<double> ms(photos.size());
  base::parallel_for(photos.size(), 2, [&](std::size_t i) {
    const auto picture = pixels_of(photos[i]);
    const double start = cpu_ms();
    counts[i] = peer.agreeing(picture);
    ms[i] = cpu_ms() - start;
  });
  Method method = judged(peer, counts, own);
  for (const double photo_ms : ms) method.cpu_s += photo_ms / 1e3;
  return method;
}

std::vector<Method> peers_of(const RealPhotos& real) {
  std::vector<image::GrayImage> originals;
  std::map<std::string, std::size_t> place;
  for (const auto& [invoice, page] : real.originals) {
    place[invoice] = originals.size();
    originals.push_back(page.raster.picture);
  }
  std::vector<std::size_t> own;
  for (const RealPhoto& photo : real.photos) own.push_back(place.at(photo.invoice));
  std::vector<Method> methods;
  for (const auto& peer : feature_peers(originals)) methods.push_back(theirs(*peer, real.photos, own));
  if (methods.empty())
    fmt::print(
        "ORB and SIFT skipped: built without OpenCV (apt-get install --no-install-recommends "
        "libopencv-features2d-dev libopencv-calib3d-dev, then configure anew)\n");
  return methods;
}

void print_row(const std::string& key, const std::vector<Method>& methods,
               const std::vector<RealPhoto>& photos, auto&& belongs) {
  fmt::print("{:14}", key);
  for (const Method& method : methods) {
    Row row;
    for (std::size_t i = 0; i < photos.size(); ++i)
      if (belongs(photos[i])) row.add(method.answers[i]);
    const auto [right, wrong, none] = row.count;
    fmt::print(" | {:5} {:5} {:5}", right, wrong, none);
    const auto trials = static_cast<std::uint64_t>(right + wrong + none);
    record(method.name + "." + key + ".right", share(static_cast<std::uint64_t>(right), trials));
    record(method.name + "." + key + ".wrong", share(static_cast<std::uint64_t>(wrong), trials));
  }
  fmt::print("\n");
}

void report(const std::vector<Method>& methods, const std::vector<RealPhoto>& photos) {
  fmt::print("\n{:14}", "");
  for (const Method& method : methods) fmt::print(" | {:17}", method.name);
  fmt::print("\n{:14}", "paper, light");
  for (std::size_t i = 0; i < methods.size(); ++i) fmt::print(" | right wrong  none");
  fmt::print("\n");
  for (const std::string kind : kPaperKinds)
    print_row(kind, methods, photos, [&](const RealPhoto& p) { return p.kind() == kind; });
  for (const std::string light : {"bright", "color", "shadow"})
    print_row(light, methods, photos, [&](const RealPhoto& p) { return p.stem.ends_with("_" + light); });
  print_row("all", methods, photos, [](const RealPhoto&) { return true; });
  fmt::print("{:14}", "CPU s a photo");
  for (const Method& method : methods) {
    const double seconds = method.cpu_s / static_cast<double>(photos.size());
    fmt::print(" | {:17.2f}", seconds);
    record(method.name + ".cpu", exactly(seconds), "s");
  }
  fmt::print("\n");
}

struct Arguments {
  VaultSettings vault;
  bool peers = true, verbose = false;
};

Arguments parse(int argc, char** argv) {
  Arguments given;
  for (int i = 1; i < argc; ++i) {
    const std::string_view flag = argv[i];
    if (flag == "--pages" && i + 1 < argc) {
      given.vault.pages = static_cast<std::size_t>(std::atoi(argv[++i]));
    } else if (flag == "--without-originals") {
      given.vault.with_originals = false;
    } else if (flag == "--without-peers") {
      given.peers = false;
    } else if (flag == "--verbose") {
      given.verbose = true;
    } else if (flag == "--cache" && i + 1 < argc) {
      given.vault.cache = argv[++i];
    } else {
      fmt::print(stderr, "options: --pages N --without-originals --without-peers --verbose --cache FOLDER\n");
      std::exit(2);
    }
  }
  return given;
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments given = parse(argc, argv);
  if (!fs::exists(given.vault.data / "photos/inv3d_real")) {
    fmt::print("skipped: no photographs under {}\n", given.vault.data.string());
    return 0;
  }
  const RealPhotos real = read_real_photos(given.vault.data);
  const PageVault vault = open_page_vault(given.vault);
  std::vector<Method> methods;
  methods.push_back(ours(vault, real.photos, given.verbose));
  record("vault.pages", exactly(static_cast<double>(vault.pages.size())));
  if (given.peers && given.vault.with_originals)
    for (Method& method : peers_of(real)) methods.push_back(std::move(method));
  report(methods, real.photos);
}
