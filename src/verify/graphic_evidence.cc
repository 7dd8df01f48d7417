#include "verify/graphic_evidence.h"

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "base/median.h"
#include "image/filter.h"

namespace barium::verify {
namespace {

using image::FloatImage;

// What paper may carry a graphic away by between words, and is looked for.
constexpr double kLeastReachPt = 1.5, kMostReachPt = 3, kReachOfUnsure = 4;
constexpr double kFarPt = 9;             // farther off it is looked for, too: whether paper carried it there
constexpr double kAlike = 0.75;          // a correlation
constexpr double kBesidePt = 2.5;        // of a rule, that is looked at with it
constexpr std::size_t kLeastAlong = 10;  // samples of a rule's part
constexpr double kLeastSamples = 64;     // of a picture's
constexpr double kFarUnsurePt = 0.4;     // where no words are near
constexpr std::size_t kMostWords = 30, kLeastWords = 3;
constexpr int kSigmas = 6;
constexpr std::array<double, kSigmas> kBlurPt{0.25, 0.4, 0.6, 0.9, 1.3, 1.9};

// A square of the original and of the photo, and which samples count.
struct Patch {
  int x0 = 0, y0 = 0, width = 0, height = 0;
};

Patch patch_of(const base::Box& box, const FloatImage& within) {
  Patch out;
  out.x0 = std::max(0, static_cast<int>(std::lround(box.x0 / kLaidStepPt)));
  out.y0 = std::max(0, static_cast<int>(std::lround(box.y0 / kLaidStepPt)));
  out.width = std::min(within.width(), static_cast<int>(std::lround(box.x1 / kLaidStepPt))) - out.x0;
  out.height = std::min(within.height(), static_cast<int>(std::lround(box.y1 / kLaidStepPt))) - out.y0;
  return out;
}

// The original there through a blur.
FloatImage blurred(const FloatImage& original, const Patch& patch, double sigma) {
  const int margin = static_cast<int>(std::ceil(3 * sigma));
  const int x0 = std::max(0, patch.x0 - margin), y0 = std::max(0, patch.y0 - margin);
  const int x1 = std::min(original.width(), patch.x0 + patch.width + margin),
            y1 = std::min(original.height(), patch.y0 + patch.height + margin);
  const FloatImage wide = image::gaussian_blur(original.view().crop(x0, y0, x1 - x0, y1 - y0), sigma);
  FloatImage out(patch.width, patch.height);
  for (int y = 0; y < patch.height; ++y)
    std::copy_n(wide.row(patch.y0 - y0 + y) + patch.x0 - x0, patch.width, out.row(y));
  return out;
}

// Weighted least squares of seen on shading and look.
struct Fit {
  double gain = 0, gain_sigma = 1e9, correlation = 0, contrast = 0;
  double shown = 0;  // root mean square of the photo, shading taken out
  double paper = 1;  // what the photo shows of white there
};

// Samples gathered for one fit: place, look, photo.
class Gathered {
 public:
  void add(double x, double y, double look, double seen) { rows_.push_back({1, x, y, look, seen}); }
  std::size_t size() const { return rows_.size(); }

  // upright or level profiles have no x of their own: `slopes` says how many of the shading's are fitted.
  Fit solve(int slopes) const {
    const int k = 1 + slopes;
    const Eigen::Map<const Eigen::Matrix<double, 5, Eigen::Dynamic>> rows(
        rows_.front().data(), 5, static_cast<Eigen::Index>(rows_.size()));
    const Eigen::Matrix<double, 5, 5> all = rows * rows.transpose();
    // Shading taken out of look and photo.
    Eigen::MatrixXd shade = all.topLeftCorner(k, k);
    shade.diagonal().array() += 1e-9;
    const Eigen::MatrixXd solved = shade.ldlt().solve(all.block(0, 3, k, 2));
    const Eigen::Matrix2d left = all.block<2, 2>(3, 3) - all.block(3, 0, 2, k) * solved;
    const double ee = left(0, 0), ep = left(0, 1), pp = left(1, 1);
    const double n = static_cast<double>(rows_.size());
    Fit fit;
    if (!(ee > 1e-9) || n < k + 3) return fit;
    fit.gain = ep / ee;
    const double residual = std::max(1e-9, pp - ep * ep / ee);
    fit.gain_sigma = std::sqrt(residual / (n - k - 1) / ee);
    fit.correlation = pp > 1e-12 ? ep / std::sqrt(ee * pp) : 0;
    fit.contrast = std::sqrt(ee / n);
    fit.shown = std::sqrt(std::max(0.0, pp) / n);
    fit.paper = (all(0, 4) + std::max(0.0, fit.gain) * (n - all(0, 3))) / n;
    return fit;
  }

