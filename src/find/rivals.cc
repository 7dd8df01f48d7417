#include "find/rivals.h"

#include <algorithm>
#include <cmath>

#include "find/siblings.h"

namespace barium::find {
namespace {

using base::Vec2;

// A candidate with less than this share of the best one's votes is not looked at once one has passed.
constexpr double kShareOfBestVotes = 0.4;
// Pages of one template differ by some words; the right one leads by them.
constexpr double kClearLead = 0.03;
// A place that shows this share of the words in view, and so many, is worth a look. A page keeps about half
// of its words as points, and of a paragraph that stands twice not the same half: a quarter is all of it.
constexpr double kShareOfView = 0.12;
constexpr int kLeastVotes = 6;
constexpr std::size_t kMostPlaces = 32;
// Of them, those are checked in full where a few words agree as well as anywhere, or nearly.
constexpr std::size_t kFewWords = 40;
constexpr double kNearlyAsWell = 0.12;
// Maps of one page that put its words this close are one place, pt.
constexpr double kOnePlacePt = 6;
constexpr double kReachPt = 45;
// One page explains what another does where, of its words looked for about there, so many agree; and contends
// for the photo if it explains so many of the words that agree with the other. Of a dense page not every word
// is looked for, and of two readings not the same ones. Pages side by side have none of each other's, pages
// put together in one sheet few.
constexpr double kAboutPt = 40;
constexpr double kExplainedAbout = 0.5, kExplained = 0.2;
// Corners of pages put together in one sheet, of its width and height; of sheets that lie one on the other by
// chance they are farther apart. Bench: find_spliced.
constexpr double kOneSheet = 0.05;
// Of the photo that agrees with a page, as much agrees with another version of it: chosen so that a form
// filled in otherwise is none.
constexpr double kVersionShare = 0.5;
constexpr std::size_t kMostVersions = 3;
// Copies of one file that were registered again and again.
constexpr std::size_t kMostTwins = 7;
// Each costs an alignment, and its share of the bound on accusing.
constexpr std::size_t kMostElsewhere = 15;

// Where `other` has what `page` has in the photo's view, by the maps of both: p_in_other = p_in_page + shift.
Vec2 shift_by_maps(const CheckedPage& page, const CheckedPage& other) {
  const auto other_from_photo = other.placement.photo_from_page.inverse();
  if (!other_from_photo) return {};
  Vec2 sum;
  for (const Match& m : page.placement.matches) sum = sum + (*other_from_photo * m.in_photo - m.in_page);
  return sum * (1.0 / static_cast<double>(page.placement.matches.size()));
}

// Which pages are at hand, each read once.
class Pages {
 public:
  explicit Pages(const PageSource& page_of) : page_of_(page_of) {}
  const page::RegisteredPage& at(PageId id) {
    const auto known = pages_.find(id);
    return known != pages_.end() ? known->second : pages_.emplace(id, page_of_(id)).first->second;
  }

