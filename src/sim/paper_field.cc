#include "sim/paper_field.h"

#include <Eigen/Dense>
#include <cmath>
#include <limits>
#include <numbers>

namespace barium::sim {

namespace {

using base::Vec2;

// Shorter than from a word to its neighbour: what no neighbour tells of. pt.
constexpr double kFineLengthPt = 8;
constexpr std::size_t kWaves = 300;
constexpr std::size_t kLeastSeen = 4;
// The largest size of a paper's law that is looked for, and steps to it by factors of 1.5.
constexpr double kLeastPt = 0.004, kMostPt = 4, kFactor = 1.5;
constexpr double kLengthsPt[] = {15, 25, 40, 65, 100, 160};
constexpr double kBendsPt[] = {1, 3, 9, 27}, kBendLengthsPt[] = {100, 180, 320};
// Chi-square of two axes; one in 20,000 is above it.
constexpr double kUnbelievable = 20;
// Where seen and drawn are one, numerically.
constexpr double kLeastSigmaPt = 1e-3;

double matern(double distance_pt, double length_pt) {
  const double d = std::numbers::sqrt3 * distance_pt / length_pt;
  return (1 + d) * std::exp(-d);
}

double covariance(const PaperLaw& law, double distance_pt) {
  const double bent = distance_pt / law.bend_length_pt;
  return law.rough_pt * law.rough_pt * matern(distance_pt, law.length_pt) +
         law.fine_pt * law.fine_pt * matern(distance_pt, kFineLengthPt) +
         (law.bend_pt > 0 ? law.bend_pt * law.bend_pt * std::exp(-0.5 * bent * bent) : 0);
}

Eigen::MatrixXd covariances(std::span<const SeenOffset> seen, const PaperLaw& law, double Vec2::*axis) {
  const auto n = static_cast<Eigen::Index>(seen.size());
  Eigen::MatrixXd k(n, n);
  for (Eigen::Index a = 0; a < n; ++a) {
    const SeenOffset& s = seen[static_cast<std::size_t>(a)];
    for (Eigen::Index b = 0; b <= a; ++b)
      k(a, b) = k(b, a) =
          covariance(law, base::norm(s.p_in_page - seen[static_cast<std::size_t>(b)].p_in_page));
    const double sigma = std::max(s.sigma_pt.*axis, kLeastSigmaPt);
    k(a, a) += sigma * sigma;
  }
  return k;
}

double log_likelihood(std::span<const SeenOffset> seen, const PaperLaw& law) {
  double sum = 0;
  for (double Vec2::*axis : {&Vec2::x, &Vec2::y}) {
    Eigen::VectorXd offset(static_cast<Eigen::Index>(seen.size()));
    for (Eigen::Index i = 0; i < offset.size(); ++i)
      offset[i] = seen[static_cast<std::size_t>(i)].offset_pt.*axis;
    const Eigen::LLT<Eigen::MatrixXd> factor(covariances(seen, law, axis));
    sum -= 0.5 * offset.dot(factor.solve(offset)) + factor.matrixLLT().diagonal().array().log().sum();
  }
  return sum;
}

}  // namespace

PaperLaw paper_law(std::span<const SeenOffset> seen) {
  if (seen.size() < kLeastSeen) return {0, kLengthsPt[0], 0};
  PaperLaw best{kLeastPt, kLengthsPt[0], kLeastPt};
  double most = -std::numeric_limits<double>::infinity();
  const auto try_law = [&](const PaperLaw& law) {
    const double value = log_likelihood(seen, law);
    if (value > most) most = value, best = law;
  };
  const auto try_rough = [&](double bend, double bend_length) {
    for (const double length : kLengthsPt)
      for (double rough = kLeastPt; rough < kMostPt; rough *= kFactor * kFactor)
        try_law({rough, length, std::max(rough / 8, kLeastPt), bend, bend_length});
  };
  try_rough(0, kBendLengthsPt[0]);
  for (const double bend : kBendsPt)
    for (const double bend_length : kBendLengthsPt) try_rough(bend, bend_length);
  PaperLaw about = best;
  for (double fine = kLeastPt; fine < kMostPt; fine *= kFactor) {
    about.fine_pt = fine;
    try_law(about);
  }
  about = best;
  for (const double f : {1 / kFactor, kFactor}) {
    PaperLaw law = about;
    law.rough_pt *= f;
    try_law(law);
  }
  return best;
}

std::vector<SeenOffset> believable(std::vector<SeenOffset> seen, const PaperLaw& law) {
  while (seen.size() > kLeastSeen) {
    // What each differs from what the others expect there, in its standard deviations: with Q = K^-1, (Q y)_i
    // / Q_ii and 1 / Q_ii (Dubrule, "Cross validation of kriging in a unique neighborhood", 1983).
    const auto n = static_cast<Eigen::Index>(seen.size());
    Eigen::VectorXd square = Eigen::VectorXd::Zero(n);
    for (double Vec2::*axis : {&Vec2::x, &Vec2::y}) {
      Eigen::VectorXd offset(n);
      for (Eigen::Index i = 0; i < n; ++i) offset[i] = seen[static_cast<std::size_t>(i)].offset_pt.*axis;
      const Eigen::MatrixXd inverse =
          Eigen::LLT<Eigen::MatrixXd>(covariances(seen, law, axis)).solve(Eigen::MatrixXd::Identity(n, n));
      square.array() += (inverse * offset).array().square() / inverse.diagonal().array();
    }
    Eigen::Index worst = 0;
    if (!(square.maxCoeff(&worst) > kUnbelievable)) break;
    seen.erase(seen.begin() + static_cast<std::ptrdiff_t>(worst));
  }
  return seen;
}

PaperField::PaperField(std::vector<SeenOffset> seen, const PaperLaw& law)
    : seen_(std::move(seen)), law_(law) {}

PaperField::PaperField(std::vector<SeenOffset> seen, const PaperLaw& law, base::Rng& rng)
    : PaperField(std::move(seen), law) {
  add_waves(Shape::kMatern, law.rough_pt, law.length_pt, rng);
  add_waves(Shape::kMatern, law.fine_pt, kFineLengthPt, rng);
  if (law.bend_pt > 0) add_waves(Shape::kGaussian, law.bend_pt, law.bend_length_pt, rng);
  condition(&rng);
}

PaperField PaperField::mean(std::vector<SeenOffset> seen, const PaperLaw& law) {
  PaperField field(std::move(seen), law);
  field.condition(nullptr);
  return field;
}

// errors: the sightings have the match's error in them, and a draw gets one of its own.
void PaperField::condition(base::Rng* errors) {
  const auto n = static_cast<Eigen::Index>(seen_.size());
  if (n == 0) return;
  Eigen::VectorXd lacks_x(n), lacks_y(n);
  for (Eigen::Index i = 0; i < n; ++i) {
    const SeenOffset& s = seen_[static_cast<std::size_t>(i)];
    Vec2 error;
    if (errors != nullptr) {
      error.x = s.sigma_pt.x * errors->normal();
      error.y = s.sigma_pt.y * errors->normal();
    }
    const Vec2 lacks = s.offset_pt - drawn(s.p_in_page) - error;
    lacks_x[i] = lacks.x, lacks_y[i] = lacks.y;
  }
  weight_x_ = Eigen::LLT<Eigen::MatrixXd>(covariances(seen_, law_, &Vec2::x)).solve(lacks_x);
  weight_y_ = Eigen::LLT<Eigen::MatrixXd>(covariances(seen_, law_, &Vec2::y)).solve(lacks_y);
}

void PaperField::add_waves(Shape shape, double sigma_pt, double length_pt, base::Rng& rng) {
  const double amplitude = sigma_pt * std::sqrt(2.0 / static_cast<double>(kWaves));
  for (std::size_t i = 0; i < kWaves; ++i) {
    // A Gaussian's spectrum is Gaussian; Matern's of order 3/2 is a Student t of 3 degrees of freedom.
    double scale = 1 / length_pt;
    if (shape == Shape::kMatern) {
      double chi2 = 0;
      for (int k = 0; k < 3; ++k) {
        const double z = rng.normal();
        chi2 += z * z;
      }
      scale *= std::sqrt(3 / chi2);
    }
    const Vec2 per_pt{scale * rng.normal(), scale * rng.normal()};
    const double phase = rng.uniform(0, 2 * std::numbers::pi);
    waves_.push_back({per_pt, phase, {amplitude * rng.normal(), amplitude * rng.normal()}});
  }
}

Vec2 PaperField::drawn(Vec2 p) const {
  Vec2 sum;
  for (const Wave& wave : waves_)
    sum = sum + wave.amplitude_pt * std::cos(base::dot(wave.per_pt, p) + wave.phase);
  return sum;
}

Vec2 PaperField::at(Vec2 p) const {
  Vec2 sum = drawn(p);
  for (std::size_t i = 0; i < seen_.size(); ++i) {
    const double k = covariance(law_, base::norm(p - seen_[i].p_in_page));
    sum =
        sum + Vec2{k * weight_x_[static_cast<Eigen::Index>(i)], k * weight_y_[static_cast<Eigen::Index>(i)]};
  }
  return sum;
}

}  // namespace barium::sim