 private:
  std::vector<std::array<double, 5>> rows_;
};

struct Optics {
  double blur = 1;  // samples
  double gain = 0;
};

// As the page's words show it.
std::optional<Optics> optics_of(const LaidPage& laid, const page::PageModel& page,
                                const align::Alignment& alignment) {
  std::vector<Patch> words;
  for (const page::WordMeasurement& m : alignment.words)
    if (m.placed) words.push_back(patch_of(page.words[m.word].box, laid.original));
  const std::size_t step = words.size() / kMostWords + 1;
  std::array<std::vector<double>, kSigmas> correlations, gains;
  for (std::size_t i = 0; i < words.size(); i += step) {
    const Patch& p = words[i];
    if (p.width < 6 || p.height < 6) continue;
    for (std::size_t s = 0; s < kSigmas; ++s) {
      const FloatImage look = blurred(laid.original, p, kBlurPt[s] / kLaidStepPt);
      Gathered all;
      for (int y = 0; y < p.height; ++y)
        for (int x = 0; x < p.width; ++x)
          if (laid.known.at(p.x0 + x, p.y0 + y) > 0)
            all.add(x, y, static_cast<double>(look.at(x, y)),
                    static_cast<double>(laid.photo.at(p.x0 + x, p.y0 + y)));
      if (all.size() < 50) continue;
      const Fit fit = all.solve(2);
      correlations[s].push_back(fit.correlation), gains[s].push_back(fit.gain / std::max(0.05, fit.paper));
    }
  }
  if (correlations[0].size() < kLeastWords) return std::nullopt;
  std::size_t best = 0;
  double most = -1;
  for (std::size_t s = 0; s < kSigmas; ++s)
    if (const double m = base::median(correlations[s]); m > most) most = m, best = s;
  const double gain = base::median(gains[best]);
  if (!(gain > 0.02)) return std::nullopt;
  return Optics{kBlurPt[best] / kLaidStepPt, gain};
}

class Looker {
 public:
  Looker(const LaidPage& laid, const PageGraphics& page, Optics optics)
      : laid_(laid), page_(page), optics_(optics) {}

  std::optional<PartEvidence> rule_part(const base::Box& part, bool upright, double reach_pt) const {
    const double side = kBesidePt;
    const base::Box wide = upright ? base::Box{part.x0 - side, part.y0, part.x1 + side, part.y1}
                                   : base::Box{part.x0, part.y0 - side, part.x1, part.y1 + side};
    const Patch patch = patch_of(wide, laid_.original);
    if (patch.width < 6 || patch.height < 6) return std::nullopt;
    const FloatImage look = blurred(laid_.original, patch, optics_.blur);
    const int across = upright ? patch.width : patch.height, along = upright ? patch.height : patch.width;
    const auto x_of = [&](int a, int c) { return patch.x0 + (upright ? c : a); };
    const auto y_of = [&](int a, int c) { return patch.y0 + (upright ? a : c); };
    const auto look_at = [&](int a, int c) {
      return static_cast<double>(upright ? look.at(c, a) : look.at(a, c));
    };
    const int reach = static_cast<int>(reach_pt / kLaidStepPt);
    // Places along it that no word comes near, nor what is not known.
    std::vector<int> open;
    for (int a = 0; a < along; ++a) {
      bool is_open = true;
      for (int c = -reach; c < across + reach && is_open; ++c) {
        const int x = x_of(a, c), y = y_of(a, c);
        is_open = x >= 0 && y >= 0 && x < laid_.photo.width() && y < laid_.photo.height() &&
                  page_.words.at(x, y) == 0 && laid_.known.at(x, y) > 0;
      }
      if (is_open) open.push_back(a);
    }
    if (open.size() < kLeastAlong) return std::nullopt;
    // What most of it looks like across; where it looks otherwise another rule crosses it.
    std::vector<double> usual;
    for (int c = 0; c < across; ++c) {
      std::vector<double> row;
      for (const int a : open) row.push_back(look_at(a, c));
      usual.push_back(base::median(std::move(row)));
    }
    std::erase_if(open, [&](int a) {
      int odd = 0;
      for (int c = 0; c < across; ++c)
        odd += std::abs(look_at(a, c) - usual[static_cast<std::size_t>(c)]) > 0.1;
      return odd > across / 8;
    });
    if (open.size() < kLeastAlong) return std::nullopt;
    const int far = static_cast<int>(kFarPt / kLaidStepPt);
    std::vector<std::optional<double>> seen;
    for (int c = -far; c < across + far; ++c) {
      double sum = 0;
      std::size_t n = 0;
      for (const int a : open) {
        const int x = x_of(a, c), y = y_of(a, c);
        if (x < 0 || y < 0 || x >= laid_.photo.width() || y >= laid_.photo.height()) continue;
        if (page_.words.at(x, y) != 0 || laid_.known.at(x, y) <= 0) continue;
        sum += static_cast<double>(laid_.photo.at(x, y)), ++n;
      }
      seen.push_back(2 * n > open.size() ? std::optional(sum / static_cast<double>(n)) : std::nullopt);
    }
    const auto fit_at = [&](int s) -> std::optional<Fit> {
      Gathered all;
      for (int c = 0; c < across; ++c) {
        const auto& v = seen[static_cast<std::size_t>(c + s + far)];
        if (!v) return std::nullopt;
        all.add(c, 0, usual[static_cast<std::size_t>(c)], *v);
      }
      return all.solve(1);
    };
    const auto explained = [](const Fit& fit) { return fit.gain * std::abs(fit.gain); };
    std::optional<Fit> best_fit;
    int best_s = 0;
    for (int s = -reach; s <= reach; ++s)
      if (const auto fit = fit_at(s); fit && (!best_fit || explained(*fit) > explained(*best_fit)))
        best_fit = fit, best_s = s;
    if (!best_fit) return std::nullopt;
    PartEvidence best = evidence(
        part, *best_fit, upright ? base::Vec2{best_s * kLaidStepPt, 0} : base::Vec2{0, best_s * kLaidStepPt});
    const double scale = best_fit->gain == 0 ? 0 : best.gain / best_fit->gain;
    int looked = 0, places = 0;
    for (int s = -far; s <= far; ++s) {
      if (std::abs(s) <= reach) continue;
      ++places;
      const auto fit = fit_at(s);
      if (!fit) continue;
      ++looked;
      if (fit->correlation > kAlike && scale * fit->gain > best.far_gain)
        best.far_gain = scale * fit->gain, best.far_correlation = fit->correlation;
    }
    best.far_looked = places == 0 ? 0 : static_cast<double>(looked) / places;
    return best;
  }

