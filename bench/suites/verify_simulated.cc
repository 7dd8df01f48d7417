// verify on honest marked copies through the cameras: nothing on them is altered, so every word, rule or
// picture called altered is a false alarm. Words vouched for and called altered, by camera.
//
//   verify_simulated [--suite FILE] [--documents N] [--leaks N] [--camera NAME] [--seed N]

#include <fmt/format.h>

#include "align/align.h"
#include "base/parallel.h"
#include "bench/corpus.h"
#include "bench/leak.h"
#include "bench/options.h"
#include "bench/results.h"
#include "verify/added_ink.h"
#include "verify/graphics.h"
#include "verify/verify.h"

namespace {

using namespace barium;

struct Outcome {
  bool found = false;
  std::uint64_t words = 0, vouched = 0, altered = 0, added = 0;
  std::uint64_t graphics = 0, graphics_vouched = 0, graphics_altered = 0;
  std::string alarms;
};

Outcome look(const bench::Vault& vault, const bench::Leak& leak) {
  const auto photo = bench::photograph_page(bench::copy_of(vault, leak), leak.page,
                                            bench::read_camera(leak.channel), leak.seed);
  const auto places = vault.find(photo.view());
  Outcome outcome;
  outcome.found = places.size() == 1 && places[0].document == leak.document && places[0].page == leak.page;
  if (!outcome.found) return outcome;
  const page::RegisteredPage& page = vault.documents()[leak.document].pages[leak.page];
  const align::Alignment aligned =
      align::align_page(photo, page, places[0].photo_from_page, places[0].matches);
  const std::vector<verify::WordFinding> findings = verify::verify_words(photo, page, aligned);
  for (std::size_t i = 0; i < findings.size(); ++i) {
    ++outcome.words;
    outcome.vouched += findings[i].state == verify::WordState::kVouched;
    if (findings[i].state != verify::WordState::kAltered) continue;
    ++outcome.altered;
    outcome.alarms +=
        fmt::format("called altered: {} {} page {} '{}'\n", leak.channel,
                    vault.documents()[leak.document].name, leak.page + 1, page.model.words[i].text);
  }
  const verify::LaidPage laid = verify::lay_page(photo, page, aligned);
  const std::vector<verify::GraphicFinding> graphics = verify::look_at_graphics(laid, page, aligned);
  for (const verify::GraphicFinding& graphic : graphics) {
    ++outcome.graphics;
    outcome.graphics_vouched += graphic.state == verify::GraphicFinding::State::kVouched;
    if (graphic.state != verify::GraphicFinding::State::kAltered) continue;
    ++outcome.graphics_altered;
    outcome.alarms +=
        fmt::format("{} called altered: {} {} page {} at {:.0f} {:.0f} pt\n",
                    graphic.kind == verify::Graphic::Kind::kRule ? "rule" : "picture", leak.channel,
                    vault.documents()[leak.document].name, leak.page + 1, graphic.where.x0, graphic.where.y0);
  }
  for (const verify::AddedInk& ink :
       verify::look_at_blank_paper(laid, page, aligned, findings, graphics).added) {
    ++outcome.added;
    outcome.alarms +=
        fmt::format("ink on blank paper: {} {} page {} at {:.0f} {:.0f} pt\n", leak.channel,
                    vault.documents()[leak.document].name, leak.page + 1, ink.where.x0, ink.where.y0);
  }
  return outcome;
}

int run(const bench::Suite& suite, const std::filesystem::path& data) {
  const bench::Vault vault = bench::open_vault(suite, data);
  const std::vector<bench::Leak> leaks = bench::draw_leaks(suite, vault, "verify");
  std::vector<Outcome> outcomes(leaks.size());
  base::parallel_for(leaks.size(), 0, [&](std::size_t i) { outcomes[i] = look(vault, leaks[i]); });
  fmt::print("{:20} {:>8} {:>7} {:>8} {:>10} {:>8} {:>13} {:>5} {:>9} {:>10} {:>8}\n", "camera", "pictures",
             "found", "words", "vouched for", "altered", "pages called", "ink", "graphics", "vouched for",
             "altered");
  std::uint64_t alarms = 0;
  for (const std::string& camera : suite.camera) {
    Outcome sum;
    std::uint64_t pictures = 0, found = 0, called = 0;
    for (std::size_t i = 0; i < leaks.size(); ++i) {
      if (leaks[i].channel != camera) continue;
      ++pictures, found += outcomes[i].found, called += outcomes[i].altered > 0;
      sum.words += outcomes[i].words, sum.vouched += outcomes[i].vouched, sum.altered += outcomes[i].altered;
      sum.added += outcomes[i].added;
      sum.graphics += outcomes[i].graphics, sum.graphics_vouched += outcomes[i].graphics_vouched;
      sum.graphics_altered += outcomes[i].graphics_altered;
    }
    const bench::Figure vouched = bench::share(sum.vouched, sum.words);
    fmt::print("{:20} {:8} {:7} {:8} {:9.1f} % {:8} {:13} {:5} {:9} {:8.1f} % {:8}\n", camera, pictures,
               found, sum.words, 100 * vouched.value, sum.altered, called, sum.added, sum.graphics,
               100.0 * static_cast<double>(sum.graphics_vouched) /
                   static_cast<double>(std::max<std::uint64_t>(1, sum.graphics)),
               sum.graphics_altered);
    bench::record(camera + ".vouched", vouched, "share");
    alarms += sum.altered + sum.added + sum.graphics_altered;
  }
  for (const Outcome& outcome : outcomes) fmt::print("{}", outcome.alarms);
  return alarms == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  return bench::run_suite({argv + 1, argv + argc}, "bench/suites/channels.suite", run);
}
