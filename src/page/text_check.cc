#include "page/text_check.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <string>

#include "base/parallel.h"
#include "page/extracted_text.h"
#include "page/plain_copy.h"
#include "page/text_places.h"
#include "page/trial_signs.h"

namespace barium::page {

namespace {

// The first two must read a copy as the original. The layout mode spaces columns with blanks, to a hundredth
// of a point, and no page of a table keeps them all: its differences are noted.
constexpr std::array kExtractors = {Extractor::kPoppler, Extractor::kMupdf, Extractor::kPopplerLayout};
constexpr std::size_t kBinding = 2;

// Rounds of dropping one word next to each difference: one of the two at the gap, then the other, then those
// further away. bench/suites/core_copies: most documents need two or three.
constexpr int kLocalRounds = 16;
// After that, halves of a page's carriers are tried: this many rounds, fewer where many pages fail.
constexpr std::size_t kBisectingRounds = 24, kBisectingPages = 400;
// Random signs are tried at the end, on each page until as many rounds on end change nothing there: more for
// a short document, whose rounds are cheap, and which may be a table that hangs on a few words. The last
// rounds are of the few pages that gave trouble.
constexpr std::size_t kFewestCleanRounds = 4, kMostCleanRounds = 6, kCleanPages = 40, kMostRounds = 48;
// Copies tried in all, so that a page that is never settled does not take for ever.
constexpr int kMostTrials = 1500;
// A sixteenth of a page's words name nobody.
constexpr int kMostHalvings = 3;
// Where a page differs in more places than this, its reading order changed, and no place is the cause.
constexpr std::size_t kMostPlaces = 60;
// Of the size, across the line: words of the next line are further.
constexpr double kLineReach = 0.8;
constexpr double kAcross = 4;
// A word further away than this is not the cause of a difference.
constexpr double kFarPt = 144;
// Compression costs more than the extractors gain from shorter files.
constexpr std::uint8_t kFastLevel = 1;

using Texts = std::array<std::vector<std::string>, kExtractors.size()>;
using PageSet = std::set<std::size_t>;  // indices from 0

// Starting a program and opening the file costs as much as reading this many pages, so that runs go on over
// smaller gaps.
constexpr std::size_t kBridgedPages = 8;
// A page of text is 2 kB, and 500 kB with the place of each character.
constexpr std::size_t kMostTextPages = 10'000, kMostPlacedPages = 64;

struct PageRun {
  std::size_t first = 0, last = 0;  // indices from 0
  std::size_t size() const { return last - first + 1; }
};

std::vector<PageRun> runs_of(const PageSet& pages, std::size_t most) {
  std::vector<PageRun> runs;
  for (const std::size_t page : pages)
    if (!runs.empty() && page <= runs.back().last + kBridgedPages && page < runs.back().first + most)
      runs.back().last = page;
    else
      runs.push_back({page, page});
  return runs;
}

// The texts of `pages`, each at its index; the others stay empty.
std::vector<std::string> extract_some(Extractor extractor, base::ByteView pdf, const PageSet& pages,
                                      std::size_t page_count) {
  std::vector<std::string> texts(page_count);
  for (const PageRun& run : runs_of(pages, kMostTextPages)) {
    std::vector<std::string> read = extract_pages(extractor, pdf, run.first + 1, run.last + 1);
    read.resize(run.size());
    std::ranges::move(read, texts.begin() + static_cast<std::ptrdiff_t>(run.first));
  }
  return texts;
}

Texts extract_all(base::ByteView pdf, std::size_t extractors, const PageSet& pages, std::size_t page_count) {
  Texts texts;
  base::parallel_for(extractors, 0,
                     [&](std::size_t i) { texts[i] = extract_some(kExtractors[i], pdf, pages, page_count); });
  return texts;
}

PageSet pages_with_carriers(const DocumentModel& model) {
  PageSet pages;
  for (std::size_t i = 0; i < model.pages.size(); ++i)
    if (!model.pages[i].carriers.empty()) pages.insert(i);
  return pages;
}

constexpr int kChanceTrials = 4;  // copies a round
enum class Trials { kPlanned, kByChance };

// Where the characters of failing pages stand.
class Places {
 public:
  explicit Places(base::ByteView original) : original_(original) {}