  std::optional<PartEvidence> picture_part(const base::Box& part, double reach_pt) const {
    const Patch patch = patch_of(part, laid_.original);
    const int reach = static_cast<int>(reach_pt / kLaidStepPt);
    if (patch.x0 < reach || patch.y0 < reach || patch.x0 + patch.width + reach > laid_.photo.width() ||
        patch.y0 + patch.height + reach > laid_.photo.height())
      return std::nullopt;
    const FloatImage look = blurred(laid_.original, patch, optics_.blur);
    // The samples' look, and what shading may be: 1, x, y; zero where words stand.
    const auto n = static_cast<Eigen::Index>(patch.width) * patch.height;
    Eigen::VectorXf open = Eigen::VectorXf::Zero(n);
    Eigen::Matrix<float, Eigen::Dynamic, 4> basis = Eigen::Matrix<float, Eigen::Dynamic, 4>::Zero(n, 4);
    double samples = 0;
    for (int y = 0; y < patch.height; ++y)
      for (int x = 0; x < patch.width; ++x) {
        if (page_.words.at(patch.x0 + x, patch.y0 + y) != 0 ||
            laid_.known.at(patch.x0 + x, patch.y0 + y) <= 0)
          continue;
        const auto i = static_cast<Eigen::Index>(y) * patch.width + x;
        const float u = 2.0f * static_cast<float>(x) / static_cast<float>(patch.width) - 1,
                    v = 2.0f * static_cast<float>(y) / static_cast<float>(patch.height) - 1;
        basis.row(i) << 1, u, v, look.at(x, y);
        open(i) = 1, ++samples;
      }
    if (samples < kLeastSamples) return std::nullopt;
    const Eigen::Matrix4d normal = (basis.transpose() * basis).cast<double>();
    Eigen::Matrix3d shade = normal.topLeftCorner<3, 3>();
    shade.diagonal().array() += 1e-9;
    const Eigen::Matrix3d unshade = shade.inverse();
    const Eigen::Vector3d cross = normal.block<3, 1>(0, 3);
    const double ee = normal(3, 3) - cross.dot(unshade * cross);
    if (!(ee > 1e-4 * samples)) return std::nullopt;
    Eigen::VectorXf seen(n);
    const auto fit_at = [&](int dx, int dy) {
      for (int y = 0; y < patch.height; ++y)
        std::copy_n(laid_.photo.row(patch.y0 + y + dy) + patch.x0 + dx, patch.width,
                    seen.data() + y * patch.width);
      const Eigen::Vector4d against = (basis.transpose() * seen).cast<double>();
      const Eigen::Vector3d on_shade = against.head<3>();
      const double pp =
          static_cast<double>(seen.cwiseProduct(open).dot(seen)) - on_shade.dot(unshade * on_shade);
      const double ep = against(3) - cross.dot(unshade * on_shade);
      Fit fit;
      fit.gain = ep / ee;
      fit.gain_sigma = std::sqrt(std::max(1e-9, pp - ep * ep / ee) / (samples - 4) / ee);
      fit.correlation = pp > 1e-9 * samples ? ep / std::sqrt(ee * pp) : 0;
      fit.contrast = std::sqrt(ee / samples);
      fit.shown = std::sqrt(std::max(0.0, pp) / samples);
      fit.paper = (against(0) + std::max(0.0, fit.gain) * (samples - normal(0, 3))) / samples;
      return fit;
    };
    Fit best_fit{.correlation = -2};
    int bx = 0, by = 0;
    const auto attempt = [&](int dx, int dy) {
      const Fit fit = fit_at(dx, dy);
      if (fit.correlation > best_fit.correlation) best_fit = fit, bx = dx, by = dy;
    };
    for (int dy = -reach; dy <= reach; dy += 2)
      for (int dx = -reach; dx <= reach; dx += 2) attempt(dx, dy);
    const int mx = bx, my = by;
    for (int dy = std::max(-reach, my - 1); dy <= std::min(reach, my + 1); ++dy)
      for (int dx = std::max(-reach, mx - 1); dx <= std::min(reach, mx + 1); ++dx) attempt(dx, dy);
    PartEvidence best = evidence(part, best_fit, {bx * kLaidStepPt, by * kLaidStepPt});
    if (best.correlation > kAlike) return best;
    const int far = static_cast<int>(kFarPt / kLaidStepPt);
    int looked = 0, places = 0;
    for (int dy = -far; dy <= far; dy += 2)
      for (int dx = -far; dx <= far; dx += 2) {
        if (std::abs(dx) <= reach && std::abs(dy) <= reach) continue;
        ++places;
        const int x = patch.x0 + dx, y = patch.y0 + dy;
        if (x < 0 || y < 0 || x + patch.width > laid_.photo.width() ||
            y + patch.height > laid_.photo.height())
          continue;
        if (laid_.known.at(x, y) <= 0 || laid_.known.at(x + patch.width - 1, y + patch.height - 1) <= 0)
          continue;
        ++looked;
        const Fit fit = fit_at(dx, dy);
        if (fit.correlation > best.far_correlation)
          best.far_correlation = fit.correlation, best.far_gain = evidence(part, fit, {}).gain;
      }
    best.far_looked = places == 0 ? 0 : static_cast<double>(looked) / places;
    return best;
  }

