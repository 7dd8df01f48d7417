#include "image/homography.h"

#include <Eigen/Dense>
#include <cmath>

#include "base/error.h"

namespace barium::image {
namespace {

using base::Vec2;
using Matrix3 = Eigen::Matrix<double, 3, 3, Eigen::RowMajor>;

Matrix3 as_eigen(const Homography& h) { return Eigen::Map<const Matrix3>(h.m.data()); }

Homography as_homography(const Matrix3& matrix) {
  Homography h;
  Eigen::Map<Matrix3>(h.m.data()) = matrix;
  return h;
}

// A matrix whose determinant is below this share of its size cubed maps the plane to a line.
constexpr double kSingular = 1e-14;

bool is_singular(const Matrix3& matrix) {
  const double size = matrix.norm();
  return !(std::abs(matrix.determinant()) > kSingular * size * size * size);  // also true for NaN
}

// The similarity that moves the centroid to the origin and the mean distance to sqrt(2); nullopt where all
// points coincide. Hartley and Zisserman, section 4.4.4.
std::optional<Matrix3> normalising(std::span<const Vec2> points) {
  Vec2 centre;
  for (const Vec2 p : points) centre = centre + p;
  centre = centre * (1.0 / static_cast<double>(points.size()));
  double distance = 0;
  for (const Vec2 p : points) distance += norm(p - centre);
  if (!(distance > 0)) return std::nullopt;
  const double scale = std::sqrt(2.0) * static_cast<double>(points.size()) / distance;
  Matrix3 m;
  m << scale, 0, -scale * centre.x, 0, scale, -scale * centre.y, 0, 0, 1;
  return m;
}

Vec2 apply_similarity(const Matrix3& m, Vec2 p) { return {m(0, 0) * p.x + m(0, 2), m(1, 1) * p.y + m(1, 2)}; }

// Two rows of equation (4.3), with w' = w_i = 1.
void put_rows(Eigen::MatrixXd& a, Eigen::Index at, Vec2 p, Vec2 q, double weight) {
  a.row(at) << 0, 0, 0, -p.x, -p.y, -1, q.y * p.x, q.y * p.y, q.y;
  a.row(at + 1) << p.x, p.y, 1, 0, 0, 0, -q.x * p.x, -q.x * p.y, -q.x;
  a.middleRows<2>(at) *= weight;
}

// The null vector of a, at least 9 rows; nullopt where the null space has more than one dimension.
std::optional<Matrix3> null_matrix(const Eigen::MatrixXd& a) {
  constexpr double kRankTolerance = 1e-9;  // of the largest singular value; points are normalised
  const Eigen::JacobiSVD<Eigen::MatrixXd> svd(a, Eigen::ComputeThinV);
  const auto& values = svd.singularValues();
  if (!(values(7) > kRankTolerance * values(0))) return std::nullopt;
  const Eigen::VectorXd h = svd.matrixV().col(8);
  return Eigen::Map<const Matrix3>(h.data());
}

// The map that takes e1, e2, e3 and e1 + e2 + e3 to the four points; nullopt where three are on a line.
// P. Heckbert, Fundamentals of Texture Mapping and Image Warping, 1989, section 2.2.3, in any frame.
std::optional<Matrix3> from_basis(std::span<const Vec2> p) {
  constexpr double kCollinear = 1e-9;  // share of the square of the points' extent
  Matrix3 m;
  m << p[0].x - p[3].x, p[1].x - p[3].x, p[2].x - p[3].x,  //
      p[0].y - p[3].y, p[1].y - p[3].y, p[2].y - p[3].y,   //
      1, 1, 1;
  // Coordinates are taken from the fourth point, which is then (0, 0, 1): its weights are the areas below.
  const double extent = m.topRows<2>().squaredNorm();
  const double a = m(0, 1) * m(1, 2) - m(0, 2) * m(1, 1);
  const double b = m(0, 2) * m(1, 0) - m(0, 0) * m(1, 2);
  const double c = m(0, 0) * m(1, 1) - m(0, 1) * m(1, 0);
  for (const double area : {a, b, c, a + b + c}) {
    if (!(std::abs(area) > kCollinear * extent)) return std::nullopt;
  }
  m.col(0) *= a;
  m.col(1) *= b;
  m.col(2) *= c;
  Matrix3 back;
  back << 1, 0, p[3].x, 0, 1, p[3].y, 0, 0, 1;
  return back * m;
}

// Exact, and thirty times as fast as the general fit: what a random-sample search asks for.
std::optional<Homography> fit_four(std::span<const Vec2> source, std::span<const Vec2> target) {
  const auto source_from_basis = from_basis(source), target_from_basis = from_basis(target);
  if (!source_from_basis || !target_from_basis) return std::nullopt;
  return as_homography(*target_from_basis * source_from_basis->inverse()).normalized();
}

}  // namespace

Vec2 Homography::operator*(Vec2 p) const {
  const double w = m[6] * p.x + m[7] * p.y + m[8];
  return {(m[0] * p.x + m[1] * p.y + m[2]) / w, (m[3] * p.x + m[4] * p.y + m[5]) / w};
}

Homography Homography::operator*(const Homography& source_from_other) const {
  return as_homography(as_eigen(*this) * as_eigen(source_from_other));
}

std::optional<Homography> Homography::inverse() const {
  const Matrix3 matrix = as_eigen(*this);
  // Rows and columns are brought to one size first: page points and pixels must not decide what is singular.
  Eigen::Vector3d rows = matrix.rowwise().norm();
  if (!(rows.minCoeff() > 0)) return std::nullopt;
  const Matrix3 levelled = rows.cwiseInverse().asDiagonal() * matrix;
  const Eigen::Vector3d columns = levelled.colwise().norm().transpose();
  if (!(columns.minCoeff() > 0)) return std::nullopt;
  const Matrix3 balanced = levelled * columns.cwiseInverse().asDiagonal();
  if (is_singular(balanced)) return std::nullopt;
  const Matrix3 inverted =
      columns.cwiseInverse().asDiagonal() * balanced.inverse() * rows.cwiseInverse().asDiagonal();
  return as_homography(inverted).normalized();
}

Homography Homography::normalized() const {
  const Matrix3 matrix = as_eigen(*this);
  // A map that sends the origin to infinity cannot have m[8] = 1: it gets unit norm.
  const double scale = std::abs(m[8]) > kSingular * matrix.norm() ? m[8] : matrix.norm();
  return scale == 0 ? *this : as_homography(matrix / scale);
}

double Homography::area_scale(Vec2 p) const {
  // For a projective map the determinant of the derivative is det(H) / w^3.
  const double w = m[6] * p.x + m[7] * p.y + m[8];
  return as_eigen(*this).determinant() / (w * w * w);
}

std::optional<Homography> fit_homography(std::span<const Vec2> source, std::span<const Vec2> target,
                                         std::span<const double> weights) {
  base::require(source.size() == target.size(), "every source point has a target point");
  base::require(weights.empty() || weights.size() == source.size(), "every pair has a weight");
  if (source.size() < 4) return std::nullopt;
  if (source.size() == 4 && weights.empty()) return fit_four(source, target);
  const auto source_similarity = normalising(source);
  const auto target_similarity = normalising(target);
  if (!source_similarity || !target_similarity) return std::nullopt;

  const auto pairs = static_cast<Eigen::Index>(source.size());
  Eigen::MatrixXd a = Eigen::MatrixXd::Zero(std::max<Eigen::Index>(2 * pairs, 9), 9);
  for (Eigen::Index i = 0; i < pairs; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const double weight = weights.empty() ? 1.0 : std::sqrt(std::max(0.0, weights[at]));
    put_rows(a, 2 * i, apply_similarity(*source_similarity, source[at]),
             apply_similarity(*target_similarity, target[at]), weight);
  }
  const auto normal = null_matrix(a);
  constexpr double kCollinear = 1e-9;  // three of four points on a line give a map of lower rank
  if (!normal || std::abs(normal->determinant()) < kCollinear) return std::nullopt;
  const Matrix3 fitted = target_similarity->inverse() * *normal * *source_similarity;
  return as_homography(fitted).normalized();
}

}  // namespace barium::image
