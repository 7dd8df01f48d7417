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
// So many words on a page's sheet that are not its own, or of its own that are missing there, may be a part
// of another; near a word that agrees they are the page's. Chosen with find_spliced, as is how many
// candidates are checked: of 180 photographs 14 have so many missing.
constexpr std::size_t kLeastWordsOfPart = 20;
constexpr double kExplainedPt = 30;
// Of the original's picture: half the way to black is ink.
constexpr std::uint8_t kBlank = 128;
constexpr std::size_t kMostCheckedOfPart = 12;
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

void take(Sight& sight, const PhotoFeatures& seen, Placement found, const Index& index) {
  found.matches = spread(seen, index.points(found.page), found);
  sight.pages.push_back(std::move(found));
}

// What the photo shows where the page explains nothing.
PhotoFeatures beside(PhotoFeatures seen, const Placement& page) {
  for (const Match& match : page.matches) {
    const double px_per_pt = std::sqrt(std::abs(page.photo_from_page.area_scale(match.in_page)));
    seen.taken.push_back({match.in_photo, kExplainedPt * px_per_pt});
  }
  std::erase_if(seen.words, [&](const PhotoWord& word) { return seen.is_taken(word.frame.centre); });
  return seen;
}

bool is_near(base::Vec2 p, std::span<const Match> matches) {
  return std::ranges::any_of(matches, [&](const Match& m) { return norm(m.in_page - p) < kExplainedPt; });
}

bool is_blank_around(base::Vec2 p, const page::PageRaster& raster) {
  const auto from = [&](double pt) {
    return static_cast<int>(std::floor((pt - kExplainedPt) * raster.px_per_pt));
  };
  const auto to = [&](double pt) {
    return static_cast<int>(std::ceil((pt + kExplainedPt) * raster.px_per_pt));
  };
  const image::GrayImage& picture = raster.picture;
  for (int y = std::max(0, from(p.y)); y < std::min(picture.height(), to(p.y)); ++y) {
    const std::uint8_t* row = picture.row(y);
    for (int x = std::max(0, from(p.x)); x < std::min(picture.width(), to(p.x)); ++x)
      if (row[x] < kBlank) return false;
  }
  return true;
}

// Whether part of the sheet may be another page's.
bool may_be_a_part(const PhotoFeatures& seen, const CheckedPage& checked, const page::RegisteredPage& page) {
  const Placement& placement = checked.placement;
  const auto missing = static_cast<std::size_t>(std::ranges::count_if(
      checked.missed, [&](const Match& missed) { return !is_near(missed.in_page, placement.matches); }));
  if (missing >= kLeastWordsOfPart) return true;
  const auto page_from_photo = placement.photo_from_page.inverse();
  if (!page_from_photo) return false;
  const base::Box sheet{0, 0, page.model.width_pt, page.model.height_pt};
  const auto foreign = std::ranges::count_if(seen.words, [&](const PhotoWord& word) {
    const base::Vec2 p = *page_from_photo * word.frame.centre;
    return sheet.contains(p) && is_blank_around(p, page.raster);
  });
  return static_cast<std::size_t>(foreign) >= kLeastWordsOfPart;
}

struct Part {
  PhotoFeatures seen;
  CheckedPage page;
};

// The page that has the rest of the sheet of which `part` is a part; it may be printed otherwise.
std::optional<Part> other_part(image::GrayView photo, const Manner& manner, PhotoFeatures seen,
                               const CheckedPage& part, const Index& index, const PageSource& page_of) {
  std::vector<Manner> manners{manner};
  if (manner.focus == Focus::kAsIs) manners.push_back({manner.polarity, manner.print, Focus::kSharpened});
  manners.push_back(
      {manner.polarity, manner.print == Print::kSolid ? Print::kBroken : Print::kSolid, Focus::kAsIs});
  for (const Manner& way : manners) {
    PhotoFeatures rest =
        beside(&way == &manners.front() ? std::move(seen) : photo_features(photo, way), part.placement);
    if (rest.words.size() < kLeastWordsOfPart) return std::nullopt;
    std::vector<Candidate> candidates = index.candidates(rest, kMostCheckedOfPart);
    std::erase_if(candidates,
                  [&](const Candidate& candidate) { return candidate.page == part.placement.page; });
    auto found = winner(rest, beside_on_the_sheet(part, rivals(rest, index, page_of, candidates)));
    if (found) return Part{std::move(rest), std::move(*found)};
  }
  return std::nullopt;
}

const page::RegisteredPage& registered(PageId page, std::span<const Rival> rivals) {
  return std::ranges::find(rivals, page, [](const Rival& rival) { return rival.checked.placement.page; })
      ->page;
}

Sight look(image::GrayView photo, const Manner& manner, const Index& index, const PageSource& page_of,
           std::size_t most) {
  Sight sight{photo_features(photo, manner), {}};
  const std::vector<Candidate> candidates = index.candidates(sight.seen, most);
  if (!candidates.empty()) sight.likeness = candidates.front().votes;
  const std::vector<Rival> all = rivals(sight.seen, index, page_of, candidates);
  if (auto best = winner(sight.seen, all)) {
    std::optional<Part> other;
    // Where several places have what is seen, the parts that each lacks are no second page.
    if (best->placement.elsewhere.empty()) {
      if (auto found = winner(sight.seen, beside_on_the_sheet(*best, all)))
        other = Part{sight.seen, std::move(*found)};
      else if (may_be_a_part(sight.seen, *best, registered(best->placement.page, all)))
        other = other_part(photo, manner, sight.seen, *best, index, page_of);
    }
    const bool spliced = other && other->page.placement.elsewhere.empty();
    best->placement.spliced = spliced;
    take(sight, sight.seen, std::move(best->placement), index);
    if (spliced) {
      other->page.placement.spliced = true;
      take(sight, other->seen, std::move(other->page.placement), index);
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
    take(sight, sight.seen, std::move(next->placement), index);
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
