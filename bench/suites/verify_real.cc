// verify on the 180 real photographs of ten invoices: honest pages, and the same photographs against
// originals that were altered in known words (bench/alterations.h), so that what the photo shows differs from
// the vault. Words vouched for, wrongly called altered, alterations found and missed, by kind of paper and of
// alteration.
//
//   verify_real [--variants N] [--every N] [--kind NAME] [--invoice ID] [--camera NAME] [--evidence FILE]
//   [--verbose]
//
// --camera puts a simulated camera's pictures of the originals in the photographs' place.
// variants: altered originals of each invoice, every fourth with a replaced line. --evidence writes a line a
// word: photo, variant, word, truth, Seen, placed, how many cells are other glyphs; correlation, unlike,
// gain; of the cells the most misfit, left and share and the least change and distance, the least distance of
// the other glyphs, the misfit around; inked, support. Photographs that find does not place are left out, and
// counted.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <optional>

#include "align/align.h"
#include "base/file.h"
#include "base/parallel.h"
#include "bench/altered_pages.h"
#include "bench/page_vault.h"
#include "bench/photo_suite.h"
#include "bench/word_calibration.h"
#include "verify/added_ink.h"
#include "verify/verdict.h"
#include "verify/verify.h"

namespace {

using namespace barium;
namespace fs = std::filesystem;

struct Tally {
  int words = 0, vouched = 0, altered = 0;
  int let_pass = 0;  // would not keep a page from being called genuine
  std::array<int, 6> reasons{};
  void add(const verify::WordFinding& finding) {
    using enum verify::Reason;
    ++words;
    let_pass += finding.state == verify::WordState::kVouched || finding.reason == kFaint ||
                finding.reason == kTooCoarse || finding.hardly_odd;
    vouched += finding.state == verify::WordState::kVouched;
    altered += finding.state == verify::WordState::kAltered;
    ++reasons[static_cast<std::size_t>(finding.reason)];
  }
  void add(const Tally& other) {
    words += other.words, vouched += other.vouched, altered += other.altered;
    let_pass += other.let_pass;
    for (std::size_t i = 0; i < reasons.size(); ++i) reasons[i] += other.reasons[i];
  }
};

struct BlankTally {
  std::size_t pages = 0, false_regions = 0, added = 0, judged = 0, found = 0;
  void add(const BlankTally& other) {
    pages += other.pages, false_regions += other.false_regions;
    added += other.added, judged += other.judged, found += other.found;
  }
};

struct Result {
  bool placed = false;
  std::map<std::string, Tally> by_truth;  // "": honest words of the honest page, "rest": of altered ones
  int pages_wrongly_altered = 0;
  bool genuine = false;  // the honest page is called so
  int altered_pages = 0, altered_pages_genuine = 0;
  double seconds = 0;
  std::string evidence, wrong;
  BlankTally blank;
  bench::WordCalibration calibration;
};

class Bench {
 public:
  Bench(const bench::PhotoSettings& settings, bench::RealPhotos real)
      : settings_(settings),
        real_(std::move(real)),
        places_(bench::place_photos(real_,
                                    [&](const auto& photo) { return bench::picture_of(photo, settings_); })),
        versions_(bench::versions_of(real_, settings_.variants)) {}

  int run() {
    std::vector<Result> results(real_.photos.size());
    base::parallel_for(results.size(), 0, [&](std::size_t i) {
      if (places_[i]) results[i] = examine(real_.photos[i], *places_[i]);
    });
    print(results);
    return 0;
  }

