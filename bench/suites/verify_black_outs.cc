// Bars painted over words of the 180 real photographs, as an image editor does: words called blacked out that
// are, that are not, and missed; and what is called so on the photographs as they are.
//
//   verify_black_outs [--variants N] [--every N] [--kind NAME] [--invoice ID] [--verbose]

#include <fmt/format.h>

#include <map>
#include <set>

#include "align/align.h"
#include "base/parallel.h"
#include "base/rng.h"
#include "bench/photo_suite.h"
#include "bench/results.h"
#include "verify/black_outs.h"

namespace {

using namespace barium;

constexpr int kRuns[] = {1, 1, 3, 6};  // words that a bar hides
constexpr double kMarginPt = 1.5;
constexpr std::uint8_t kBlack = 25;

struct Tally {
  int photos = 0, honest_words = 0, honest_hidden = 0, bars = 0, unseen = 0, hidden = 0, found = 0,
      unreadable = 0, vouched = 0, wrong = 0;
  std::string talk;  // words hidden on the honest photograph, and those under bars that are not called so
  void add(const Tally& o) {
    photos += o.photos, honest_words += o.honest_words, honest_hidden += o.honest_hidden, bars += o.bars;
    unseen += o.unseen, hidden += o.hidden, found += o.found, unreadable += o.unreadable,
        vouched += o.vouched, wrong += o.wrong;
  }
};

std::vector<verify::WordFinding> look(image::GrayView photo, const page::RegisteredPage& page,
                                      const align::Alignment& aligned, int* covered) {
  std::vector<verify::WordFinding> findings = verify::verify_words(photo, page, aligned);
  const auto hidden = verify::look_for_hidden_words(verify::lay_page(photo, page, aligned), page, aligned);
  verify::note_hidden_words(hidden, page.model, findings);
  if (covered != nullptr) *covered = static_cast<int>(hidden.size());
  return findings;
}

bool is_blacked_out(const verify::WordFinding& finding) {
  return finding.state == verify::WordState::kAltered && finding.what == verify::Altered::kBlackedOut;
}

// The words of a line that follow one another from `first`.
std::vector<std::size_t> run_of(const page::PageModel& page, std::size_t first, int words) {
  std::vector<std::size_t> run{first};
  while (static_cast<int>(run.size()) < words && run.back() + 1 < page.words.size()) {
    const base::Box &a = page.words[run.back()].box, &b = page.words[run.back() + 1].box;
    if (std::abs(a.centre().y - b.centre().y) > 2 || b.x0 < a.x1) break;
    run.push_back(run.back() + 1);
  }
  return run;
}

// Where words stand in the photo, and what lies between them, from where the smooth warp puts them.
base::Vec2 offset_at(const page::PageModel& page, const align::Alignment& aligned,
                     std::span<const std::size_t> run, base::Vec2 p) {
  const page::WordMeasurement *before = nullptr, *after = nullptr;
  for (const std::size_t word : run) {
    const page::WordMeasurement& m = aligned.words[word];
    if (!m.placed) continue;
    if (page.words[word].box.centre().x <= p.x) before = &m;
    if (page.words[word].box.centre().x > p.x && after == nullptr) after = &m;
  }
  if (before == nullptr || after == nullptr) {
    const page::WordMeasurement* only = before != nullptr ? before : after;
    return only != nullptr ? only->offset_pt : base::Vec2{};
  }
  const double a = page.words[before->word].box.centre().x, b = page.words[after->word].box.centre().x;
  const double share = (p.x - a) / std::max(1e-9, b - a);
  return (1 - share) * before->offset_pt + share * after->offset_pt;
}

// Black over the words as they are seen in the photo, by the centre of each pixel.
void paint(image::GrayImage& photo, const page::PageModel& page, const align::Alignment& aligned,
           std::span<const std::size_t> run, const base::Box& bar) {
  const double step = 0.1;
  for (double x = bar.x0; x < bar.x1; x += step)
    for (double y = bar.y0; y < bar.y1; y += step) {
      const base::Vec2 on_page{x, y};
      const base::Vec2 p = aligned.photo_from_page * (on_page + offset_at(page, aligned, run, on_page));
      if (p.x >= 0 && p.y >= 0 && p.x < photo.width() && p.y < photo.height())
        photo.at(static_cast<int>(p.x), static_cast<int>(p.y)) = kBlack;
    }
}

// Bars on the photo at places that the seed draws, and what is said of it then.
void black_out(const bench::RealPhoto& shot, const page::RegisteredPage& page, const find::Placement& place,
               const align::Alignment& honest, std::uint64_t seed, Tally& tally) {
  image::GrayImage photo = bench::pixels_of(shot);
  base::Rng rng(seed, "black outs " + shot.invoice + "/" + shot.stem);
  std::set<std::size_t> hidden, touched;
  for (const int words : kRuns) {
    const std::vector<std::size_t> run = run_of(page.model, rng.below(page.model.words.size()), words);
    base::Box bar = page.model.words[run.front()].box;
    for (const std::size_t word : run) bar = base::united(bar, page.model.words[word].box);
    bar = bar.grown(kMarginPt);
    paint(photo, page.model, honest, run, bar);
    ++tally.bars;
    for (std::size_t i = 0; i < page.model.words.size(); ++i) {
      const base::Box& box = page.model.words[i].box;
      // Nobody knows where a bar hides a word that is not seen without it.
      if (bar.contains(box.centre()) && honest.words[i].placed) hidden.insert(i);
      if (bar.contains(box.centre()) && !honest.words[i].placed) ++tally.unseen;
      const base::Box common = base::intersected(bar, box);
      if (common.width() > 0 && common.height() > 0) touched.insert(i);
    }
  }
  const align::Alignment aligned = align::align_page(photo, page, place.photo_from_page, place.matches);
  const std::vector<verify::WordFinding> after = look(photo, page, aligned, nullptr);
  for (std::size_t i = 0; i < after.size(); ++i) {
    if (hidden.contains(i)) {
      ++tally.hidden;
      tally.found += is_blacked_out(after[i]);
      if (!is_blacked_out(after[i]))
        tally.talk +=
            fmt::format("{}/{} under a bar: '{}'{}\n", shot.invoice, shot.stem, page.model.words[i].text,
                        after[i].state == verify::WordState::kVouched ? ", vouched for" : "");
      tally.unreadable += after[i].state == verify::WordState::kUnreadable;
      tally.vouched += after[i].state == verify::WordState::kVouched;
    } else if (!touched.contains(i)) {
      tally.wrong += after[i].state == verify::WordState::kAltered;
    }
  }
}

Tally examine(const bench::RealPhoto& shot, const page::RegisteredPage& page, const find::Placement& place,
              int variants) {
  Tally tally{.photos = 1};
  const image::GrayImage photo = bench::pixels_of(shot);
  const align::Alignment honest = align::align_page(photo, page, place.photo_from_page, place.matches);
  const std::vector<verify::WordFinding> before = look(photo, page, honest, &tally.honest_hidden);
  for (std::size_t i = 0; i < before.size(); ++i)
    if (before[i].reason == verify::Reason::kCovered || is_blacked_out(before[i]))
      tally.talk += fmt::format("{}/{} hidden: '{}'\n", shot.invoice, shot.stem, page.model.words[i].text);
  tally.honest_words = static_cast<int>(std::ranges::count_if(before, is_blacked_out));
  for (int variant = 1; variant <= variants; ++variant)
    black_out(shot, page, place, honest, static_cast<std::uint64_t>(variant), tally);
  return tally;
}

int run(const bench::PhotoSettings& settings, const bench::RealPhotos& real) {
  const auto places = bench::place_photos(real);
  std::vector<Tally> tallies(real.photos.size());
  base::parallel_for(tallies.size(), 0, [&](std::size_t i) {
    if (places[i])
      tallies[i] =
          examine(real.photos[i], real.originals.at(real.photos[i].invoice), *places[i], settings.variants);
  });
  std::map<std::string, Tally> rows;
  for (std::size_t i = 0; i < tallies.size(); ++i) {
    rows[real.photos[i].kind()].add(tallies[i]);
    rows["all"].add(tallies[i]);
    if (settings.verbose) fmt::print("{}", tallies[i].talk);
  }
  fmt::print("{:14} {:>7} {:>18} {:>18} | {:>6} {:>10} {:>7} {:>12} {:>11} {:>8} {:>15}\n", "", "photos",
             "honest: words", "hidden", "bars", "not seen", "hidden", "blacked out", "unreadable", "vouched",
             "others altered");
  for (const auto& [name, t] : rows) {
    bench::record(name + ".blacked_out",
                  bench::share(static_cast<std::uint64_t>(t.found), static_cast<std::uint64_t>(t.hidden)));
    bench::record(name + ".honest_words", bench::exactly(t.honest_words));
    bench::record(name + ".wrong", bench::exactly(t.wrong));
    bench::record(name + ".vouched", bench::exactly(t.vouched));
    fmt::print("{:14} {:7} {:18} {:18} | {:6} {:10} {:7} {:12} {:11} {:8} {:15}\n", name, t.photos,
               t.honest_words, t.honest_hidden, t.bars, t.unseen, t.hidden, t.found, t.unreadable, t.vouched,
               t.wrong);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return bench::run_photo_suite(argc, argv, {"--variants", "--every", "--kind", "--invoice", "--verbose"},
                                run);
}
