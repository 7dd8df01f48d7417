#pragma once

// Tails of S = sum_i w_i B_i, with w_i non-negative integers and B_i independent, P(B_i = 1) = q_i: the law
// of a score under innocence. Three answers to P(S >= t), all in logarithms so that 1e-300 and below are no
// trouble: Chernoff's bound (H. Chernoff, Ann. Math. Stat. 23, 1952), the exact value by convolution of the
// tilted law, rounded up, and the saddlepoint estimate (R. Lugannani and S. Rice, Adv. Appl. Prob. 12, 1980,
// with the lattice correction of H. E. Daniels, Int. Stat. Rev. 55, 1987). The first two are proven upper
// bounds; the last is sharp but not a bound. docs/methods/trace.md derives all three.

#include <cstdint>
#include <span>
#include <vector>

namespace barium::base {

struct BernoulliTerm {
  std::uint32_t weight = 0;
  double probability = 0;  // of contributing `weight` rather than 0; strictly between 0 and 1
};

// K(theta) = ln E exp(theta S) and its first two derivatives.
struct Cumulant {
  double value = 0;
  double mean = 0;
  double variance = 0;
};

class BernoulliSum {
 public:
  // Terms of weight 0 are dropped and equal ones merged; the order never matters.
  explicit BernoulliSum(std::span<const BernoulliTerm> terms);

  std::int64_t largest() const { return largest_; }  // the largest value S can take
  Cumulant cumulant(double theta) const;
  // The theta >= 0 whose tilted mean is t: 0 below the mean, at most 60 / (smallest weight) near the largest
  // value.
  double tilt(double t) const;

  // ln of an upper bound on P(S >= t): min over theta >= 0 of K(theta) - theta t.
  double log_chernoff(std::int64_t t) const;
  // ln of an estimate of P(S >= t).
  double log_saddlepoint(std::int64_t t) const;

 private:
  friend class ExactTail;
  struct Group {
    std::uint32_t weight;
    double probability;
    std::uint32_t count;
  };
  double log_all() const;  // ln P(S = largest)

  std::vector<Group> groups_;  // ascending weight
  std::int64_t largest_ = 0;
  std::int64_t span_ = 0;  // S takes only multiples of it
};

// P(S >= t) by convolution of the law tilted towards t_centre: proven for every t, and sharp (a relative
// 1e-9) where t lies within a few tilted deviations of t_centre or below it down to the mean.
class ExactTail {
 public:
  ExactTail(const BernoulliSum& sum, std::int64_t t_centre);

  // ln of an upper bound on P(S >= t).
  double log_tail(std::int64_t t) const;
  // Multiply-adds that construction takes, about; to decide between this and Chernoff.
  static double cost(const BernoulliSum& sum);

 private:
  void convolve(const BernoulliSum& sum);
  void add_term(std::uint32_t weight, double yes, double no);
  void trim(double budget);
  void sum_from_above();

  double theta_ = 0;
  double log_moment_ = 0;     // K(theta)
  std::int64_t largest_ = 0;  // of S
  double log_all_ = 0;        // ln P(S = largest)
  std::int64_t first_ = 0;    // the value of law_[0]
  std::vector<double>
      law_;  // tilted probabilities; after construction sum over s >= t of e^{-theta (s-t)} Q(s)
  std::vector<double> scratch_;
  double dropped_ = 0;  // tilted probability cut off at the ends: counted in full in every tail
};

// The smallest t with a proven log P(S >= t) <= log_p, by the exact tail where `exact`, else by Chernoff;
// largest() + 1 if there is none.
std::int64_t smallest_significant(const BernoulliSum& sum, double log_p, bool exact);

}  // namespace barium::base
