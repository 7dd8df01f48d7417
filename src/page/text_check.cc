#include "page/text_check.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>

#include "base/parallel.h"
#include "base/rng.h"
#include "page/extracted_text.h"
#include "page/plain_copy.h"

namespace barium::page {

namespace {

// The first two must read a copy as the original. The layout mode spaces columns with blanks, to a hundredth
// of a point, and no page of a table keeps them all: its differences are repaired where they have a place,
// and else noted.
constexpr std::array kExtractors = {Extractor::kPoppler, Extractor::kMupdf, Extractor::kPopplerLayout};
constexpr std::size_t kBinding = 2;

// Rounds of dropping what stands next to a difference; most documents need two.
constexpr int kLocalRounds = 3;
// A round of bisection runs both extractors for every pattern. Eight rounds bring back seven eighths of a
// page with one culprit; long documents get fewer, so that reading one takes seconds, not minutes.
constexpr std::size_t kBisectingRounds = 8, kBisectingPages = 160;
// Where a page differs in more places than this, its reading order changed, and no place is the cause.
constexpr std::size_t kMostPlaces = 60;

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

// Neighbours displaced towards and away from each other, in both orders; all one way; all the other way; and
// as copies are, at random. A carrier's sign does not depend on which others are in use.
constexpr int kPatterns = 4;
// A long document is asked with the first two alone: between them every gap has been wider and narrower.
constexpr std::size_t kManyPages = 200;
constexpr int kPatternsForMany = 2;
std::vector<std::int8_t> pattern_signs(int pattern, std::size_t carriers) {
  base::Rng rng(static_cast<std::uint64_t>(pattern), "text_check");
  std::vector<std::int8_t> signs(carriers);
  for (std::size_t i = 0; i < carriers; ++i) {
    const std::size_t plus = pattern < 2 ? i + static_cast<std::size_t>(pattern) : rng.below(2);
    signs[i] = plus % 2 == 0 ? 1 : -1;
  }
  return signs;
}

class Checker {
 public:
  Checker(base::ByteView original, const CopyLayout& layout, const DocumentModel& model)
      : layout_(layout),
        model_(model),
        pages_(pages_with_carriers(model)),
        texts_(extract_all(original, kExtractors.size(), pages_, model.pages.size())),
        active_(layout.carriers, true) {}

  std::size_t pages_with_other_layout() const { return layout_differs_; }

  std::vector<bool> run() {
    PageSet pages = failing_pages(pages_, Repair::kAlsoForLayout);
    for (int round = 0; round < kLocalRounds && !pages.empty(); ++round)
      pages = failing_pages(pages, Repair::kLocal);
    if (pages.empty()) return active_;
    bisect(pages);
    for (const std::size_t page : failing_pages(pages, Repair::kNone)) set_page(page, false);
    return active_;
  }

 private:
  enum class Repair { kNone, kLocal, kAlsoForLayout };

  // Those of `pages` whose text some pattern changes, or changed before a repair: carriers next to the
  // differences are then put out of use.
  PageSet failing_pages(const PageSet& pages, Repair repair) {
    PageSet failing, layout_differs;
    std::vector<bool> still_active = active_;
    const std::size_t extractors = repair == Repair::kAlsoForLayout ? kExtractors.size() : kBinding;
    for (int pattern = 0; pattern < patterns_; ++pattern) {
      const base::Bytes copy = write_plain_copy(layout_, signs(pattern));
      const Texts changed = extract_all(copy, extractors, pages, model_.pages.size());
      for (std::size_t extractor = 0; extractor < extractors; ++extractor)
        for (const std::size_t page : pages) {
          const std::string &before = texts_[extractor][page], &after = changed[extractor][page];
          if (before == after) continue;
          failing.insert(page);
          if (extractor >= kBinding) layout_differs.insert(page);
          if (repair != Repair::kNone) drop_next_to(page, tokens_of(before), tokens_of(after), still_active);
        }
    }
    active_ = still_active;
    if (extractors > kBinding) layout_differs_ = layout_differs.size();
    return failing;
  }

  std::vector<std::int8_t> signs(int pattern) const {
    std::vector<std::int8_t> signs = pattern_signs(pattern, active_.size());
    for (std::size_t i = 0; i < signs.size(); ++i)
      if (!active_[i]) signs[i] = 0;
    return signs;
  }

  void drop_next_to(std::size_t page, const std::vector<Token>& original, const std::vector<Token>& changed,
                    std::vector<bool>& still_active) const {
    const std::vector<std::size_t> places = parting_tokens(original, changed);
    if (places.size() > kMostPlaces) return;
    for (const std::size_t at : places)
      if (!drop_where(page, original, at, stands_at, still_active))
        drop_where(page, original, at, touches, still_active);
  }

  using Criterion = bool(const PageModel&, std::size_t word, const std::vector<Token>&, std::size_t at);

  bool drop_where(std::size_t page, const std::vector<Token>& tokens, std::size_t at, Criterion& criterion,
                  std::vector<bool>& still_active) const {
    const std::size_t first = model_.first_carrier(page);
    const PageModel& model = model_.pages[page];
    bool any = false;
    for (std::size_t i = 0; i < model.carriers.size(); ++i) {
      if (!active_[first + i] || !criterion(model, model.carriers[i].word, tokens, at)) continue;
      still_active[first + i] = false;
      any = true;
    }
    return any;
  }

  // Whether a word is the token before or behind a place, judged by its text and one neighbour's.
  static bool stands_at(const PageModel& page, std::size_t word, const std::vector<Token>& tokens,
                        std::size_t at) {
    const auto text = [&](std::size_t i) -> std::string_view {
      return i < page.words.size() ? std::string_view(page.words[i].text) : std::string_view();
    };
    const bool has_next = at + 1 < tokens.size();
    if (text(word) == tokens[at].text)
      return !has_next || text(word + 1) == tokens[at + 1].text ||
             (at > 0 && text(word - 1) == tokens[at - 1].text);
    return has_next && text(word) == tokens[at + 1].text &&
           (text(word - 1) == tokens[at].text ||
            (at + 2 < tokens.size() && text(word + 1) == tokens[at + 2].text));
  }

  // The same where extractor and we cut words otherwise: one is the other's beginning or end.
  static bool touches(const PageModel& page, std::size_t word, const std::vector<Token>& tokens,
                      std::size_t at) {
    const auto meet = [&](const std::string& one, const std::string& other) {
      return !one.empty() && !other.empty() &&
             (one.starts_with(other) || one.ends_with(other) || other.starts_with(one) ||
              other.ends_with(one));
    };
    const std::string text = without_direction(page.words[word].text);
    return meet(text, without_direction(tokens[at].text)) ||
           (at + 1 < tokens.size() && meet(text, without_direction(tokens[at + 1].text)));
  }

  // pdftotext wraps what it holds for right-to-left in U+202A to U+202E.
  static std::string without_direction(std::string text) {
    for (const std::string_view mark : {"\u202A", "\u202B", "\u202C", "\u202D", "\u202E"})
      for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark))
        text.erase(at, mark.size());
    return text;
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
    const std::size_t rounds = std::min(kBisectingRounds, kBisectingPages / model_.pages.size());
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

  const CopyLayout& layout_;
  const DocumentModel& model_;
  const PageSet pages_;
  const int patterns_ = pages_.size() > kManyPages ? kPatternsForMany : kPatterns;
  const Texts texts_;
  std::vector<bool> active_;
  std::size_t layout_differs_ = 0;  // pages, when last looked at
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
