#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cmath>
#include <mutex>
#include <numeric>
#include <tuple>
#include <unordered_map>

#include "base/huge_pages.h"
#include "find/consensus.h"
#include "find/find.h"

namespace barium::find {
namespace {

// A table's key: kKeyBits of the 32 signs. Four tables leave out a different run of twelve signs each (three
// of every four runs of eight, roughly), so that a match with few wrong signs has one table without any. The
// signs are shuffled first, so that each table has low and high orders: key bit i of table t is sign
// 5 (8 t + i), modulo 32.
constexpr int kTables = 4;
constexpr int kKeyBits = 20;
constexpr std::uint32_t kKeyMask = (1u << kKeyBits) - 1;

int key_sign(int table, int bit) { return (8 * table + bit) * 5 % kLookSize; }

// shuffle_of_byte[b][v]: the shuffled signs of a look whose byte b is v, and the others 0.
constexpr auto kShuffleOfByte = [] {
  std::array<std::array<std::uint32_t, 256>, 4> shuffled{};
  for (std::uint32_t i = 0; i < kLookSize; ++i) {
    const std::uint32_t sign = 5 * i % kLookSize;
    for (std::uint32_t v = 0; v < 256; ++v)
      if (v >> sign % 8 & 1u) shuffled[sign / 8][v] |= 1u << i;
  }
  return shuffled;
}();

std::uint32_t shuffled(std::uint32_t look) {
  return kShuffleOfByte[0][look & 255] | kShuffleOfByte[1][look >> 8 & 255] |
         kShuffleOfByte[2][look >> 16 & 255] | kShuffleOfByte[3][look >> 24];
}

std::uint32_t key_of(std::uint32_t shuffled_look, int table) {
  return std::rotr(shuffled_look, 8 * table) & kKeyMask;
}

// A list longer than this says nothing: "the" stands on every page.
constexpr std::uint32_t kLongestList = 400;
// Signs that may differ between a word and the page's point to be a hit.
constexpr int kHitDistance = 7;
// A dense page collects many hits by chance, so the sum of votes only bounds the work: agreement is looked
// for first among the heaviest hits of many pages, then among all hits of a few.
constexpr std::size_t kMostPages = 3000;
constexpr std::size_t kHitsAtFirst = 60;
constexpr std::size_t kMostPagesInFull = 30;
constexpr std::size_t kMostHitsPerPage = 1000;

// A point of all pages, by its place among them.
struct Posting {
  std::uint32_t look;
  std::uint32_t point;
};

template <class T>
using Table = std::vector<T, base::HugePageAllocator<T>>;

// The key and its neighbours with the least certain signs flipped: all subsets of the three least certain,
// and the next three alone.
std::array<std::uint32_t, 11> probes(const Look& look, std::uint32_t bits, int table) {
  std::array<int, kKeyBits> order{};
  for (int i = 0; i < kKeyBits; ++i) order[i] = i;
  std::partial_sort(order.begin(), order.begin() + 6, order.end(), [&](int a, int b) {
    const float va = std::abs(look[key_sign(table, a)]), vb = std::abs(look[key_sign(table, b)]);
    return va != vb ? va < vb : a < b;
  });
  const std::uint32_t key = key_of(shuffled(bits), table);
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

// Points lie page after page. A table's postings lie key after key: those of key k are [first[k], first[k +
// 1]).
struct Index::Tables {
  struct Page {
    PageId id;
    std::uint32_t first_point, points;
  };
  struct Lists {
    Table<std::uint32_t> first;
    Table<Posting> postings;
  };
  Table<PagePoint> points;
  Table<std::uint32_t> page_of_point;
  std::vector<Page> pages;
  std::unordered_map<std::uint32_t, std::size_t> place_of;
  // Made anew at the first question after pages were added.
  std::mutex making;
  std::atomic<bool> made = false;
  std::array<Lists, kTables> lists;

  std::span<const PagePoint> points_of(std::size_t place) const {
    return std::span<const PagePoint>(points).subspan(pages[place].first_point, pages[place].points);
  }
  void make_lists();
  std::vector<std::vector<Hit>> hits(const PhotoFeatures& seen) const;
};

Index::Index() : tables_(std::make_unique<Tables>()) {}
Index::~Index() = default;
Index::Index(Index&&) noexcept = default;
Index& Index::operator=(Index&&) noexcept = default;

void Index::reserve(std::size_t pages) {
  tables_->points.reserve(pages * kMostPagePoints);
  tables_->page_of_point.reserve(pages * kMostPagePoints);
  tables_->pages.reserve(pages);
}

std::size_t Index::pages() const { return tables_->pages.size(); }

std::span<const PagePoint> Index::points(PageId page) const {
  const auto place = tables_->place_of.find(static_cast<std::uint32_t>(page));
  if (place == tables_->place_of.end()) return {};
  return tables_->points_of(place->second);
}

void Index::add(PageId page, const PageFeatures& features) {
  base::require(tables_->points.size() + features.points.size() <= UINT32_MAX, "an index has room");
  const auto place = static_cast<std::uint32_t>(tables_->pages.size());
  tables_->place_of[static_cast<std::uint32_t>(page)] = place;
  tables_->pages.push_back({page, static_cast<std::uint32_t>(tables_->points.size()),
                            static_cast<std::uint32_t>(features.points.size())});
  tables_->points.insert(tables_->points.end(), features.points.begin(), features.points.end());
  tables_->page_of_point.resize(tables_->points.size(), place);
  tables_->made = false;
}

// A counting sort for each table.
void Index::Tables::make_lists() {
  if (made) return;
  const std::scoped_lock lock(making);
  if (made) return;
  std::vector<std::uint32_t> signs(points.size()), keys(points.size());
  for (std::size_t i = 0; i < points.size(); ++i) signs[i] = shuffled(points[i].look);
  for (int t = 0; t < kTables; ++t) {
    Table<std::uint32_t>& first = lists[static_cast<std::size_t>(t)].first;
    Table<Posting>& postings = lists[static_cast<std::size_t>(t)].postings;
    first.assign((std::size_t{1} << kKeyBits) + 1, 0);
    postings.resize(points.size());
    for (std::size_t i = 0; i < points.size(); ++i) {
      keys[i] = key_of(signs[i], t);
      ++first[keys[i] + 1];
    }
    std::partial_sum(first.begin(), first.end(), first.begin());
    // Each key's start moves on as it fills, and ends where the next one starts: one place too far.
    for (std::size_t i = 0; i < points.size(); ++i)
      postings[first[keys[i]]++] = {points[i].look, static_cast<std::uint32_t>(i)};
    std::copy_backward(first.begin(), first.end() - 1, first.end());
    first[0] = 0;
  }
  made = true;
}

namespace {

// Of both looks' signs, how many differ; as fast where the machine cannot count bits.
int signs_apart(std::uint32_t a, std::uint32_t b) {
  std::uint32_t x = a ^ b;
  x -= x >> 1 & 0x55555555u;
  x = (x & 0x33333333u) + (x >> 2 & 0x33333333u);
  return static_cast<int>(((x + (x >> 4)) & 0x0f0f0f0fu) * 0x01010101u >> 24);
}

}  // namespace

namespace {

struct Answer {
  std::uint32_t point;
  int distance;
};

}  // namespace

// By page.
std::vector<std::vector<Hit>> Index::Tables::hits(const PhotoFeatures& seen) const {
  std::vector<std::vector<Hit>> of_page(pages.size());
  std::vector<std::uint32_t> asked_by(points.size(), 0);  // the last question that a point answered
  std::uint32_t question = 0;
  std::vector<Answer> answers;
  const auto look_up = [&](const Look& look, std::uint32_t word, bool reversed) {
    const std::uint32_t bits = sign_bits(look);
    answers.clear();
    ++question;
    for (int t = 0; t < kTables; ++t) {
      const auto& [first, postings] = lists[static_cast<std::size_t>(t)];
      for (const std::uint32_t key : probes(look, bits, t)) {
        if (first[key + 1] - first[key] > kLongestList) continue;
        for (std::uint32_t at = first[key]; at < first[key + 1]; ++at) {
          const int distance = signs_apart(postings[at].look, bits);
          if (distance > kHitDistance || asked_by[postings[at].point] == question) continue;
          asked_by[postings[at].point] = question;
          answers.push_back({postings[at].point, distance});
        }
      }
    }
    // A look that answers to many pages tells them apart badly: the weight of a rare term (K. Sparck Jones,
    // 1972), scaled to 1 for a single answer.
    const double found = static_cast<double>(answers.size()), all = static_cast<double>(pages.size()) + 1;
    const double rarity = std::max(0.05, 1 - std::log(1 + found) / std::log(1 + all) * 0.8);
    for (const Answer& answer : answers) {
      const std::uint32_t page = page_of_point[answer.point];
      const auto point = static_cast<std::uint16_t>(answer.point - pages[page].first_point);
      const double weight = rarity * (1 - answer.distance / (kHitDistance + 3.0));
      of_page[page].push_back({word, point, reversed, static_cast<float>(weight)});
    }
  };
  for (std::uint32_t w = 0; w < seen.words.size(); ++w) {
    look_up(seen.words[w].look, w, false);
    look_up(find::reversed(seen.words[w].look), w, true);
  }
  return of_page;
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

namespace {

// Heaviest first; a total order, so that no sort can show which hit was found first.
bool heavier(const Hit& a, const Hit& b) {
  if (a.weight != b.weight) return a.weight > b.weight;
  return std::tuple(a.word, a.reversed, a.point) < std::tuple(b.word, b.reversed, b.point);
}

// The heaviest, in order, at the front.
std::span<const Hit> heaviest(std::vector<Hit>& hits, std::size_t most) {
  const std::size_t count = std::min(hits.size(), most);
  std::partial_sort(hits.begin(), hits.begin() + static_cast<std::ptrdiff_t>(count), hits.end(), heavier);
  return std::span<const Hit>(hits).first(count);
}

}  // namespace

std::vector<Candidate> Index::candidates(const PhotoFeatures& seen, std::size_t most) const {
  tables_->make_lists();
  std::vector<std::vector<Hit>> by_page = tables_->hits(seen);
  std::vector<PageVotes> ranked;
  for (std::uint32_t p = 0; p < by_page.size(); ++p) {
    if (by_page[p].size() < 3) continue;
    double votes = 0;
    for (const Hit& hit : by_page[p]) votes += hit.weight;
    ranked.push_back({p, votes});
  }
  keep_best(ranked, kMostPages);
  for (PageVotes& page : ranked)
    page.votes = agree(heaviest(by_page[page.page], kHitsAtFirst), tables_->points_of(page.page), seen).votes;
  keep_best(ranked, kMostPagesInFull);
  std::vector<std::pair<PageVotes, Candidate>> found;
  for (const PageVotes& page : ranked) {
    const auto hits = heaviest(by_page[page.page], kMostHitsPerPage);
    Candidate candidate = agree(hits, tables_->points_of(page.page), seen);
    if (candidate.votes > 0) found.push_back({{page.page, candidate.votes}, std::move(candidate)});
  }
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return more_votes(a.first, b.first); });
  found.resize(std::min(found.size(), most));
  std::vector<Candidate> best;
  for (auto& [page, candidate] : found) {
    candidate.page = tables_->pages[page.page].id;
    grow(candidate, tables_->points_of(page.page), seen);
    best.push_back(std::move(candidate));
  }
  return best;
}

}  // namespace barium::find
