// Pictures that must accuse nobody: unmarked originals of registered documents, pages of documents that the
// vault does not hold, and real photographs of foreign pages. Prints accusations and wrong pages; both must
// be 0.
//
//   innocent_pictures [--suite FILE] [--documents N] [--leaks N] [--camera NAME] [--seed N]

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "base/file.h"
#include "base/parallel.h"
#include "base/rng.h"
#include "bench/corpus.h"
#include "bench/options.h"
#include "bench/results.h"
#include "image/decode.h"

namespace {

using namespace barium;

constexpr std::uint64_t kFileLimitBytes = 100'000'000;

// A picture and what it truly shows; nowhere where the vault does not hold it.
struct Innocent {
  std::string kind;
  std::string name;
  std::function<image::GrayImage()> take;
  std::optional<std::pair<std::size_t, std::size_t>> document_and_page;
};

struct Outcome {
  bool found = false, wrong_page = false, accused = false;
};

Innocent simulated(const std::filesystem::path& path, std::size_t page, const std::string& camera,
                   std::uint64_t seed) {
  return {{},
          path.filename().string() + " page " + std::to_string(page + 1) + ", " + camera,
          [=] {
            return bench::photograph_page(base::read_file(path, kFileLimitBytes), page,
                                          bench::read_camera(camera), seed);
          },
          std::nullopt};
}

void add_unmarked(std::vector<Innocent>& all, const bench::Suite& suite, const bench::Vault& vault,
                  const std::filesystem::path& data) {
  for (std::size_t d = 0; d < vault.documents().size(); ++d) {
    const bench::RegisteredDocument& document = vault.documents()[d];
    for (int i = 0; i < suite.leaks * static_cast<int>(suite.camera.size()); ++i) {
      base::Rng rng(suite.seed, "unmarked", d * 1'000'000 + static_cast<std::size_t>(i));
      const std::size_t page = rng.below(document.pages.size());
      const std::string& camera = suite.camera[static_cast<std::size_t>(i) % suite.camera.size()];
      all.push_back(simulated(data / "pdf/core" / document.name, page, camera, rng.bits()));
      all.back().kind = "unmarked original";
      all.back().document_and_page = {d, page};
    }
  }
}

void add_foreign(std::vector<Innocent>& all, const bench::Suite& suite, const std::filesystem::path& data) {
  for (std::size_t f = 0; f < suite.foreign.size(); ++f) {
    for (std::size_t i = 0; i < suite.camera.size(); ++i) {
      base::Rng rng(suite.seed, "foreign", f * 1'000 + i);
      all.push_back(simulated(data / "pdf/core" / suite.foreign[f], 0, suite.camera[i], rng.bits()));
      all.back().kind = "foreign page";
    }
  }
}

void add_real(std::vector<Innocent>& all, const std::filesystem::path& data) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(data / "photos/inv3d_real")) {
    if (entry.path().extension() == ".jpg") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const auto& path : files) {
    all.push_back({"foreign, real photo",
                   path.parent_path().filename().string() + "/" + path.filename().string(),
                   [path] {
                     return image::decode_photo(base::read_file(path, kFileLimitBytes),
                                                {.color = image::DecodedColor::kGray})
                         .frames.at(0)
                         .pixels;
                   },
                   std::nullopt});
  }
}

Outcome try_innocent(const bench::Suite& suite, const bench::Vault& vault, const Innocent& innocent) {
  const bench::Examination seen = bench::examine(vault, innocent.take(), suite.recipients);
  Outcome outcome{.found = seen.place.has_value(), .accused = !seen.traced.accused.empty()};
  if (outcome.found) {
    outcome.wrong_page = innocent.document_and_page !=
                         std::pair<std::size_t, std::size_t>(seen.place->document, seen.place->page);
  }
  return outcome;
}

// {accusations, wrong pages} of one kind, printed and recorded.
void report_kind(const std::string& kind, const std::vector<Innocent>& all,
                 const std::vector<Outcome>& outcomes) {
  std::uint64_t count = 0, found = 0, wrong = 0, accused = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].kind != kind) continue;
    ++count;
    found += outcomes[i].found;
    wrong += outcomes[i].wrong_page;
    accused += outcomes[i].accused;
  }
  fmt::print("{:22} {:8} {:8} {:12} {:12}\n", kind, count, found, wrong, accused);
  bench::record(kind + ".wrong_page", bench::share(wrong, count));
  bench::record(kind + ".accused", bench::share(accused, count));
}

int innocent_pictures(const bench::Suite& suite, const std::filesystem::path& data) {
  const bench::Vault vault = bench::open_vault(suite, data);
  std::vector<Innocent> all;
  add_unmarked(all, suite, vault, data);
  add_foreign(all, suite, data);
  add_real(all, data);
  std::vector<Outcome> outcomes(all.size());
  base::parallel_for(all.size(), 0, [&](std::size_t i) { outcomes[i] = try_innocent(suite, vault, all[i]); });
  fmt::print("{:22} {:>8} {:>8} {:>12} {:>12}\n", "pictures of", "count", "found", "wrong page",
             "accusations");
  for (const char* kind : {"unmarked original", "foreign page", "foreign, real photo"})
    report_kind(kind, all, outcomes);
  bool clean = true;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!outcomes[i].wrong_page && !outcomes[i].accused) continue;
    clean = false;
    fmt::print("{} {}: {}\n", outcomes[i].accused ? "ACCUSED" : "WRONG PAGE", all[i].kind, all[i].name);
  }
  return clean ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  return bench::run_suite({argv + 1, argv + argc}, "bench/suites/innocent_pictures.suite", innocent_pictures);
}
