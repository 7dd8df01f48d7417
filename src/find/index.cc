#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <unordered_map>

#include "base/huge_pages.h"
#include "find/consensus.h"
#include "find/find.h"

namespace barium::find {
namespace {

// A table's key: kKeyBits of the 32 signs. Four tables leave out a different run of twelve signs each (three
// of every four runs of eight, roughly), so that a match with few wrong signs has one table without any.
constexpr int kTables = 4;
constexpr int kKeyBits = 20;
constexpr std::uint32_t kNone = UINT32_MAX;

// The signs of table t, by a fixed shuffle: low and high orders in each.
constexpr std::array<std::array<std::uint8_t, kKeyBits>, kTables> key_signs() {
  std::array<std::array<std::uint8_t, kKeyBits>, kTables> signs{};
  for (int t = 0; t < kTables; ++t)
    for (int i = 0; i < kKeyBits; ++i)
      signs[static_cast<std::size_t>(t)][static_cast<std::size_t>(i)] =
          static_cast<std::uint8_t>((8 * t + i) * 5 % kLookSize);
  return signs;
}
constexpr auto kKeySigns = key_signs();

std::uint32_t key_of(std::uint32_t look, int table) {
  std::uint32_t key = 0;
  for (int i = 0; i < kKeyBits; ++i) key |= (look >> kKeySigns[table][i] & 1u) << i;
  return key;
}

// A cell longer than this says nothing: "the" stands on every page.
constexpr std::uint32_t kLongestCell = 400;
// Signs that may differ between a word and the page's point to be a hit.
constexpr int kHitDistance = 7;
// A dense page collects many hits by chance, so the sum of votes only bounds the work: agreement is looked
// for first among the heaviest hits of many pages, then among all hits of a few.
constexpr std::size_t kMostPages = 3000;
constexpr std::size_t kHitsAtFirst = 60;
constexpr std::size_t kMostPagesInFull = 30;
constexpr std::size_t kMostHitsPerPage = 1000;

struct Posting {
  PageId page;
  std::uint32_t next;
  std::uint32_t look;
  std::uint16_t point;
};

// The postings of one key: a list, the newest first.
struct Cell {
  std::uint32_t head = kNone, length = 0;
};

template <class T>
using Table = std::vector<T, base::HugePageAllocator<T>>;

// The key and its neighbours with the least certain signs flipped: all subsets of the three least certain,
// and the next three alone.
std::array<std::uint32_t, 11> probes(const Look& look, std::uint32_t bits, int table) {
  std::array<int, kKeyBits> order{};
  for (int i = 0; i < kKeyBits; ++i) order[i] = i;
  std::partial_sort(order.begin(), order.begin() + 6, order.end(), [&](int a, int b) {
    const float va = std::abs(look[kKeySigns[table][a]]), vb = std::abs(look[kKeySigns[table][b]]);
    return va != vb ? va < vb : a < b;
  });
  const std::uint32_t key = key_of(bits, table);
  std::array<std::uint32_t, 11> keys{};
  for (std::uint32_t subset = 0; subset < 8; ++subset) {
    keys[subset] = key;
    for (int i = 0; i < 3; ++i)
      if (subset >> i & 1u) keys[subset] ^= 1u << order[i];
  }
  for (int i = 0; i < 3; ++i) keys[8 + i] = key ^ 1u << order[3 + i];
  return keys;
}

}  // namespace

struct Index::Tables {
  Table<Posting> postings;
  std::array<Table<Cell>, kTables> cells;
  std::vector<std::pair<PageId, std::vector<PagePoint>>> pages;  // postings name them by place
  std::unordered_map<std::uint32_t, std::size_t> place_of;