 private:
  PartEvidence evidence(const base::Box& part, const Fit& fit, base::Vec2 shift) const {
    const double scale = 1 / (optics_.gain * std::max(0.05, fit.paper));
    return {.where = part,
            .contrast = fit.contrast,
            .gain = scale * fit.gain,
            .gain_sigma = scale * fit.gain_sigma,
            .correlation = fit.correlation,
            .shown = scale * fit.shown / std::max(1e-6, fit.contrast),
            .shift_pt = shift};
  }

  const LaidPage& laid_;
  const PageGraphics& page_;
  Optics optics_;
};

}  // namespace

std::vector<GraphicEvidence> graphic_evidence(const LaidPage& laid, const page::RegisteredPage& page,
                                              const align::Alignment& alignment) {
  if (laid.photo.empty()) return {};
  const PageGraphics graphics = graphics_of(laid.original, kLaidStepPt, page.model);
  const std::optional<Optics> optics = optics_of(laid, page.model, alignment);
  std::vector<GraphicEvidence> out;
  for (const Graphic& graphic : graphics.graphics) {
    out.push_back({graphic, {}});
    if (!optics) continue;
    const Looker looker(laid, graphics, *optics);
    for (const base::Box& part : graphic.parts) {
      const double unsure = std::min(laid.unsure_at(part.centre()), std::max(kFarUnsurePt, laid.unsure_pt));
      const double reach = std::clamp(1 + kReachOfUnsure * unsure, kLeastReachPt, kMostReachPt);
      auto seen = graphic.kind == Graphic::Kind::kRule ? looker.rule_part(part, graphic.upright, reach)
                                                       : looker.picture_part(part, reach);
      if (!seen) continue;
      seen->unsure_pt = unsure;
      out.back().parts.push_back(*seen);
    }
  }
  return out;
}

}  // namespace barium::verify