  void read(Extractor extractor, const PageSet& pages) {
    PageSet missing;
    for (const std::size_t page : pages)
      if (!pages_.contains({extractor, page})) missing.insert(page);
    for (const PageRun& run : runs_of(missing, kMostPlacedPages)) {
      auto placed =
          placed_characters(extractor, extract_placed(extractor, original_, run.first + 1, run.last + 1));
      placed.resize(run.size());
      for (std::size_t i = 0; i < placed.size(); ++i)
        pages_.try_emplace({extractor, run.first + i}, std::move(placed[i]));
    }
  }
  const std::vector<PlacedCharacter>& of(Extractor extractor, std::size_t page) const {
    return pages_.at({extractor, page});
  }

 private:
  base::ByteView original_;
  std::map<std::pair<Extractor, std::size_t>, std::vector<PlacedCharacter>> pages_;
};

class Checker {
 public:
  Checker(base::ByteView original, const CopyLayout& layout, const DocumentModel& model)
      : layout_(layout),
        model_(model),
        pages_(pages_with_carriers(model)),
        places_(original),
        texts_(extract_all(original, kExtractors.size(), pages_, model.pages.size())),
        active_(layout.carriers, true) {
    layout_.level = kFastLevel;
  }

  std::size_t pages_with_other_layout() const { return layout_differs_; }
  // Why it ended before its time; empty where it did not.
  const std::string& gave_up() const { return gave_up_; }

  // The carriers that may move.
  std::vector<bool> run() {
    try {
      search();
    } catch (const base::Error& error) {
      if (error.code() != base::ErrorCode::kStorage) throw;
      gave_up_ = error.message();
    }
    return active_;
  }

 private:
  enum class Repair { kNone, kLocal };

  // First the planned copies, then copies by chance until no page is left that has not stood enough rounds.
  void search() {
    mend(pages_);
    trials_ = Trials::kByChance;
    const std::size_t wanted = std::clamp(kCleanPages / pages_.size(), kFewestCleanRounds, kMostCleanRounds);
    PageSet left = pages_;
    std::map<std::size_t, std::size_t> clean_rounds;  // on end, by page
    for (std::size_t round = 0; round < kMostRounds && !left.empty() && trials_left_ > 0; ++round) {
      const PageSet failing = mend(left);
      std::erase_if(left, [&](std::size_t page) {
        std::size_t& clean = clean_rounds[page];
        clean = failing.contains(page) ? 0 : clean + 1;
        return clean == wanted;
      });
    }
    thin_out(std::move(left), wanted);
  }

  // Pages whose text no search has settled keep every other carrier, of those again every other, and so on,
  // until as many rounds find nothing.
  void thin_out(PageSet bad, std::size_t wanted) {
    for (int halving = 0; halving < kMostHalvings && !bad.empty(); ++halving) {
      for (const std::size_t page : bad) {
        const std::vector<std::size_t> carriers = carriers_of(page, true);
        for (std::size_t i = 0; i < carriers.size(); i += 2) active_[carriers[i]] = false;
      }
      PageSet still_bad;
      for (std::size_t round = 0; round < wanted; ++round) still_bad.merge(failing_pages(bad, Repair::kNone));
      bad = std::move(still_bad);
    }
    for (const std::size_t page : bad) set_page(page, false);
  }

  // Those of `pages` on which there was something to mend.
  PageSet mend(PageSet pages) {
    pages = failing_pages(pages, Repair::kLocal);
    const PageSet mended = pages;
    for (int round = 0; round < kLocalRounds && !pages.empty() && trials_left_ > 0; ++round) {
      const std::vector<bool> before = active_;
      PageSet failing = failing_pages(pages, Repair::kLocal);
      if (active_ == before && !failing.empty()) {
        bisect(failing);
        return mended;
      }
      pages = std::move(failing);
    }
    bisect(pages);
    return mended;
  }

