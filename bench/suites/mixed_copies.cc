// Colluders mix their copies in a PDF editor (bench/pdf_editor.h), and the result is photographed: two of
// them and one page, three and three pages. Prints a row for each way of mixing: named one of them at least;
// named somebody innocent.
//
//   mixed_copies [--suite FILE] [--documents N] [--leaks N] [--camera NAME] [--strength PT] [--seed N]

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include "base/parallel.h"
#include "base/rng.h"
#include "bench/corpus.h"
#include "bench/leak.h"
#include "bench/options.h"
#include "bench/pdf_editor.h"
#include "bench/results.h"

namespace {

using namespace barium;

enum class Mix { kWords, kLines, kParts, kOverlay };
constexpr std::array kMixes = {Mix::kWords, Mix::kLines, Mix::kParts, Mix::kOverlay};

const char* name_of(Mix mix) {
  switch (mix) {
    case Mix::kWords:
      return "words";  // each pasted from one of them by chance
    case Mix::kLines:
      return "lines";  // in turns
    case Mix::kParts:
      return "parts";  // the page from top to bottom, in as many parts
    case Mix::kOverlay:
      return "overlay";  // half transparent: a word stands where both do, blurred
  }
  return "";
}

struct Collusion {
  std::size_t document = 0;
  int first_page = 0;  // index
  std::vector<code::CopyNumber> copies;
  Mix mix = Mix::kWords;
  std::uint64_t seed = 0;
};

// Of two colluders one page is seen, of three three.
int pages_of(std::size_t colluders) { return colluders == 2 ? 1 : 3; }

std::size_t taken_from(Mix mix, const page::PageModel& page, std::size_t word, std::size_t colluders,
                       base::Rng& rng) {
  if (mix == Mix::kWords) return rng.below(colluders);
  if (mix == Mix::kLines) return static_cast<std::size_t>(page.words[word].line) % colluders;
  const double depth = std::clamp(page.words[word].box.centre().y / page.height_pt, 0.0, 0.999);
  return static_cast<std::size_t>(depth * static_cast<double>(colluders));
}

base::Bytes mixed(const bench::Vault& vault, const Collusion& it, std::size_t page) {
  std::vector<base::Bytes> copies;
  for (const code::CopyNumber copy : it.copies)
    copies.push_back(bench::copy_of(vault, {.document = it.document, .copy = copy}));
  if (it.mix == Mix::kOverlay) return bench::lay_over(copies, page);
  constexpr double kBesidePt = 0.5;  // cut out with a word: more than it is displaced
  const page::PageModel& model = vault.documents()[it.document].opened.model.pages[page];
  base::Rng rng(it.seed, "mix", page);
  std::vector<bench::Patch> patches(copies.size());
  for (std::size_t w = 0; w < model.words.size(); ++w) {
    base::Box box = model.words[w].box;
    box.x0 -= kBesidePt;
    box.x1 += kBesidePt;
    patches[taken_from(it.mix, model, w, copies.size(), rng)].boxes.push_back(box);
  }
  for (std::size_t i = 0; i < patches.size(); ++i) patches[i].copy = i;
  std::erase_if(patches, [](const bench::Patch& patch) { return patch.copy == 0 || patch.boxes.empty(); });
  return bench::paste(copies, page, patches);
}

struct Outcome {
  std::size_t symbols = 0;
  int pages_found = 0;
  bool named = false, innocent = false;
};

Outcome try_collusion(const bench::Suite& suite, const bench::Vault& vault, const Collusion& it) {
  Outcome outcome;
  std::vector<trace::Evidence> evidence;
  const sim::Camera camera = bench::read_camera(suite.camera.at(0));
  for (int i = 0; i < pages_of(it.copies.size()); ++i) {
    const auto page = static_cast<std::size_t>(it.first_page + i);
    const auto photo = bench::photograph_page(mixed(vault, it, page), 0, camera, it.seed + page);
    const bench::Examination seen = bench::examine(vault, photo, suite.recipients);
    if (!seen.place || seen.place->document != it.document || seen.place->page != page) continue;
    ++outcome.pages_found;
    std::ranges::copy(bench::evidence_of(vault, seen), std::back_inserter(evidence));
  }
  outcome.symbols = evidence.size();
  if (evidence.empty()) return outcome;
  const std::set<code::CopyNumber> guilty(it.copies.begin(), it.copies.end());
  const auto& codebook = vault.documents()[it.document].codebook;
  for (const trace::Accusation& accused : trace::trace(evidence, codebook, suite.recipients).accused)
    (guilty.contains(accused.copy) ? outcome.named : outcome.innocent) = true;
  return outcome;
}

// Pages from which as many as are wanted follow one another, each dense.
std::vector<int> starts(const bench::RegisteredDocument& document, int pages) {
  const std::set<int> leakable(document.leakable.begin(), document.leakable.end());
  std::vector<int> found;
  for (const int page : leakable) {
    bool all = true;
    for (int i = 1; i < pages; ++i) all = all && leakable.contains(page + i);
    if (all) found.push_back(page);
  }
  return found;
}

std::vector<Collusion> draw(const bench::Suite& suite, const bench::Vault& vault, std::size_t colluders,
                            Mix mix) {
  std::vector<Collusion> drawn;
  for (std::size_t d = 0; d < vault.documents().size(); ++d) {
    const std::vector<int> from = starts(vault.documents()[d], pages_of(colluders));
    for (int i = 0; i < suite.leaks && !from.empty(); ++i) {
      base::Rng rng(suite.seed, std::string("collusion ") + name_of(mix),
                    (colluders * 1000 + d) * 1'000'000 + static_cast<std::size_t>(i));
      Collusion it{.document = d, .first_page = from[rng.below(from.size())], .mix = mix};
      std::set<code::CopyNumber> copies;
      while (copies.size() < colluders) copies.insert(rng.below(suite.recipients));
      it.copies.assign(copies.begin(), copies.end());
      it.seed = rng.bits();
      drawn.push_back(it);
    }
  }
  return drawn;
}

int mixed_copies(const bench::Suite& suite, const std::filesystem::path& data) {
  const bench::Vault vault = bench::open_vault(suite, data);
  int innocents = 0;
  fmt::print("{:10} {:10} {:>8} {:>12} {:>12} {:>8} {:>10} {:>10}\n", "colluders", "mixed by", "trials",
             "pages found", "symbols", "named", "", "innocents");
  for (const std::size_t colluders : {2u, 3u})
    for (const Mix mix : kMixes) {
      const std::vector<Collusion> drawn = draw(suite, vault, colluders, mix);
      std::vector<Outcome> outcomes(drawn.size());
      base::parallel_for(drawn.size(), 0,
                         [&](std::size_t i) { outcomes[i] = try_collusion(suite, vault, drawn[i]); });
      std::uint64_t named = 0, innocent = 0, symbols = 0, pages = 0;
      for (const Outcome& outcome : outcomes) {
        named += outcome.named;
        innocent += outcome.innocent;
        symbols += outcome.symbols;
        pages += static_cast<std::uint64_t>(outcome.pages_found);
      }
      innocents += static_cast<int>(innocent);
      const bench::Figure share = bench::share(named, drawn.size());
      bench::record(fmt::format("{}.{}.named", colluders, name_of(mix)), share);
      bench::record(fmt::format("{}.{}.innocents", colluders, name_of(mix)),
                    bench::share(innocent, drawn.size()));
      fmt::print("{:10} {:10} {:8} {:12} {:12.0f} {:8} {:8.1f} % {:10}\n", colluders, name_of(mix),
                 drawn.size(), pages,
                 drawn.empty() ? 0.0 : static_cast<double>(symbols) / static_cast<double>(drawn.size()),
                 named, 100 * share.value, innocent);
      std::fflush(stdout);
    }
  return innocents > 0 ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  return bench::run_suite({argv + 1, argv + argc}, "bench/suites/mixed_copies.suite", mixed_copies);
}
