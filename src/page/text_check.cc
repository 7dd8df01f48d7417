#include "page/text_check.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <map>
#include <set>
#include <string>

#include "base/parallel.h"
#include "base/rng.h"
#include "page/extracted_text.h"
#include "page/plain_copy.h"
#include "page/text_places.h"

namespace barium::page {

namespace {

// The first two must read a copy as the original. The layout mode spaces columns with blanks, to a hundredth
// of a point, and no page of a table keeps them all: its differences are noted.
constexpr std::array kExtractors = {Extractor::kPoppler, Extractor::kMupdf, Extractor::kPopplerLayout};
constexpr std::size_t kBinding = 2;

// Rounds of dropping what stands next to a difference. Each drops one of the two words at a gap, and looks
// further away where both stand still already. bench/suites/core_copies: most documents need two or three.
constexpr int kLocalRounds = 8;
// After that, halves of a page's carriers are tried: this many rounds, fewer where many pages fail.
constexpr std::size_t kBisectingRounds = 12, kBisectingPages = 240;
// Other random signs are tried at the end, and what they show is mended in as many rounds.
constexpr int kConfirmingRounds = 3;
// Where a page differs in more places than this, its reading order changed, and no place is the cause.
constexpr std::size_t kMostPlaces = 60;
// How far along its line a word is looked for that changes a gap at which nothing moves.
constexpr double kNearPt = 40;
// mupdf's and pdftotext's boxes are not quite ours.
constexpr double kSlackPt = 0.5;
// Of the size, across the line: words of the next line are further.
constexpr double kLineReach = 0.8;
// Compression costs more than the extractors gain from shorter files.
constexpr std::uint8_t kFastLevel = 1;

using Texts = std::array<std::vector<std::string>, kExtractors.size()>;
using PageSet = std::set<std::size_t>;  // indices from 0

// The texts of `pages`, each at its index; the others stay empty. Pages far from each other are read in runs,
// as long as starting a program costs less than reading what lies between.
constexpr std::size_t kBridgedPages = 8;

std::vector<std::string> extract_some(Extractor extractor, base::ByteView pdf, const PageSet& pages,
                                      std::size_t page_count) {
  std::vector<std::string> texts(page_count);
  for (auto first = pages.begin(); first != pages.end();) {
    auto last = first;
    for (auto next = std::next(first); next != pages.end() && *next <= *last + kBridgedPages; ++next)
      last = next;
    std::vector<std::string> run = extract_pages(extractor, pdf, *first + 1, *last + 1);
    run.resize(*last + 1 - *first);
    std::ranges::move(run, texts.begin() + static_cast<std::ptrdiff_t>(*first));
    first = std::next(last);
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

// Neighbours displaced towards and away from each other, in both orders; and twice as copies are, at random,
// in every round otherwise. A carrier's sign does not depend on which others are in use.
constexpr int kPatterns = 4;
// A long document is asked with the first and a random one alone.
constexpr std::size_t kManyPages = 200;
constexpr int kStepForMany = 2;
std::vector<std::int8_t> pattern_signs(int pattern, int round, std::size_t carriers) {
  base::Rng rng(static_cast<std::uint64_t>(kPatterns * round + pattern), "text_check");
  std::vector<std::int8_t> signs(carriers);
  for (std::size_t i = 0; i < carriers; ++i) {
    const std::size_t plus = pattern < 2 ? i + static_cast<std::size_t>(pattern) : rng.below(2);
    signs[i] = plus % 2 == 0 ? 1 : -1;
  }
  return signs;
}

// Where the characters of failing pages stand, read when first asked for.
class Places {
 public:
  explicit Places(base::ByteView original) : original_(original) {}

  const std::vector<PlacedCharacter>& of(Extractor extractor, std::size_t page) {
    const auto [entry, is_new] = pages_.try_emplace({extractor, page});
    if (!is_new) return entry->second;
    auto placed = placed_characters(extractor, extract_placed(extractor, original_, page + 1, page + 1));
    if (!placed.empty()) entry->second = std::move(placed.front());
    return entry->second;
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

  std::vector<bool> run() {
    PageSet pages = failing_pages(pages_, Repair::kLocal);
    if (pages.empty()) return active_;
    for (int round = 0; round < kLocalRounds && !pages.empty(); ++round)
      pages = failing_pages(pages, Repair::kLocal);
    if (!pages.empty()) bisect(pages);
    confirm();
    return active_;
  }

 private:
  enum class Repair { kNone, kLocal };

  void confirm() {
    PageSet pages = failing_pages(pages_, Repair::kLocal);
    for (int round = 0; round < kConfirmingRounds && !pages.empty(); ++round)
      pages = failing_pages(pages, Repair::kLocal);
    for (const std::size_t page : pages) set_page(page, false);
  }

  // Those of `pages` whose text some pattern changes, or changed before a repair: carriers next to the
  // differences are then put out of use.
  PageSet failing_pages(const PageSet& pages, Repair repair) {
    PageSet failing, layout_differs;
    std::vector<bool> still_active = active_;
    for (int pattern = 0; pattern<kPatterns; pattern += pages_.size()> kManyPages ? kStepForMany : 1) {
      const base::Bytes copy = write_plain_copy(layout_, signs(pattern));
      const std::size_t extractors = round_ == 0 && pattern == 0 ? kExtractors.size() : kBinding;
      const Texts changed = extract_all(copy, extractors, pages, model_.pages.size());
      for (std::size_t extractor = 0; extractor < extractors; ++extractor)
        for (const std::size_t page : pages) {
          const std::string &before = texts_[extractor][page], &after = changed[extractor][page];
          if (before == after) continue;
          (extractor < kBinding ? failing : layout_differs).insert(page);
          if (repair == Repair::kLocal && extractor < kBinding)
            drop_next_to(page, kExtractors[extractor], before, after, still_active);
        }
    }
    if (round_++ == 0) layout_differs_ = layout_differs.size();
    active_ = still_active;
    return failing;
  }

  std::vector<std::int8_t> signs(int pattern) const {
    std::vector<std::int8_t> signs = pattern_signs(pattern, round_, active_.size());
    for (std::size_t i = 0; i < signs.size(); ++i)
      if (!active_[i]) signs[i] = 0;
    return signs;
  }

  void drop_next_to(std::size_t page, Extractor extractor, const std::string& before,
                    const std::string& after, std::vector<bool>& still_active) {
    const std::vector<std::size_t> parting = parting_characters(before, after);
    if (parting.size() > kMostPlaces) return;
    const std::vector<PrintedCharacter> printed = printed_characters(before);
    const std::vector<PlacedCharacter>& placed = places_.of(extractor, page);
    for (const std::size_t at : parting) drop_at(page, find_gap(printed, at, placed), still_active);
  }

  // One word of the first gap where one moves; else all that are near; else all of the lines.
  void drop_at(std::size_t page, const std::vector<Gap>& gaps, std::vector<bool>& still_active) const {
    for (const Gap& gap : gaps) {
      std::vector<std::size_t> found = carriers_near(page, gap.before, 0);
      if (found.empty()) found = carriers_near(page, gap.after, 0);
      if (!found.empty()) return drop(found, still_active);
    }
    for (const double reach_pt : {kNearPt, 1e9})
      for (const Gap& gap : gaps) {
        std::vector<std::size_t> found = carriers_near(page, gap.before, reach_pt);
        std::ranges::copy(carriers_near(page, gap.after, reach_pt), std::back_inserter(found));
        if (!found.empty()) return drop(found, still_active);
      }
  }

  static void drop(const std::vector<std::size_t>& carriers, std::vector<bool>& still_active) {
    for (const std::size_t carrier : carriers) still_active[carrier] = false;
  }

  // Those in use whose word, made longer by reach_pt at both ends, holds the point.
  std::vector<std::size_t> carriers_near(std::size_t page, base::Vec2 point, double reach_pt) const {
    const std::size_t first = model_.first_carrier(page);
    const PageModel& model = model_.pages[page];
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < model.carriers.size(); ++i) {
      const Word& word = model.words[model.carriers[i].word];
      const base::Vec2 from_centre = point - word.box.centre();
      const double along = std::abs(dot(from_centre, word.along));
      const double across = std::abs(from_centre.x * word.along.y - from_centre.y * word.along.x);
      if (active_[first + i] && along < word.length_pt / 2 + reach_pt + kSlackPt &&
          across < kLineReach * word.size_pt)
        found.push_back(first + i);
    }
    return found;
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
      std::vector<std::size_t> all;
      for (std::size_t i = 0; i < model_.pages[page].carriers.size(); ++i)
        if (const std::size_t carrier = model_.first_carrier(page) + i; active_[carrier])
          all.push_back(carrier);
      set_page(page, false);
      if (!all.empty()) pages[page].pending.push_back(std::move(all));
    }
    const std::size_t rounds = std::min(kBisectingRounds, kBisectingPages / bad.size());
    for (std::size_t round = 0; round < rounds && !pages.empty(); ++round) bisect_once(pages);
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
