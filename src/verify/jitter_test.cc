#include "verify/jitter.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/rng.h"

namespace barium::verify {
namespace {

// Cells of 40 samples whose residual is noise, and what a shift along x of a given deviation leaves.
std::vector<CellProducts> cells_with(double shift_pt, double noise, std::uint64_t seed) {
  base::Rng rng(seed, "jitter_test");
  std::vector<CellProducts> cells(400);
  for (CellProducts& cell : cells) {
    Eigen::MatrixX2d shift(40, 2);
    Eigen::MatrixXd change(40, 5);
    for (Eigen::Index s = 0; s < 40; ++s) {
      shift.row(s) << rng.normal(), rng.normal();
      for (Eigen::Index c = 0; c < 5; ++c) change(s, c) = rng.normal();
    }
    Eigen::VectorXd residual = shift.col(0) * shift_pt * rng.normal();
    for (Eigen::Index s = 0; s < 40; ++s) residual(s) += noise * rng.normal();
    cell.change = change.colwise().squaredNorm().transpose();
    cell.change_residual = change.transpose() * residual;
    cell.change_shift = change.transpose() * shift;
    cell.shift = shift.transpose() * shift;
    cell.shift_residual = shift.transpose() * residual;
  }
  return cells;
}

Jitter learned_from(const std::vector<CellProducts>& cells) {
  std::vector<JitterSample> samples;
  for (const CellProducts& cell : cells) samples.push_back({&cell, 1});
  return learn_jitter(samples);
}

TEST(Jitter, LearnsHowFarGlyphsStandOffAlongEachAxis) {
  for (const double shift_pt : {0.05, 0.12}) {
    const Jitter jitter = learned_from(cells_with(shift_pt, 0.1, 1));
    EXPECT_NEAR(std::sqrt(jitter.variance_pt2.x()), shift_pt, 0.2 * shift_pt);
    EXPECT_LT(std::sqrt(jitter.variance_pt2.y()), 0.02);
    EXPECT_NEAR(jitter.noise, 0.01, 0.002);
  }
}

TEST(Jitter, HoldsGlyphsWhereNoneStandsOff) {
  const Jitter jitter = learned_from(cells_with(0, 0.1, 2));
  EXPECT_LT(std::sqrt(jitter.variance_pt2.x()), 0.01);
  EXPECT_GT(jitter.stiffness(1).x(), 100);
}

TEST(Jitter, TakesAShiftOutOfAChangeAndOfTheResidual) {
  CellProducts cell;
  cell.change = Eigen::VectorXd::Constant(1, 10);
  cell.change_residual = Eigen::VectorXd::Constant(1, 5);
  cell.change_shift = Eigen::MatrixX2d::Zero(1, 2);
  cell.change_shift(0, 0) = 4;
  cell.shift = Eigen::Matrix2d::Identity() * 2;
  cell.shift_residual = {1, 0};
  const double held = std::numeric_limits<double>::infinity();
  EXPECT_NEAR(effects(cell, {held, held})[0].energy, 10, 1e-9);
  EXPECT_NEAR(effects(cell, {held, held})[0].share, 0.5, 1e-9);
  EXPECT_NEAR(effects(cell, {0, held})[0].energy, 10 - 4 * 4 / 2.0, 1e-6);
  EXPECT_NEAR(effects(cell, {0, held})[0].share, (5 - 4 * 1 / 2.0) / 2.0, 1e-6);
}

TEST(Jitter, ShiftsKeepToTheirPriorInAll) {
  Eigen::MatrixX2f shift = Eigen::MatrixX2f::Zero(4, 2);
  shift.col(0).setOnes();
  const Eigen::VectorXf residual = 0.1f * shift.col(0);
  const double held = std::numeric_limits<double>::infinity();
  EXPECT_NEAR(shift_in(residual, shift, {0, held}, {0, 0}).x(), 0.1, 1e-6);
  EXPECT_NEAR(shift_in(residual, shift, {0, held}, {0.2, 0}).x(), 0.3, 1e-6);
  EXPECT_NEAR(shift_in(residual, shift, {4, held}, {0.2, 0}).x(), 0.15, 1e-6);
  EXPECT_EQ(shift_in(residual, shift, {held, held}, {0.2, 0}).x(), 0);
  EXPECT_NEAR(energy_settled(residual, shift, {0, held}), 0, 1e-6);
  EXPECT_NEAR(energy_settled(residual, shift, {held, held}), 0.04, 1e-6);
}

}  // namespace
}  // namespace barium::verify