 private:
  const PageSource& page_of_;
  std::map<PageId, page::RegisteredPage> pages_;
};

struct Place {
  PageId page{};
  Shift shift;
};

// The points of a page that the photo shows.
std::vector<PagePoint> points_in_view(const PhotoFeatures& seen, const CheckedPage& checked,
                                      std::span<const PagePoint> points) {
  const base::Box view{0, 0, seen.picture.width() / seen.px_per_photo_px,
                       seen.picture.height() / seen.px_per_photo_px};
  std::vector<PagePoint> result;
  for (const PagePoint& p : points)
    if (view.contains(checked.placement.photo_from_page * p.frame.centre)) result.push_back(p);
  return result;
}

// Where else the text in view stands, on the pages of the candidates; most votes first.
std::vector<Place> places_of(const PhotoFeatures& seen, const Index& index, const CheckedPage& checked,
                             std::span<const Candidate> candidates) {
  const auto view = points_in_view(seen, checked, index.points(checked.placement.page));
  const int least = std::max(kLeastVotes, static_cast<int>(kShareOfView * static_cast<double>(view.size())));
  std::vector<Place> places;
  for (const Candidate& c : candidates)
    for (const Shift& shift : shifts_between(view, index.points(c.page), least))
      places.push_back({c.page, shift});
  std::stable_sort(places.begin(), places.end(),
                   [](const Place& a, const Place& b) { return a.shift.votes > b.shift.votes; });
  return places;
}

Candidate moved(const CheckedPage& checked, const Place& place) {
  const Vec2 by = place.shift.by;
  const image::Homography page_from_other{{1, 0, -by.x, 0, 1, -by.y, 0, 0, 1}};
  Candidate candidate{place.page, 0, checked.placement.photo_from_page * page_from_other, {}};
  for (const Match& m : checked.placement.matches) candidate.matches.push_back({m.in_page + by, m.in_photo});
  return candidate;
}

std::vector<CheckedPage> passing(const PhotoFeatures& seen, std::span<const Candidate> candidates,
                                 Pages& pages) {
  std::vector<CheckedPage> passed;
  double best_votes = 0;
  for (const Candidate& candidate : candidates) {
    if (!passed.empty() && candidate.votes < kShareOfBestVotes * best_votes) break;
    auto checked = check_words(seen, pages.at(candidate.page), candidate);
    if (!checked) continue;
    best_votes = std::max(best_votes, candidate.votes);
    passed.push_back(std::move(*checked));
  }
  std::stable_sort(passed.begin(), passed.end(),
                   [](const CheckedPage& a, const CheckedPage& b) { return a.agreeing > b.agreeing; });
  return passed;
}

// A rival's exact shift is that of the page's own words, if they stand about where the photo's maps say.
Vec2 nearest_shift(std::span<const Place> places, const CheckedPage& rival, Vec2 by_maps) {
  for (const Place& place : places)
    if (place.page == rival.placement.page && norm(place.shift.by - by_maps) < kOnePlacePt)
      return place.shift.by;
  return norm(by_maps) < 2 * kOnePlacePt ? Vec2{} : by_maps;
}

Rival* known(std::span<Rival> rivals, const Place& place) {
  const auto at = std::find_if(rivals.begin(), rivals.end(), [&](const Rival& r) {
    return r.checked.placement.page == place.page && norm(r.shift - place.shift.by) < kOnePlacePt;
  });
  return at == rivals.end() ? nullptr : &*at;
}

// Share of a few words, by weight, that agree where a candidate has them.
double promise(const PhotoFeatures& seen, const page::RegisteredPage& page, const Candidate& candidate) {
  const LocalMap map(candidate.photo_from_page, candidate.matches, kReachPt);
  double agreeing = 0, in_view = 1e-9;
  for (const Template& word : templates_in_view(page, kFewWords, seen, candidate.photo_from_page)) {
    const Sighting sighting = look_for(seen.picture, seen.px_per_photo_px, map, word, {4, 4});
    if (!sighting.in_view) continue;
    in_view += word.weight;
    if (sighting.match >= kAgrees) agreeing += word.weight;
  }
  return agreeing / in_view;
}

// Of the places with the most votes.
std::vector<Place> promising(const PhotoFeatures& seen, Pages& pages, const CheckedPage& reference,
                             std::span<const Place> places) {
  std::vector<std::pair<double, Place>> looked_at;
  double best = 0;
  for (const Place& place : places.first(std::min(places.size(), kMostPlaces))) {
    looked_at.emplace_back(promise(seen, pages.at(place.page), moved(reference, place)), place);
    best = std::max(best, looked_at.back().first);
  }
  std::vector<Place> result;
  for (const auto& [share, place] : looked_at)
    if (share >= best - kNearlyAsWell) result.push_back(place);
  return result;
}

// A candidate of a page that repeats itself may have matches of several places; those of the reference are of
// one. The better map of a place stays.
void add_places(const PhotoFeatures& seen, Pages& pages, const CheckedPage& reference,
                std::span<const Place> places, std::vector<Rival>& rivals) {
  for (const Place& place : promising(seen, pages, reference, places)) {
    Rival* there = known(rivals, place);
    if (there == &rivals.front()) continue;
    const page::RegisteredPage& page = pages.at(place.page);
    auto checked = check_words(seen, page, moved(reference, place));
    if (!checked) continue;
    if (there == nullptr)
      rivals.push_back({std::move(*checked), page, place.shift.by});
    else if (checked->agreeing > there->checked.agreeing)
      there->checked = std::move(*checked);
  }
}

}  // namespace

std::vector<Rival> rivals(const PhotoFeatures& seen, const Index& index, const PageSource& page_of,
                          std::span<const Candidate> candidates) {
  Pages pages(page_of);
  auto passed = passing(seen, candidates, pages);
  if (passed.empty()) return {};
  const CheckedPage reference = passed.front();
  const auto places = places_of(seen, index, reference, candidates);
  std::vector<Rival> result;
  for (CheckedPage& checked : passed) {
    const Vec2 shift =
        result.empty() ? Vec2{} : nearest_shift(places, checked, shift_by_maps(reference, checked));
    const page::RegisteredPage& page = pages.at(checked.placement.page);
    result.push_back({std::move(checked), page, shift});
  }
  add_places(seen, pages, reference, places, result);
  std::stable_sort(result.begin(), result.end(), [](const Rival& a, const Rival& b) {
    return a.checked.placement.score > b.checked.placement.score;
  });
  return result;
}

namespace {

// Of the matches of a page, those about a point of the photo.
std::ptrdiff_t count_about(base::Vec2 in_photo, std::span<const Match> matches, const Placement& page) {
  return std::ranges::count_if(matches, [&](const Match& m) {
    const double px_per_pt = std::sqrt(std::abs(page.photo_from_page.area_scale(m.in_page)));
    return norm(m.in_photo - in_photo) < kAboutPt * px_per_pt;
  });
}

// Share of the words that agree with `page` which `other` explains as well.
double explained(const CheckedPage& page, const CheckedPage& other) {
  const auto count = std::ranges::count_if(page.placement.matches, [&](const Match& mine) {
    const auto agree = count_about(mine.in_photo, other.placement.matches, other.placement);
    const auto miss = count_about(mine.in_photo, other.missed, other.placement);
    return agree > 0 && static_cast<double>(agree) >= kExplainedAbout * static_cast<double>(agree + miss);
  });
  return static_cast<double>(count) / static_cast<double>(page.placement.matches.size());
}

bool contend(const CheckedPage& a, const CheckedPage& b) {
  return explained(a, b) > kExplained || explained(b, a) > kExplained;
}

// The words that differ tell; where they tell nothing clear, or one leads by far, the scores, if the one that
// leads also explains more of the photo.
Verdict compare(const PhotoFeatures& seen, const Rival& a, const Rival& b) {
  const double lead = a.checked.placement.score - b.checked.placement.score;
  const double more = a.checked.agreeing - b.checked.agreeing;
  const auto leads_by = [&](double clear) {
    if (lead >= clear && more >= 0) return Verdict::kFirst;
    return lead <= -clear && more <= 0 ? Verdict::kSecond : Verdict::kUndecided;
  };
  const Verdict by_far = leads_by(kNearlyAsWell);
  if (by_far != Verdict::kUndecided) return by_far;
  const Verdict by_words = decide(seen, a, b);
  return by_words != Verdict::kUndecided ? by_words : leads_by(kClearLead);
}

}  // namespace

std::optional<CheckedPage> winner(const PhotoFeatures& seen, std::span<const Rival> rivals) {
  if (rivals.empty()) return std::nullopt;
  std::size_t best = 0;
  for (std::size_t i = 1; i < rivals.size(); ++i)
    if (rivals[i].checked.agreeing > rivals[best].checked.agreeing) best = i;
  std::map<std::size_t, Verdict> against_best;
  const auto compared = [&](std::size_t i) {
    const auto known = against_best.find(i);
    return known != against_best.end()
               ? known->second
               : against_best.emplace(i, compare(seen, rivals[best], rivals[i])).first->second;
  };
  for (std::size_t i = 0; i < rivals.size(); ++i)
    if (i != best && contend(rivals[best].checked, rivals[i].checked) && compared(i) == Verdict::kSecond)
      best = i, against_best.clear();
  CheckedPage won = rivals[best].checked;
  Placement& placement = won.placement;
  for (std::size_t i = 0; i < rivals.size(); ++i) {
    if (i == best || !contend(rivals[best].checked, rivals[i].checked)) continue;
    switch (compared(i)) {
      case Verdict::kFirst:
        if (placement.versions.size() < kMostVersions &&
            rivals[i].checked.agreeing >= kVersionShare * rivals[best].checked.agreeing)
          placement.versions.push_back(rivals[i].checked.placement);
        break;
      case Verdict::kSame:
        if (placement.twins.size() < kMostTwins) placement.twins.push_back(rivals[i].checked.placement);
        break;
      case Verdict::kAlike:
        if (placement.elsewhere.size() == kMostElsewhere) return std::nullopt;
        placement.elsewhere.push_back(rivals[i].checked.placement);
        break;
      case Verdict::kSecond:
      case Verdict::kUndecided:
        return std::nullopt;
    }
  }
  return won;
}

std::vector<Rival> beside_on_the_sheet(const CheckedPage& winner, std::vector<Rival> rivals) {
  std::erase_if(rivals, [&](const Rival& rival) {
    const Placement& page = rival.checked.placement;
    const auto winner_from_photo = winner.placement.photo_from_page.inverse();
    if (!winner_from_photo || contend(winner, rival.checked)) return true;
    const double w = rival.page.model.width_pt, h = rival.page.model.height_pt;
    for (const Vec2 corner : {Vec2{0, 0}, {w, 0}, {0, h}, {w, h}})
      if (norm(*winner_from_photo * (page.photo_from_page * corner) - corner) > kOneSheet * (w + h))
        return true;
    return false;
  });
  return rivals;
}

}  // namespace barium::find