  struct PageHit {
    std::uint32_t page;
    Hit hit;
    std::uint8_t distance;
  };
  void look_up(const Look& look, std::uint32_t word, bool reversed, Table<PageHit>& hits) const;
  Table<PageHit> hits(const PhotoFeatures& seen) const;
};

Index::Index() : tables_(std::make_unique<Tables>()) {
  for (auto& cells : tables_->cells) cells.assign(1u << kKeyBits, {});
}
Index::~Index() = default;
Index::Index(Index&&) noexcept = default;
Index& Index::operator=(Index&&) noexcept = default;

void Index::reserve(std::size_t pages) {
  tables_->postings.reserve(pages * kMostPagePoints * kTables);
  tables_->pages.reserve(pages);
}

std::size_t Index::pages() const { return tables_->pages.size(); }

std::span<const PagePoint> Index::points(PageId page) const {
  const auto place = tables_->place_of.find(static_cast<std::uint32_t>(page));
  if (place == tables_->place_of.end()) return {};
  return tables_->pages[place->second].second;
}

void Index::add(PageId page, const PageFeatures& features) {
  const auto place = static_cast<std::uint32_t>(tables_->pages.size());
  tables_->pages.push_back({page, features.points});
  tables_->place_of[static_cast<std::uint32_t>(page)] = place;
  for (std::size_t i = 0; i < features.points.size(); ++i) {
    const std::uint32_t look = features.points[i].look;
    for (int t = 0; t < kTables; ++t) {
      const std::uint32_t key = key_of(look, t);
      Cell& cell = tables_->cells[t][key];
      tables_->postings.push_back({PageId{place}, cell.head, look, static_cast<std::uint16_t>(i)});
      cell.head = static_cast<std::uint32_t>(tables_->postings.size() - 1);
      ++cell.length;
    }
  }
}

void Index::Tables::look_up(const Look& look, std::uint32_t word, bool reversed, Table<PageHit>& hits) const {
  const std::uint32_t bits = sign_bits(look);
  const std::size_t first = hits.size();
  for (int t = 0; t < kTables; ++t) {
    for (const std::uint32_t key : probes(look, bits, t)) {
      const Cell& cell = cells[t][key];
      if (cell.length > kLongestCell) continue;
      for (std::uint32_t at = cell.head; at != kNone; at = postings[at].next) {
        const Posting& posting = postings[at];
        const int distance = std::popcount(posting.look ^ bits);
        if (distance > kHitDistance) continue;
        hits.push_back({static_cast<std::uint32_t>(posting.page),
                        {word, posting.point, reversed, 0},
                        static_cast<std::uint8_t>(distance)});
      }
    }
  }
  const auto begin = hits.begin() + static_cast<std::ptrdiff_t>(first);
  std::sort(begin, hits.end(), [](const PageHit& a, const PageHit& b) {
    return a.page != b.page ? a.page < b.page : a.hit.point < b.hit.point;
  });
  hits.erase(std::unique(begin, hits.end(),
                         [](const PageHit& a, const PageHit& b) {
                           return a.page == b.page && a.hit.point == b.hit.point;
                         }),
             hits.end());
  // A look that answers to many pages tells them apart badly: the weight of a rare term (K. Sparck Jones,
  // 1972), scaled to 1 for a single answer.
  const double found = static_cast<double>(hits.size() - first);
  const double all = static_cast<double>(pages.size()) + 1;
  const double rarity = std::max(0.05, 1 - std::log(1 + found) / std::log(1 + all) * 0.8);
  for (std::size_t i = first; i < hits.size(); ++i)
    hits[i].hit.weight = static_cast<float>(rarity * (1 - hits[i].distance / (kHitDistance + 3.0)));
}

Table<Index::Tables::PageHit> Index::Tables::hits(const PhotoFeatures& seen) const {
  Table<PageHit> result;
  for (std::uint32_t w = 0; w < seen.words.size(); ++w) {
    look_up(seen.words[w].look, w, false, result);
    look_up(find::reversed(seen.words[w].look), w, true, result);
  }
  return result;
}

namespace {

struct PageVotes {
  std::uint32_t page = 0;
  double votes = 0;
};

bool more_votes(const PageVotes& a, const PageVotes& b) {
  return a.votes != b.votes ? a.votes > b.votes : a.page < b.page;
}

void keep_best(std::vector<PageVotes>& pages, std::size_t most) {
  std::sort(pages.begin(), pages.end(), more_votes);
  pages.resize(std::min(pages.size(), most));
}

}  // namespace

std::vector<Candidate> Index::candidates(const PhotoFeatures& seen, std::size_t most) const {
  const auto all = tables_->hits(seen);
  std::vector<double> votes(tables_->pages.size(), 0.0);
  std::vector<std::vector<Hit>> by_page(tables_->pages.size());
  for (const auto& h : all) {
    votes[h.page] += h.hit.weight;
    by_page[h.page].push_back(h.hit);
  }
  std::vector<PageVotes> ranked;
  for (std::uint32_t p = 0; p < votes.size(); ++p)
    if (by_page[p].size() >= 3) ranked.push_back({p, votes[p]});
  keep_best(ranked, kMostPages);
  for (PageVotes& page : ranked) {
    auto& hits = by_page[page.page];
    std::stable_sort(hits.begin(), hits.end(),
                     [](const Hit& a, const Hit& b) { return a.weight > b.weight; });
    const auto first = std::span<const Hit>(hits).first(std::min(hits.size(), kHitsAtFirst));
    page.votes = agree(first, tables_->pages[page.page].second, seen).votes;
  }
  keep_best(ranked, kMostPagesInFull);
  std::vector<std::pair<PageVotes, Candidate>> found;
  for (const PageVotes& page : ranked) {
    const auto& hits = by_page[page.page];
    const auto first = std::span<const Hit>(hits).first(std::min(hits.size(), kMostHitsPerPage));
    Candidate candidate = agree(first, tables_->pages[page.page].second, seen);
    if (candidate.votes > 0) found.push_back({{page.page, candidate.votes}, std::move(candidate)});
  }
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return more_votes(a.first, b.first); });
  found.resize(std::min(found.size(), most));
  std::vector<Candidate> best;
  for (auto& [page, candidate] : found) {
    candidate.page = tables_->pages[page.page].first;
    grow(candidate, tables_->pages[page.page].second, seen);
    best.push_back(std::move(candidate));
  }
  return best;
}

}  // namespace barium::find
