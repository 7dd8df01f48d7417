#include <algorithm>
#include <cmath>

#include "find/outline.h"
#include "find/rivals.h"
#include "find/spread.h"
#include "image/sample.h"

namespace barium::find {
namespace {

constexpr std::size_t kMostChecked = 6;
// Inverted and mirrored pictures are clean ones mostly, and every foreign picture comes this way too.
constexpr std::size_t kMostCheckedOtherwise = 2;
// Of one picture: a desk full, or a screen of thumbnails.
constexpr std::size_t kMostPagesInPhoto = 12;
// So few words beside the pages that were found are not looked up: a desk has as many.
constexpr std::size_t kLeastWordsBeside = 8;
// A page of which less agrees may share its sheet with another. Bench: find_spliced, as are words enough to
// say which; near a word that agrees they are the same page's.
constexpr double kPartOfSheet = 0.85, kExplainedPt = 30;
constexpr std::size_t kLeastWordsOfPart = 20;
// Words this near a page's edge may be its own, on paper that bends.
constexpr double kMargin = 0.05;

// A way to look at the photo, and the pages that it shows so.
struct Sight {
  PhotoFeatures seen;
  std::vector<Placement> pages;
  double likeness = 0;
  bool contested = false;  // it shows what several places have, and none has won
  bool decided() const { return !pages.empty() && pages.front().elsewhere.empty(); }
};

void take(Sight& sight, Placement found, const Index& index) {
  found.matches = spread(sight.seen, index.points(found.page), found);
  sight.pages.push_back(std::move(found));
}

// The page that the words show which the winner does not explain, where it lies on the winner's sheet.
std::optional<CheckedPage> other_part(const PhotoFeatures& seen, const CheckedPage& winner_of_part,
                                      const Index& index, const PageSource& page_of, std::size_t most) {
  const Placement& page = winner_of_part.placement;
  PhotoFeatures rest = seen;
  std::erase_if(rest.words, [&](const PhotoWord& word) {
    return std::ranges::any_of(page.matches, [&](const Match& match) {
      const double px_per_pt = std::sqrt(std::abs(page.photo_from_page.area_scale(match.in_page)));
      return norm(match.in_photo - word.frame.centre) < kExplainedPt * px_per_pt;
    });
  });
  if (rest.words.size() < kLeastWordsOfPart) return std::nullopt;
  std::vector<Candidate> candidates = index.candidates(rest, most);
  std::erase_if(candidates, [&](const Candidate& candidate) { return candidate.page == page.page; });
  return winner(rest, beside_on_the_sheet(winner_of_part, rivals(rest, index, page_of, candidates)));
}

Sight look(image::GrayView photo, const Manner& manner, const Index& index, const PageSource& page_of,
           std::size_t most) {
  Sight sight{photo_features(photo, manner), {}};
  const std::vector<Candidate> candidates = index.candidates(sight.seen, most);
  if (!candidates.empty()) sight.likeness = candidates.front().votes;
  const std::vector<Rival> all = rivals(sight.seen, index, page_of, candidates);
  if (auto best = winner(sight.seen, all)) {
    // Where several places have what is seen, the parts that each lacks are no second page.
    auto other = best->placement.elsewhere.empty() ? winner(sight.seen, beside_on_the_sheet(*best, all))
                                                   : std::nullopt;
    if (!other && best->placement.elsewhere.empty() && best->placement.score < kPartOfSheet)
      other = other_part(sight.seen, *best, index, page_of, most);
    const bool spliced = other && other->placement.elsewhere.empty();
    best->placement.spliced = spliced;
    take(sight, std::move(best->placement), index);
    if (spliced) {
      other->placement.spliced = true;
      take(sight, std::move(other->placement), index);
    }
  }
  sight.contested = !all.empty() && !sight.decided();
  return sight;
}

// From the words that belong to no page so far, until they show none.
void look_beside(Sight& sight, const Index& index, const PageSource& page_of) {
  std::vector<Outline> outlines;
  while (!sight.pages.empty() && sight.pages.size() < kMostPagesInPhoto) {
    for (std::size_t i = outlines.size(); i < sight.pages.size(); ++i)
      outlines.emplace_back(sight.pages[i], page_of(sight.pages[i].page).model, kMargin);
    std::erase_if(sight.seen.words, [&](const PhotoWord& word) {
      return std::ranges::any_of(outlines,
                                 [&](const Outline& page) { return page.holds(word.frame.centre); });
    });
    if (sight.seen.words.size() < kLeastWordsBeside) return;
    auto next = winner(
        sight.seen, rivals(sight.seen, index, page_of, index.candidates(sight.seen, kMostCheckedOtherwise)));
    if (!next) return;
    const Outline outline(next->placement, page_of(next->placement.page).model, kMargin);
    if (std::ranges::any_of(outlines, [&](const Outline& other) { return other.overlaps(outline); })) return;
    take(sight, std::move(next->placement), index);
  }
}

void mirror(std::vector<Placement>& pages, int width) {
  const image::Homography photo_from_mirrored{{-1, 0, static_cast<double>(width), 0, 1, 0, 0, 0, 1}};
  for (Placement& page : pages) {
    page.photo_from_page = (photo_from_mirrored * page.photo_from_page).normalized();
    for (Match& match : page.matches) match.in_photo = photo_from_mirrored * match.in_photo;
    mirror(page.twins, width);
    mirror(page.elsewhere, width);
    mirror(page.versions, width);
  }
}

enum class Count { kOne, kAll };

PagesInPhoto pages_in(image::GrayView photo, const Index& index, const PageSource& page_of, Count count) {
  struct Way {
    Manner manner;
    std::size_t most;
    image::Mirror mirror;
  };
  constexpr Way kWays[] = {
      {{}, kMostChecked, image::Mirror::kNo},
      {{.focus = Focus::kSharpened}, kMostChecked, image::Mirror::kNo},
      {{.print = Print::kBroken}, kMostChecked, image::Mirror::kNo},
      {{.polarity = Polarity::kLightOnDark}, kMostCheckedOtherwise, image::Mirror::kNo},
      {{}, kMostCheckedOtherwise, image::Mirror::kYes},
      {{.polarity = Polarity::kLightOnDark}, kMostCheckedOtherwise, image::Mirror::kYes},
  };
  PagesInPhoto found;
  Sight undecided;
  for (const Way& way : kWays) {
    const bool mirrored = way.mirror == image::Mirror::kYes;
    const image::GrayImage turned = mirrored ? image::turned(photo, 0, way.mirror) : image::GrayImage();
    Sight sight = look(mirrored ? turned.view() : photo, way.manner, index, page_of, way.most);
    found.likeness = std::max(found.likeness, sight.likeness);
    if (&way == kWays) found.words_seen = sight.seen.words.size();
    if (sight.contested) {
      if (!sight.pages.empty() && !mirrored) undecided = std::move(sight);
      // No other look tells more.
      if (way.manner.focus == Focus::kSharpened) break;
      continue;
    }
    if (sight.pages.empty()) continue;
    if (count == Count::kAll) look_beside(sight, index, page_of);
    if (mirrored) mirror(sight.pages, photo.width());
    found.pages = std::move(sight.pages);
    return found;
  }
  if (count == Count::kAll) look_beside(undecided, index, page_of);
  found.pages = std::move(undecided.pages);
  return found;
}

}  // namespace

std::optional<Placement> identify(image::GrayView photo, const Index& index, const PageSource& page_of) {
  std::vector<Placement> pages = pages_in(photo, index, page_of, Count::kOne).pages;
  if (pages.empty() || !pages.front().elsewhere.empty()) return std::nullopt;
  return std::move(pages.front());
}

PagesInPhoto identify_all(image::GrayView photo, const Index& index, const PageSource& page_of) {
  return pages_in(photo, index, page_of, Count::kAll);
}

}  // namespace barium::find
