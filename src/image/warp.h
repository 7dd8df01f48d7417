#pragma once

// Where each page point lies in the photo: a homography after a smooth displacement of the page. Flat paper
// is the homography; bending, folds and lens are the displacement.

#include <vector>

#include "base/geometry.h"
#include "image/homography.h"

namespace barium::image {

// Smooth displacement over a box, in the units of the box: for x and y each a sum of Chebyshev products
// c[i,j] T_i(u) T_j(v) with i + j <= degree, u and v scaled to [-1, 1] over the box. Outside the box the
// argument is clamped to its edge. Degree -1 is no displacement.
struct SmoothField {
  base::Box domain;
  int degree = -1;
  std::vector<double> x, y;  // (degree + 1)(degree + 2) / 2 each, ordered by total degree, then by j

  base::Vec2 at(base::Vec2 p) const;
  static int coefficients(int degree) { return (degree + 1) * (degree + 2) / 2; }
  // The products at p, in the order of the coefficients: one row of the design matrix of a fit.
  static void basis(const base::Box& domain, int degree, base::Vec2 p, double* row);
};

// A thing that was seen on both.
struct Match {
  base::Vec2 in_page;   // pt
  base::Vec2 in_photo;  // px
};

// p_in_photo = homography * (p_in_page + displacement(p_in_page)).
struct Warp {
  Homography homography;
  SmoothField displacement;

  base::Vec2 operator*(base::Vec2 p_in_page) const;
  // Solves for the page point by fixed-point iteration; exact to 1e-6 of a page unit where the field is
  // smooth.
  base::Vec2 inverse(base::Vec2 p_in_photo) const;
};

}  // namespace barium::image
