// The leaker moves every word of a page by a random distance in a picture editor, and photographs it. Printed
// by attack: how often the copy is named, and how often anybody else; with the share of symbols that the
// attack turned over, for the curve. bench/suites/respacing draws the same without pictures.
//
//   respaced_pages [--suite FILE] [--documents N] [--leaks N] [--camera NAME] [--strength PT] [--seed N]

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/parallel.h"
#include "base/rng.h"
#include "bench/corpus.h"
#include "bench/leak.h"
#include "bench/options.h"
#include "bench/results.h"
#include "image/decode.h"
#include "image/sample.h"
#include "page/render.h"
#include "sim/photograph.h"

namespace {

using namespace barium;

constexpr std::array kDistancesPt = {0.1, 0.2, 0.4, 0.8};

// By so much to the left or to the right; or by anything up to it.
enum class Draw { kEitherWay, kUpTo };

struct Attack {
  Draw draw;
  double distance_pt;
  std::string name() const {
    return fmt::format("{} {} pt", draw == Draw::kEitherWay ? "either way by" : "by up to", distance_pt);
  }
  double operator()(base::Rng& rng) const {
    if (draw == Draw::kUpTo) return rng.uniform(-distance_pt, distance_pt);
    return rng.below(2) == 0 ? -distance_pt : distance_pt;
  }
};

// Copies are moved by a quarter of a point themselves.
constexpr double kMarginPt = 0.4;

image::GrayImage respaced(const page::RenderedPage& rendered, const page::PageModel& model,
                          const Attack& attack, base::Rng& rng) {
  const image::GrayImage& from = rendered.picture;
  image::GrayImage to = from;
  const auto pixels = [&](const page::Word& word, double reach_pt, const auto& visit) {
    const base::Box box = word.box.grown(reach_pt);
    const int x0 = std::max(0, static_cast<int>(box.x0 * rendered.px_per_pt));
    const int x1 = std::min(from.width(), static_cast<int>(std::ceil(box.x1 * rendered.px_per_pt)));
    const int y0 = std::max(0, static_cast<int>(word.box.y0 * rendered.px_per_pt));
    const int y1 = std::min(from.height(), static_cast<int>(std::ceil(word.box.y1 * rendered.px_per_pt)));
    for (int y = y0; y < y1; ++y)
      for (int x = x0; x < x1; ++x) visit(x, y);
  };
  for (const page::Word& word : model.words)
    pixels(word, kMarginPt, [&](int x, int y) { to.at(x, y) = 255; });
  for (const page::Word& word : model.words) {
    const base::Vec2 by = (attack(rng) * rendered.px_per_pt) * word.along;
    pixels(word, kMarginPt + attack.distance_pt, [&](int x, int y) {
      const base::Vec2 p = base::Vec2{x + 0.5, y + 0.5} - by;
      const base::Box ink = word.box.grown(kMarginPt);
      if (!ink.contains((1 / rendered.px_per_pt) * p)) return;
      const auto tone = static_cast<std::uint8_t>(std::lround(image::sample_bilinear(from.view(), p)));
      to.at(x, y) = std::min(to.at(x, y), tone);
    });
  }
  return to;
}

bench::Outcome try_leak(const bench::Suite& suite, const bench::Vault& vault, const bench::Leak& leak,
                        const Attack& attack) {
  const int number = static_cast<int>(leak.page) + 1;
  const page::RenderedPage rendered =
      page::render_pages(bench::copy_of(vault, leak), number, number, {.px_per_pt = bench::kSimulatedPxPerPt})
          .at(0);
  base::Rng rng(leak.seed, "respaced");
  const image::GrayImage page =
      respaced(rendered, vault.documents()[leak.document].opened.model.pages[leak.page], attack, rng);
  const sim::Photograph photo =
      sim::photograph(page.view(), rendered.px_per_pt, bench::read_camera(suite.camera.front()), leak.seed);
  const auto pixels =
      image::decode_photo(photo.file, {.color = image::DecodedColor::kGray}).frames.at(0).pixels;
  return bench::judge(vault, leak, bench::examine(vault, pixels.view(), suite.recipients));
}

int respaced_pages(const bench::Suite& suite, const std::filesystem::path& data) {
  const bench::Vault vault = bench::open_vault(suite, data);
  fmt::print("{}", bench::table_head("every word moved"));
  std::uint64_t wrongly = 0;
  for (const Draw draw : {Draw::kEitherWay, Draw::kUpTo})
    for (const double distance : kDistancesPt) {
      const Attack attack{draw, distance};
      std::vector<bench::Leak> leaks;
      for (std::size_t d = 0; d < vault.documents().size(); ++d) {
        const auto& leakable = vault.documents()[d].leakable;
        for (int i = 0; i < suite.leaks && !leakable.empty(); ++i) {
          base::Rng rng(suite.seed, "respaced " + attack.name(), d * 1'000'000 + static_cast<std::size_t>(i));
          leaks.push_back({d, static_cast<std::size_t>(leakable[rng.below(leakable.size())]),
                           rng.below(suite.recipients), attack.name(), rng.bits()});
        }
      }
      std::vector<bench::Outcome> outcomes(leaks.size());
      base::parallel_for(leaks.size(), 0,
                         [&](std::size_t i) { outcomes[i] = try_leak(suite, vault, leaks[i], attack); });
      bench::Tally tally;
      for (const bench::Outcome& outcome : outcomes) tally.add(outcome);
      wrongly += tally.wrongly;
      fmt::print("{}", bench::table_row(attack.name(), tally));
      std::fflush(stdout);
    }
  return wrongly > 0 ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  return bench::run_suite({argv + 1, argv + argc}, "bench/suites/mixed_copies.suite", respaced_pages);
}
