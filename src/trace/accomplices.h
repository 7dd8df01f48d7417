#pragma once

// Joint decoding with a proven bound. Given the reading and the copies of all others, an innocent's symbols
// are still independent with known biases. So a copy may be tested in the light of other copies, taken for
// its accomplices: what they have explains part of the reading, and the rest speaks the louder. Rings of
// accomplices are grown greedily from the most suspicious copies (after P. Meerwald and T. Furon, "Toward
// practical joint decoding of binary Tardos fingerprinting codes", IEEE TIFS 7, 2012, who take those accused
// before), always without a glance at the copy that is tested. Whether a ring is right bears on power alone.
// docs/methods/trace.md has the proof.

#include <cstdint>
#include <span>
#include <vector>

#include "base/tail.h"
#include "code/codebook.h"
#include "trace/evidence.h"

namespace barium::trace {

// The part of a false alarm's chance that tests with accomplices may take, all together; the rest is shared
// among kHypotheses. Chosen in bench/suites/collusion.
constexpr double kAccomplicesShare = 0.4;

// Rings start from each of so many of the most suspicious, and grow to this size.
constexpr std::size_t kRoots = 6;
constexpr std::size_t kLargestRing = 4;
// ln of the share that a test has, given a ring of this size (from 1) grown from the root of this rank (from
// 0), with so many more at large (0 or 1).
double log_share_of(std::size_t root, std::size_t size, std::size_t at_large);

// A copy that stood out by its own score. symbols: one a piece of evidence, 1 for +1.
struct Suspect {
  code::CopyNumber copy = 0;
  std::vector<std::uint8_t> symbols;
};

// How many of the most suspicious copies find_accomplices can make use of.
constexpr std::size_t kSuspects = 49;

// A suspect's most telling test in the light of others.
struct JointTest {
  code::CopyNumber copy = 0;
  std::vector<code::CopyNumber> given;  // the accomplices
  int colluders = 0;                    // that the test is tuned to
  double log_share = 0;                 // of a false alarm's chance
  double log_p_saddlepoint = 0;         // an estimate, before its share
  std::int64_t score = 0;
  base::BernoulliSum law;  // of the score, if the suspect is innocent
};

// At most one for each suspect: none where no test comes near to telling anything. evidence: as merged()
// gives it; biases: one each; suspects: the most suspicious first, and at most kSuspects.
std::vector<JointTest> test_with_accomplices(std::span<const Evidence> evidence,
                                             std::span<const double> biases,
                                             std::span<const Suspect> suspects);

}  // namespace barium::trace
