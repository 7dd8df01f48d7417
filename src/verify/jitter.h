#pragma once

// Glyphs that do not stand quite where their word would have them: renderers put each on the picture's own
// pixels, and paper bends within a word. How far, is learned from the page; within that, a shift is no other
// glyph. docs/methods/verify.md, Glyphs off their place.

#include <Eigen/Dense>
#include <vector>

namespace barium::verify {

// Inner products over the samples of one glyph's cell: of what changes of it would do to the photo, of what a
// shift of a point right and down does (without what the fit of the whole word absorbs of either), and of the
// residual. In squares of the photo's levels.
struct CellProducts {
  Eigen::VectorXd change, change_residual;  // of each change: with itself, with the residual
  Eigen::MatrixX2d change_shift;
  Eigen::Matrix2d shift;
  Eigen::Vector2d shift_residual;
};

// The prior of a shift, as the precision that the shift's own is added to: infinite where glyphs keep their
// place.
using Stiffness = Eigen::Vector2d;

struct Effect {
  double energy = 0;  // of the change, without what the fit and a shift would absorb
  double share = 0;   // of the change, that the residual shows: 0 none, 1 all of it
};
std::vector<Effect> effects(const CellProducts& products, const Stiffness& stiffness);

// The shift that the residual of a glyph shows that was drawn off its place already, in all. pt.
Eigen::Vector2d shift_in(const Eigen::VectorXf& residual, const Eigen::MatrixX2f& shift,
                         const Stiffness& stiffness, const Eigen::Vector2d& drawn);

// Of a residual, without what the shift explains. shift: the samples' derivatives, two columns.
double energy_settled(const Eigen::VectorXf& residual, const Eigen::MatrixX2f& shift,
                      const Stiffness& stiffness);

struct JitterSample {
  const CellProducts* products;
  double unit;  // the energy of one sample of ink
};
// What glyphs have in common.
struct Jitter {
  double noise = 0;                    // of the residual along any change, in units of `unit`
  Eigen::Vector2d variance_pt2{0, 0};  // of shifts
  Stiffness stiffness(double unit) const;
};
Jitter learn_jitter(const std::vector<JitterSample>& cells);

}  // namespace barium::verify
