#include "trace/accomplices.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "base/error.h"
#include "trace/score.h"

namespace barium::trace {

namespace {

constexpr std::size_t kNobody = std::numeric_limits<std::size_t>::max();

// A root of rank r has a share in proportion to 1 / (r (r + 1)): its price is ln 2 for the first, and grows
// slowly. Chosen in bench/suites/collusion, like the shares by size: most collusions are small.
constexpr std::array<double, kLargestRing> kShareOfSize = {0.4, 0.25, 0.2, 0.15};
// The ring and the suspect are all there are, or one more is at large.
constexpr std::array<double, 2> kShareOfLarge = {0.8, 0.2};

// A score of less than so many deviations above the mean has a p-value of 1e-4 and more: such a copy is
// neither tested nor taken into a ring.
constexpr double kLeastDeviations = 3;

constexpr bool is_whole(std::span<const double> shares, double rest) {
  for (const double share : shares) rest += share;
  return rest > 1 - 1e-12 && rest < 1 + 1e-12;
}
constexpr double own_scores_share() {
  double sum = 0;
  for (const Hypothesis& hypothesis : kHypotheses) sum += hypothesis.share;
  return sum;
}
static_assert(is_whole(kShareOfSize, 0) && is_whole(kShareOfLarge, 0));
static_assert(is_whole({}, own_scores_share() + kAccomplicesShare),
              "the shares are those of one false alarm");

using Ring = std::vector<std::size_t>;  // suspects by rank, ascending
bool contains(const Ring& ring, std::size_t suspect) {
  return std::binary_search(ring.begin(), ring.end(), suspect);
}

// A linear test in the light of a ring.
struct Test {
  std::vector<std::int8_t> weights;
  base::BernoulliSum law;
  double mean;
  double deviation;
};

class RingTester {
 public:
  RingTester(std::span<const Evidence> evidence, std::span<const double> biases,
             std::span<const Suspect> suspects)
      : evidence_(evidence), biases_(biases), suspects_(suspects) {}

  const Test& test(const Ring& ring, std::size_t at_large) {
    std::optional<Test>& slot = tests_[ring][at_large];
    if (!slot) slot = make(ring, at_large);
    return *slot;
  }
  std::int64_t score(const Test& test, std::size_t suspect) const {
    const std::vector<std::uint8_t>& symbols = suspects_[suspect].symbols;
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < symbols.size(); ++i)
      if ((test.weights[i] > 0) == (symbols[i] != 0)) sum += std::abs(test.weights[i]);
    return sum;
  }
  double deviations(const Test& test, std::size_t suspect) const {
    return (static_cast<double>(score(test, suspect)) - test.mean) / test.deviation;
  }
  // The suspect outside the ring who stands out most when one more is at large; not `excluded`.
  std::size_t next_member(const Ring& ring, std::size_t excluded) {
    const Test& with_room = test(ring, 1);
    double largest = kLeastDeviations;
    std::size_t best = kNobody;
    for (std::size_t j = 0; j < suspects_.size(); ++j) {
      if (j == excluded || contains(ring, j)) continue;
      const double z = deviations(with_room, j);
      if (z <= largest) continue;
      largest = z;
      best = j;
    }
    return best;
  }

 private:
  Test make(const Ring& ring, std::size_t at_large) const {
    std::vector<Known> known(evidence_.size());
    for (std::size_t i = 0; i < known.size(); ++i) {
      known[i].people = static_cast<int>(ring.size());
      for (const std::size_t member : ring) known[i].plus += suspects_[member].symbols[i];
    }
    const auto colluders = static_cast<int>(ring.size() + 1 + at_large);
    std::vector<std::int8_t> weights = integer_weights(evidence_, biases_, colluders, known);
    base::BernoulliSum law = law_of(weights, biases_);
    const base::Cumulant k = law.cumulant(0);
    // A test of no variance (all weights 0) tells nobody from anybody.
    return {std::move(weights), std::move(law), k.mean, std::sqrt(std::max(k.variance, 1e-12))};
  }