 private:
  Result examine(const bench::RealPhoto& photo, const find::Placement& place) const {
    Result result{.placed = true};
    const image::GrayImage pixels = bench::picture_of(photo, settings_);
    const std::vector<bench::PageVersion>& versions = versions_.at(photo.invoice);
    for (std::size_t v = 0; v < versions.size(); ++v) {
      const page::RegisteredPage& page = versions[v].page;
      const align::Alignment aligned = align::align_page(pixels, page, place.photo_from_page, place.matches);
      const double before = bench::cpu_ms();
      const std::vector<verify::WordEvidence> evidence = verify::word_evidence(pixels, page, aligned);
      const verify::LaidPage laid = verify::lay_page(pixels, page, aligned);
      const std::vector<verify::GraphicFinding> graphics = verify::look_at_graphics(laid, page, aligned);
      std::vector<verify::WordFinding> findings;
      for (std::size_t w = 0; w < evidence.size(); ++w)
        findings.push_back(verify::judge(page.model.words[w], evidence[w]));
      const verify::BlankPaper blank = verify::look_at_blank_paper(laid, page, aligned, findings, graphics);
      result.seconds += v == 0 ? (bench::cpu_ms() - before) / 1000 : 0;
      add_blank_paper(blank, versions[v], v == 0, result.blank);
      bool page_altered = false;
      for (std::size_t w = 0; w < evidence.size(); ++w) {
        const page::Word& word = page.model.words[w];
        const verify::WordFinding& finding = findings[w];
        const std::string& truth = versions[v].truth[w];
        if (const auto odds = bench::odds_of(evidence[w]); odds && v == 0)
          (is_flat(photo) ? result.calibration.flat : result.calibration.bent).push_back(*odds);
        result.by_truth[v == 0 ? "" : truth.empty() ? "rest" : truth].add(finding);
        const bool wrong = truth.empty() ? finding.state == verify::WordState::kAltered
                                         : truth != "beside" && finding.state == verify::WordState::kVouched;
        page_altered = page_altered || (v == 0 && wrong);
        if (wrong)
          result.wrong += fmt::format("{}/{} {} '{}' {}\n", photo.invoice, photo.stem, v, word.text,
                                      truth.empty() ? "called altered" : "vouched for, " + truth);
        if (!settings_.evidence.empty()) result.evidence += line(photo, v, word, truth, evidence[w]);
      }
      result.pages_wrongly_altered += page_altered;
      const bool genuine = verify::judge_page(findings, blank, graphics).verdict == verify::Verdict::kGenuine;
      if (v == 0)
        result.genuine = genuine;
      else
        ++result.altered_pages, result.altered_pages_genuine += genuine;
    }
    return result;
  }

  static bool is_flat(const bench::RealPhoto& photo) {
    return std::ranges::find(bench::kPaperKinds, photo.kind()) < std::ranges::begin(bench::kPaperKinds) + 3;
  }

  static bool meet(const base::Box& a, const base::Box& b) {
    const base::Box common = base::intersected(a, b);
    return common.width() > 0 && common.height() > 0;
  }

  // Words that the altered original lost: the photo shows them where that page is blank.
  static void add_blank_paper(const verify::BlankPaper& blank, const bench::PageVersion& version, bool honest,
                              BlankTally& tally) {
    if (blank.judged.picture.empty()) return;
    if (honest) {
      const bool looked = std::ranges::any_of(blank.judged.picture.pixels(), [](int v) { return v > 0; });
      tally.pages += looked, tally.false_regions += blank.added.size();
    }
    for (const bench::Altered& one : version.alterations) {
      if (one.kind != bench::Alteration::kRemoved) continue;
      ++tally.added;
      const base::Vec2 middle = blank.judged.px_per_pt * one.box.centre();
      if (blank.judged.picture.at(static_cast<int>(middle.x), static_cast<int>(middle.y)) == 0) continue;
      ++tally.judged;
      tally.found += std::ranges::any_of(
          blank.added, [&](const verify::AddedInk& ink) { return meet(ink.where, one.box); });
    }
  }

  static std::string line(const bench::RealPhoto& photo, std::size_t version, const page::Word& word,
                          const std::string& truth, const verify::WordEvidence& e) {
    double misfit = 0, left = 0, share = 0, least = 1e9, distance = 1e9, around = 0;
    double surely = 1e9;
    int others = 0;
    for (const verify::CellEvidence& c : e.cells) {
      if (c.misfit > misfit) misfit = c.misfit, around = c.around;
      left = std::max(left, c.left), share = std::max(share, c.share);
      least = std::min(least, c.least_change), distance = std::min(distance, c.distance);
      if (c.is_other) ++others, surely = std::min(surely, c.distance);
    }
    const double numbers[] = {e.correlation, e.unlike, e.gain, misfit, left,    share,
                              least,         distance, surely, around, e.inked, e.support};
    return fmt::format("{}/{}\t{}\t{}\t{}\t{}\t{}\t{}\t{:.4f}\n", photo.invoice, photo.stem, version,
                       word.text, truth.empty() ? "-" : truth, static_cast<int>(e.seen),
                       static_cast<int>(e.placed), others, fmt::join(numbers, "\t"));
  }