  // Those of `pages` whose text some copy changes, or changed before a repair: carriers next to the
  // differences are then put out of use.
  PageSet failing_pages(const PageSet& pages, Repair repair) {
    PageSet failing, layout_differs;
    std::vector<bool> still_active = active_;
    const int trials = trials_ == Trials::kPlanned ? kPlannedTrials : kChanceTrials;
    trials_left_ -= trials;
    for (int trial = 0; trial < trials; ++trial) {
      const base::Bytes copy = write_plain_copy(layout_, signs(trial));
      const std::size_t extractors = round_ == 0 && trial == 0 ? kExtractors.size() : kBinding;
      const Texts changed = extract_all(copy, extractors, pages, model_.pages.size());
      for (std::size_t extractor = 0; extractor < extractors; ++extractor) {
        PageSet differing;
        for (const std::size_t page : pages)
          if (texts_[extractor][page] != changed[extractor][page]) differing.insert(page);
        (extractor < kBinding ? failing : layout_differs).insert(differing.begin(), differing.end());
        if (repair == Repair::kLocal && extractor < kBinding)
          drop_next_to(extractor, differing, changed[extractor], still_active);
      }
    }
    if (round_++ == 0) layout_differs_ = layout_differs.size();
    active_ = still_active;
    return failing;
  }

  // A carrier's sign does not depend on which others are in use.
  std::vector<std::int8_t> signs(int trial) const {
    std::vector<std::int8_t> signs =
        trials_ == Trials::kPlanned
            ? planned_signs(model_, trial)
            : chance_signs(model_, static_cast<std::uint64_t>(kChanceTrials * round_ + trial));
    for (std::size_t i = 0; i < signs.size(); ++i)
      if (!active_[i]) signs[i] = 0;
    return signs;
  }

  void drop_next_to(std::size_t extractor, const PageSet& differing, const std::vector<std::string>& changed,
                    std::vector<bool>& still_active) {
    std::map<std::size_t, std::vector<std::size_t>> parting;  // by page
    PageSet pages;
    for (const std::size_t page : differing) {
      std::vector<std::size_t> at = parting_characters(texts_[extractor][page], changed[page]);
      if (at.size() > kMostPlaces) continue;
      parting[page] = std::move(at);
      pages.insert(page);
    }
    places_.read(kExtractors[extractor], pages);
    for (const auto& [page, characters] : parting) {
      const std::vector<PrintedCharacter> printed = printed_characters(texts_[extractor][page]);
      const std::vector<PlacedCharacter>& placed = places_.of(kExtractors[extractor], page);
      for (const std::size_t at : characters) drop_at(page, find_gap(printed, at, placed), still_active);
    }
  }

  // The nearest word that moves.
  void drop_at(std::size_t page, const std::vector<Gap>& gaps, std::vector<bool>& still_active) const {
    double least = kFarPt;
    const std::size_t first = model_.first_carrier(page);
    std::size_t nearest = first;
    for (std::size_t i = 0; i < model_.pages[page].carriers.size(); ++i) {
      if (!active_[first + i]) continue;
      const Word& word = model_.pages[page].words[model_.pages[page].carriers[i].word];
      for (const Gap& gap : gaps)
        for (const base::Vec2 side : {gap.before, gap.after})
          if (const double distance = distance_pt(word, side); distance < least) {
            least = distance;
            nearest = first + i;
          }
    }
    if (least < kFarPt) still_active[nearest] = false;
  }

  // From a word to a point; 0 within it. Across the line it counts more.
  static double distance_pt(const Word& word, base::Vec2 point) {
    const base::Vec2 from_centre = point - word.box.centre();
    const double along = std::abs(dot(from_centre, word.along)) - word.length_pt / 2;
    const double across = std::abs(from_centre.x * word.along.y - from_centre.y * word.along.x);
    return std::max(0.0, along) + kAcross * std::max(0.0, across - kLineReach * word.size_pt);
  }

  void set_page(std::size_t page, bool use) {
    const std::size_t first = model_.first_carrier(page);
    for (std::size_t i = 0; i < model_.pages[page].carriers.size(); ++i) active_[first + i] = use;
  }