  std::span<const Evidence> evidence_;
  std::span<const double> biases_;
  std::span<const Suspect> suspects_;
  std::map<Ring, std::array<std::optional<Test>, kShareOfLarge.size()>> tests_;
};

struct PlacedRing {
  std::size_t root;  // rank among those that are not excluded
  Ring ring;
};

// The rings that would be grown if `excluded` did not exist.
std::vector<PlacedRing> grow_rings(RingTester& tester, std::size_t suspects, std::size_t excluded) {
  std::vector<PlacedRing> rings;
  std::size_t rank = 0;
  for (std::size_t root = 0; root < suspects && rank < kRoots; ++root) {
    if (root == excluded) continue;
    Ring ring = {root};
    rings.push_back({rank, ring});
    while (ring.size() < kLargestRing) {
      const std::size_t next = tester.next_member(ring, excluded);
      if (next == kNobody) break;
      ring.insert(std::upper_bound(ring.begin(), ring.end(), next), next);
      rings.push_back({rank, ring});
    }
    ++rank;
  }
  return rings;
}

// A test of one suspect, before it is chosen.
struct Candidate {
  const Test* test = nullptr;
  const Ring* ring = nullptr;
  std::size_t at_large = 0;
  double log_share = 0;
  double log_p = 0;
  std::int64_t score = 0;
};

// Among the rings that he is not in.
std::optional<Candidate> best_test(RingTester& tester, const std::vector<PlacedRing>& rings,
                                   std::size_t suspect) {
  std::optional<Candidate> best;
  double smallest = std::numeric_limits<double>::infinity();
  for (const PlacedRing& placed : rings)
    for (std::size_t at_large = 0; at_large < kShareOfLarge.size() && !contains(placed.ring, suspect);
         ++at_large) {
      const Test& test = tester.test(placed.ring, at_large);
      if (tester.deviations(test, suspect) < kLeastDeviations) continue;
      Candidate it{&test, &placed.ring, at_large, log_share_of(placed.root, placed.ring.size(), at_large)};
      it.score = tester.score(test, suspect);
      it.log_p = test.law.log_saddlepoint(it.score);
      if (it.log_p - it.log_share >= smallest) continue;
      smallest = it.log_p - it.log_share;
      best = it;
    }
  return best;
}

bool is_member(const std::vector<PlacedRing>& rings, std::size_t suspect) {
  return std::any_of(rings.begin(), rings.end(),
                     [&](const PlacedRing& placed) { return contains(placed.ring, suspect); });
}

}  // namespace

double log_share_of(std::size_t root, std::size_t size, std::size_t at_large) {
  constexpr double kAllRanks = 1 - 1.0 / (kRoots + 1);  // the sum of 1 / (r (r + 1))
  const auto rank = static_cast<double>(root + 1);
  return std::log(kAccomplicesShare * kShareOfSize[size - 1] * kShareOfLarge[at_large] /
                  (rank * (rank + 1) * kAllRanks));
}

std::vector<JointTest> test_with_accomplices(std::span<const Evidence> evidence,
                                             std::span<const double> biases,
                                             std::span<const Suspect> suspects) {
  base::require(suspects.size() <= kSuspects, "suspects are the most suspicious");
  std::vector<JointTest> results;
  if (suspects.size() < 2) return results;
  RingTester tester(evidence, biases, suspects);
  // Nobody outside these rings has had a part in them, so they are also the rings grown without him.
  const std::vector<PlacedRing> common = grow_rings(tester, suspects.size(), kNobody);
  for (std::size_t j = 0; j < suspects.size(); ++j) {
    // A member had a part in some of them: if any that he is not in says a thing of him, they are grown again
    // without him.
    std::vector<PlacedRing> own;
    std::optional<Candidate> best = best_test(tester, common, j);
    if (best && is_member(common, j)) {
      own = grow_rings(tester, suspects.size(), j);
      best = best_test(tester, own, j);
    }
    if (!best) continue;
    JointTest result{.copy = suspects[j].copy,
                     .given = {},
                     .colluders = static_cast<int>(best->ring->size() + 1 + best->at_large),
                     .log_share = best->log_share,
                     .log_p_saddlepoint = best->log_p,
                     .score = best->score,
                     .law = best->test->law};
    for (const std::size_t accomplice : *best->ring) result.given.push_back(suspects[accomplice].copy);
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace barium::trace