  void print(const std::vector<Result>& results) const {
    fmt::print("{:14} {:>6} {:>7} {:>10} {:>9} {:>12} {:>8} {:>6} {:>6} {:>6} {:>6} {:>8}\n", "honest pages",
               "photos", "words", "vouched", "altered", "pages called", "genuine", "view", "faint", "coarse",
               "doubt", "CPU s");
    Tally all;
    int photos = 0, pages = 0, all_genuine = 0;
    for (const char* kind : bench::kPaperKinds) {
      Tally tally;
      int count = 0, called = 0, genuine = 0;
      double seconds = 0;
      for (std::size_t i = 0; i < results.size(); ++i) {
        if (!results[i].placed || real_.photos[i].kind() != kind) continue;
        ++count, called += results[i].pages_wrongly_altered, seconds += results[i].seconds;
        genuine += results[i].genuine;
        tally.add(results[i].by_truth.at(""));
      }
      if (count > 0) row(kind, count, tally, called, genuine, seconds / count);
      all.add(tally), photos += count, pages += called, all_genuine += genuine;
    }
    row("all", photos, all, pages, all_genuine, 0);
    std::map<std::string, Tally> by_truth;
    for (const Result& result : results)
      for (const auto& [truth, tally] : result.by_truth) by_truth[truth].add(tally);
    fmt::print("\n{:14} {:>7} {:>13} {:>12} {:>12}\n", "altered pages", "words", "called altered",
               "vouched for", "unreadable");
    for (const auto& [truth, tally] : by_truth)
      if (!truth.empty())
        fmt::print("{:14} {:7} {:13} {:12} {:12}\n",
                   truth == "rest"     ? "(unaltered)"
                   : truth == "beside" ? "(beside)"
                                       : truth,
                   tally.words, tally.altered, tally.vouched, tally.words - tally.altered - tally.vouched);
    print_genuine(results);
    BlankTally blank;
    for (const Result& result : results) blank.add(result.blank);
    fmt::print(
        "blank paper: judged on {} of {} honest pages, ink found on it in {} places; of {} words too many {} "
        "stand where it is judged, {} found\n",
        blank.pages, photos, blank.false_regions, blank.added, blank.judged, blank.found);
    bench::WordCalibration calibration;
    for (const Result& result : results) calibration.add(result.calibration);
    calibration.print();
    std::ofstream evidence(settings_.evidence);
    for (const Result& result : results) {
      if (settings_.verbose) fmt::print("{}", result.wrong);
      evidence << result.evidence;
    }
    fmt::print("{} photographs were not placed and are left out\n",
               real_.photos.size() - static_cast<std::size_t>(std::ranges::count_if(
                                         places_, [](const auto& p) { return p.has_value(); })));
  }

  // A page with one altered word is called genuine where the honest page is, and the word is let pass.
  static void print_genuine(const std::vector<Result>& results) {
    int pages = 0, genuine = 0;
    Tally altered;
    for (const Result& result : results) {
      pages += result.altered_pages, genuine += result.altered_pages_genuine;
      if (!result.genuine) continue;
      for (const auto& [truth, tally] : result.by_truth)
        if (!truth.empty() && truth != "rest" && truth != "beside") altered.add(tally);
    }
    fmt::print(
        "altered pages called genuine: {} of {}; in photographs whose honest page is: of {} altered words "
        "{} vouched for, {} too coarse or faint, {} let pass\n",
        genuine, pages, altered.words, altered.vouched, altered.reasons[2] + altered.reasons[3],
        altered.let_pass);
  }

  static void row(const std::string& name, int photos, const Tally& t, int pages, int genuine,
                  double seconds) {
    fmt::print("{:14} {:6} {:7} {:8.1f} % {:9} {:12} {:8} {:6} {:6} {:6} {:6} {:8.2f}\n", name, photos,
               t.words, 100.0 * t.vouched / std::max(1, t.words), t.altered, pages, genuine, t.reasons[1],
               t.reasons[2], t.reasons[3], t.reasons[4] + t.reasons[5], seconds);
  }

  bench::PhotoSettings settings_;
  bench::RealPhotos real_;
  std::vector<std::optional<find::Placement>> places_;
  std::map<std::string, std::vector<bench::PageVersion>> versions_;
};

}  // namespace

int main(int argc, char** argv) {
  return bench::run_photo_suite(
      argc, argv, {"--variants", "--every", "--kind", "--invoice", "--camera", "--evidence", "--verbose"},
      [](const bench::PhotoSettings& settings, bench::RealPhotos real) {
        return Bench(settings, std::move(real)).run();
      });
}