  // Runs of a page's carriers, halved until the ones that change the text are single.
  struct Page {
    std::vector<std::vector<std::size_t>> pending;
    std::vector<std::size_t> testing;
  };

  void bisect(const PageSet& bad) {
    std::map<std::size_t, Page> pages;
    for (const std::size_t page : bad) {
      std::vector<std::size_t> all = carriers_of(page, true);
      set_page(page, false);
      if (!all.empty()) pages[page].pending.push_back(std::move(all));
    }
    bisect(std::move(pages));
  }

  std::vector<std::size_t> carriers_of(std::size_t page, bool in_use) const {
    std::vector<std::size_t> carriers;
    for (std::size_t i = 0; i < model_.pages[page].carriers.size(); ++i)
      if (const std::size_t carrier = model_.first_carrier(page) + i; active_[carrier] == in_use)
        carriers.push_back(carrier);
    return carriers;
  }

  void bisect(std::map<std::size_t, Page> pages) {
    if (pages.empty()) return;
    const std::size_t rounds = std::min(kBisectingRounds, kBisectingPages / pages.size());
    for (std::size_t round = 0; round < rounds && !pages.empty() && trials_left_ > 0; ++round)
      bisect_once(pages);
  }

  void bisect_once(std::map<std::size_t, Page>& pages) {
    for (auto& [number, page] : pages) {
      page.testing = std::move(page.pending.back());
      page.pending.pop_back();
      for (const std::size_t carrier : page.testing) active_[carrier] = true;
    }
    PageSet tested;
    for (const auto& [number, page] : pages) tested.insert(number);
    const PageSet failing = failing_pages(tested, Repair::kNone);
    for (auto entry = pages.begin(); entry != pages.end();) {
      if (failing.contains(entry->first)) split(entry->second);
      entry = entry->second.pending.empty() ? pages.erase(entry) : std::next(entry);
    }
  }

  void split(Page& page) {
    for (const std::size_t carrier : page.testing) active_[carrier] = false;
    if (page.testing.size() == 1) return;
    const auto middle = page.testing.begin() + static_cast<std::ptrdiff_t>(page.testing.size() / 2);
    page.pending.emplace_back(middle, page.testing.end());
    page.pending.emplace_back(page.testing.begin(), middle);
  }

  CopyLayout layout_;
  const DocumentModel& model_;
  const PageSet pages_;
  Places places_;
  const Texts texts_;
  std::vector<bool> active_;
  int round_ = 0;
  int trials_left_ = kMostTrials;
  std::string gave_up_;
  Trials trials_ = Trials::kPlanned;
  std::size_t layout_differs_ = 0;  // pages, when first looked at
};

}  // namespace

TextCheck check_text(base::ByteView original, const CopyLayout& layout, const DocumentModel& model) try {
  TextCheck check;
  check.drop.assign(layout.carriers, false);
  if (layout.carriers == 0) return check;
  Checker checker(original, layout, model);
  const std::vector<bool> active = checker.run();
  for (std::size_t i = 0; i < active.size(); ++i) check.drop[i] = !active[i];
  if (!checker.gave_up().empty())
    check.notes.push_back(
        {"page.text_unchecked",
         "Whether the copies' text reads the same was not checked to the end: " + checker.gave_up()});
  if (const std::size_t pages = checker.pages_with_other_layout(); pages > 0)
    check.notes.push_back(
        {"page.layout_text",
         "On " + std::to_string(pages) +
             " pages 'pdftotext -layout' may put other blanks between columns, or order them "
             "otherwise; plain extraction is the same."});
  check.dropped = static_cast<std::size_t>(std::ranges::count(check.drop, true));
  return check;
} catch (const base::Error& error) {
  if (error.code() != base::ErrorCode::kNotFound && error.code() != base::ErrorCode::kStorage) throw;
  return {std::vector<bool>(layout.carriers, false),
          0,
          {{"page.text_unchecked",
            std::string("Whether the copies' text reads the same was not checked: ") + error.what()}}};
}

}  // namespace barium::page
