// verify on honest marked copies through the cameras, or as other programs render them (renders.suite):
// nothing on them is altered, so every word, rule or picture called altered is a false alarm. Words vouched
// for and called altered, pages called genuine and what the others lack for it, by camera.
//
//   verify_simulated [--suite FILE] [--documents N] [--leaks N] [--camera NAME] [--seed N]

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "align/align.h"
#include "base/parallel.h"
#include "bench/corpus.h"
#include "bench/leak.h"
#include "bench/options.h"
#include "bench/results.h"
#include "verify/added_ink.h"
#include "verify/graphics.h"
#include "verify/verdict.h"
#include "verify/verify.h"

namespace {

using namespace barium;

constexpr std::array kLacks{verify::Lack::kOutOfView, verify::Lack::kDoubtful,   verify::Lack::kTooCoarse,
                            verify::Lack::kGraphics,  verify::Lack::kBlankPaper, verify::Lack::kLines};
constexpr const char* kLackNames = " view doubt coarse graph blank lines";

struct Outcome {
  bool found = false;
  verify::PageVerdict page;
  std::uint64_t words = 0, vouched = 0, doubtful = 0, altered = 0, added = 0;
  std::uint64_t graphics = 0, graphics_vouched = 0, graphics_altered = 0;
  std::string alarms;
};

Outcome look(const bench::Vault& vault, const bench::Leak& leak) {
  const auto photo = bench::take_picture(bench::copy_of(vault, leak), leak.page, leak.channel, leak.seed);
  const auto places = vault.find(photo.view());
  Outcome outcome;
  outcome.found = places.size() == 1 && places[0].document == leak.document && places[0].page == leak.page;
  if (!outcome.found) return outcome;
  const page::RegisteredPage& page = vault.documents()[leak.document].pages[leak.page];
  const align::Alignment aligned =
      align::align_page(photo, page, places[0].photo_from_page, places[0].matches);
  const auto alarm = [&](const std::string& what) {
    outcome.alarms += fmt::format("{}: {} {} page {}\n", what, leak.channel,
                                  vault.documents()[leak.document].name, leak.page + 1);
  };
  const std::vector<verify::WordFinding> findings = verify::verify_words(photo, page, aligned);
  for (std::size_t i = 0; i < findings.size(); ++i) {
    ++outcome.words;
    outcome.vouched += findings[i].state == verify::WordState::kVouched;
    outcome.doubtful += findings[i].reason == verify::Reason::kDoubtful;
    if (findings[i].state != verify::WordState::kAltered) continue;
    ++outcome.altered;
    alarm(fmt::format("word '{}' called altered", page.model.words[i].text));
  }
  const verify::LaidPage laid = verify::lay_page(photo, page, aligned);
  const std::vector<verify::GraphicFinding> graphics = verify::look_at_graphics(laid, page, aligned);
  for (const verify::GraphicFinding& graphic : graphics) {
    ++outcome.graphics;
    outcome.graphics_vouched += graphic.state == verify::GraphicFinding::State::kVouched;
    if (graphic.state != verify::GraphicFinding::State::kAltered) continue;
    ++outcome.graphics_altered;
    alarm(fmt::format("{} at {:.0f} {:.0f} pt called altered",
                      graphic.kind == verify::Graphic::Kind::kRule ? "rule" : "picture", graphic.where.x0,
                      graphic.where.y0));
  }
  const verify::BlankPaper blank = verify::look_at_blank_paper(laid, page, aligned, findings, graphics);
  for (const verify::AddedInk& ink : blank.added) {
    ++outcome.added;
    alarm(fmt::format("ink on blank paper at {:.0f} {:.0f} pt", ink.where.x0, ink.where.y0));
  }
  outcome.page = verify::judge_page(findings, blank, graphics);
  return outcome;
}

// Of one camera; the head of the table is printed by run.
std::uint64_t print_row(const std::string& camera, const std::vector<Outcome>& outcomes) {
  Outcome sum;
  std::uint64_t found = 0, called = 0, genuine = 0;
  std::array<int, kLacks.size()> lacks{};
  for (const Outcome& one : outcomes) {
    if (!one.found) continue;
    ++found, called += one.page.verdict == verify::Verdict::kAltered;
    genuine += one.page.verdict == verify::Verdict::kGenuine;
    sum.words += one.words, sum.vouched += one.vouched, sum.doubtful += one.doubtful;
    sum.altered += one.altered, sum.added += one.added;
    sum.graphics += one.graphics, sum.graphics_vouched += one.graphics_vouched;
    sum.graphics_altered += one.graphics_altered;
    for (std::size_t i = 0; i < kLacks.size(); ++i)
      lacks[i] += static_cast<int>(std::ranges::count(one.page.lacks, kLacks[i]));
  }
  const bench::Figure vouched = bench::share(sum.vouched, sum.words);
  const bench::Figure genuine_share = bench::share(genuine, found);
  fmt::print("{:20} {:8} {:6} {:7} {:8} {:7} {:8.1f} % {:8} {:8} {:4} {:9} {:6.1f} % {:8}  ", camera,
             outcomes.size(), found, called, genuine, sum.words, 100 * vouched.value, sum.doubtful,
             sum.altered, sum.added, sum.graphics,
             100.0 * static_cast<double>(sum.graphics_vouched) /
                 static_cast<double>(std::max<std::uint64_t>(1, sum.graphics)),
             sum.graphics_altered);
  fmt::print(" {:4} {:5} {:6} {:5} {:5} {:5}\n", lacks[0], lacks[1], lacks[2], lacks[3], lacks[4], lacks[5]);
  bench::record(camera + ".vouched", vouched, "share");
  bench::record(camera + ".genuine", genuine_share, "share");
  return sum.altered + sum.added + sum.graphics_altered;
}

int run(const bench::Suite& suite, const std::filesystem::path& data) {
  const bench::Vault vault = bench::open_vault(suite, data);
  const std::vector<bench::Leak> leaks = bench::draw_leaks(suite, vault, "verify");
  std::vector<Outcome> outcomes(leaks.size());
  base::parallel_for(leaks.size(), 0, [&](std::size_t i) { outcomes[i] = look(vault, leaks[i]); });
  fmt::print("{:20} {:>8} {:>6} {:>7} {:>8} {:>7} {:>10} {:>8} {:>8} {:>4} {:>9} {:>8} {:>8}  {}\n", "",
             "pictures", "found", "altered", "genuine", "words", "vouched", "doubtful", "altered", "ink",
             "graphics", "vouched", "altered", kLackNames);
  std::uint64_t alarms = 0;
  for (const std::string& camera : suite.camera) {
    std::vector<Outcome> of_camera;
    for (std::size_t i = 0; i < leaks.size(); ++i)
      if (leaks[i].channel == camera) of_camera.push_back(outcomes[i]);
    alarms += print_row(camera, of_camera);
  }
  for (const Outcome& outcome : outcomes) fmt::print("{}", outcome.alarms);
  return alarms == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  return bench::run_suite({argv + 1, argv + argc}, "bench/suites/channels.suite", run);
}
