#include "verify/added_ink.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "align/photo_levels.h"
#include "base/disjoint_sets.h"
#include "base/median.h"
#include "image/sample.h"
#include "verify/paper.h"

namespace barium::verify {
namespace {

using image::FloatImage;

// Chosen with verify_real, variant 1: as much as can be found without a false place. A step is about a pixel
// of those photographs.
constexpr double kStepPt = 0.5;
constexpr double kMostSamples = 12e6;  // twice an A3 page; larger ones are not looked at
constexpr int kTile = 48;              // samples a side: 24 pt, over which the paper is taken for affine
// Of the words beside a tile; beyond, nobody knows where its paper lies.
constexpr double kLeastSupport = 0.3;
// Strokes are thinner than this, light changes over more. pt.
constexpr double kClosingPt = 5;
// The page's own ink is kept off by so much: what paper may move it, and blur spread it.
constexpr double kApartPt = 3.0;
// Of the original's brightness, in its own closing.
constexpr float kOwnInk = 0.06f;
// Darker ground is not looked at: noise is as large as ink there.
constexpr float kLightGround = 0.7f;
constexpr double kEdgePt = 14;  // of the page: tables begin there
// Where words near by stand off where their neighbours say by more than this, so may the page's other ink.
constexpr double kCalmPt = 1.5, kNearPt = 45;
// And on the page as a whole, on the median.
constexpr double kCalmPagePt = 0.35;
// Flat paper goes on as it is beyond its words.
constexpr double kFlatPagePt = 0.1;
constexpr double kLostPt = 12;  // around a word that was not found: it may stand there
// Creases, and rules where paper carries them: longer than that, and so thin beside it.
constexpr double kLineLengthPt = 10, kLineShape = 0.12;
// Of how dark the page's own ink is.
constexpr float kInk = 0.45f;
constexpr double kLeastOwnDarkness = 0.05;
constexpr double kLeastPiecePt2 = 0.5;
// Bench: verify_real, with kCalmPagePt: of 81 photographs none shows so much where nothing was
// added.
constexpr double kLeastAreaPt2 = 12, kLeastDarkness = 1.0, kLeastSidePt = 3;
constexpr double kTogetherPt = 8;  // pieces nearer than this are one thing

enum class Extreme { kLightest, kDarkest };

void take(Extreme extreme, const float* from, float* to, int count) {
  for (int i = 0; i < count; ++i)
    to[i] = extreme == Extreme::kLightest ? std::max(to[i], from[i]) : std::min(to[i], from[i]);
}

// Of the square of 2 radius + 1 samples around each, of the part that lies inside.
FloatImage extremes(const FloatImage& picture, int radius, Extreme extreme) {
  const int w = picture.width(), h = picture.height();
  FloatImage along = picture;
  for (int y = 0; y < h; ++y)
    for (int k = 1; k <= std::min(radius, w - 1); ++k) {
      take(extreme, picture.row(y) + k, along.row(y), w - k);
      take(extreme, picture.row(y), along.row(y) + k, w - k);
    }
  FloatImage out = along;
  for (int y = 0; y < h; ++y)
    for (int k = std::max(0, y - radius); k <= std::min(h - 1, y + radius); ++k)
      take(extreme, along.row(k), out.row(y), w);
  return out;
}

// The share of its paper's brightness that each sample lacks.
FloatImage ink_of(const FloatImage& picture) {
  const int radius = static_cast<int>(kClosingPt / kStepPt / 2);
  const FloatImage paper = extremes(extremes(picture, radius, Extreme::kLightest), radius, Extreme::kDarkest);
  FloatImage ink = paper;
  for (std::size_t i = 0; i < ink.pixels().size(); ++i)
    ink.pixels()[i] = std::max(0.0f, 1 - picture.pixels()[i] / std::max(0.02f, paper.pixels()[i]));
  return ink;
}

// How far a placed word stands from where the others around it say.
struct Surprise {
  base::Vec2 p_in_page;
  double pt = 0;
};

std::vector<Surprise> surprises_of(const page::PageModel& page, const Paper& paper,
                                   const align::Alignment& alignment) {
  std::vector<Surprise> out;
  for (const page::WordMeasurement& m : alignment.words) {
    if (!m.placed) continue;
    const base::Vec2 p = page.words[m.word].box.centre();
    const image::Warp by_others = paper.without(m.word), own = paper.at(p, m.word).photo_from_page;
    const double px_per_pt = std::sqrt(std::abs(own.homography.area_scale(p)));
    out.push_back({p, base::norm(own * p - by_others * p) / px_per_pt});
  }
  return out;
}

double median_of(std::span<const Surprise> page) {
  std::vector<double> sizes;
  for (const Surprise& one : page) sizes.push_back(one.pt);
  return sizes.empty() ? 1e9 : base::median(std::move(sizes));
}

bool is_calm_at(base::Vec2 p_in_page, std::span<const Surprise> page) {
  double sum = 0;
  int count = 0;
  for (const Surprise& one : page)
    if (base::norm(one.p_in_page - p_in_page) < kNearPt) sum += one.pt * one.pt, ++count;
  return count >= 2 && sum < kCalmPt * kCalmPt * count;
}

struct Laid {
  FloatImage photo;  // on the page's grid
  FloatImage known;  // 1 where the paper's place is known and in view
};

Laid lay(image::GrayView photo, const page::RegisteredPage& page, const align::Alignment& alignment,
         const Paper& paper, std::span<const Surprise> surprises) {
  const align::PhotoLevels levels(photo);
  const int w = static_cast<int>(page.model.width_pt / kStepPt),
            h = static_cast<int>(page.model.height_pt / kStepPt);
  const bool is_flat = median_of(surprises) <= kFlatPagePt;
  Laid laid{FloatImage(w, h, 1, 1.0f), FloatImage(w, h, 1, 0.0f)};
  for (int y = 0; y < h; y += kTile)
    for (int x = 0; x < w; x += kTile) {
      const align::PatchGrid grid{{(x + 0.5) * kStepPt, (y + 0.5) * kStepPt},
                                  kStepPt,
                                  std::min(kTile, w - x),
                                  std::min(kTile, h - y)};
      const base::Vec2 middle = grid.at(grid.width / 2.0, grid.height / 2.0);
      const Paper::Local local = paper.at(middle, std::nullopt);
      if (!is_flat && (local.support < kLeastSupport || !is_calm_at(middle, surprises))) continue;
      const align::WarpLattice lattice(local.photo_from_page, grid);
      if (!lattice.inside(photo.width(), photo.height())) continue;
      const base::Vec2 a = local.photo_from_page * grid.at(0, 0), b = local.photo_from_page * grid.at(1, 0);
      const std::vector<float> samples = sample_patch(levels, levels.level_for(base::norm(b - a)), lattice,
                                                      grid, align::Interpolation::kLinear);
      for (int j = 0; j < grid.height; ++j)
        for (int i = 0; i < grid.width; ++i) {
          laid.photo.at(x + i, y + j) = samples[static_cast<std::size_t>(j * grid.width + i)];
          laid.known.at(x + i, y + j) = 1;
        }
    }
  for (const page::WordMeasurement& m : alignment.words) {
    if (m.placed) continue;
    const base::Box lost = page.model.words[m.word].box.grown(kLostPt);
    for (int y = std::max(0, static_cast<int>(lost.y0 / kStepPt));
         y < std::min(h, static_cast<int>(lost.y1 / kStepPt)); ++y)
      for (int x = std::max(0, static_cast<int>(lost.x0 / kStepPt));
           x < std::min(w, static_cast<int>(lost.x1 / kStepPt)); ++x)
        laid.known.at(x, y) = 0;
  }
  return laid;
}

// Where the original is darker the photo is lighter.
bool is_negative(const Laid& laid, const page::RegisteredPage& page) {
  const FloatImage original = image::to_float(
      image::resize(page.raster.picture.view(), laid.photo.width(), laid.photo.height()).view());
  double n = 0, a = 0, b = 0, both = 0;
  for (std::size_t i = 0; i < original.pixels().size(); ++i) {
    if (laid.known.pixels()[i] <= 0) continue;
    const double x = static_cast<double>(original.pixels()[i]),
                 y = static_cast<double>(laid.photo.pixels()[i]);
    n += 1, a += x, b += y, both += x * y;
  }
  return n > 0 && both - a * b / n < 0;
}

// How dark the page's ink is in the photo: the median word's darkest.
double own_darkness(const FloatImage& ink, const page::PageModel& page, const align::Alignment& alignment) {
  std::vector<double> darkest;
  for (const page::WordMeasurement& m : alignment.words) {
    if (!m.placed) continue;
    const base::Box& box = page.words[m.word].box;
    std::vector<double> all;
    for (int y = std::max(0, static_cast<int>(box.y0 / kStepPt));
         y < std::min(ink.height(), static_cast<int>(box.y1 / kStepPt)); ++y)
      for (int x = std::max(0, static_cast<int>(box.x0 / kStepPt));
           x < std::min(ink.width(), static_cast<int>(box.x1 / kStepPt)); ++x)
        all.push_back(static_cast<double>(ink.at(x, y)));
    if (all.size() < 20) continue;
    const auto at = all.begin() + static_cast<std::ptrdiff_t>(all.size() * 9 / 10);
    std::nth_element(all.begin(), at, all.end());
    darkest.push_back(*at);
  }
  return darkest.empty() ? 0 : base::median(std::move(darkest));
}

struct Piece {
  base::Box box;
  double area = 0, peak = 0;
  double x = 0, y = 0, xx = 0, xy = 0, yy = 0;  // sums over samples

  void add(double px, double py) { x += px, y += py, xx += px * px, xy += px * py, yy += py * py; }
  bool is_line() const {
    const double n = area / (kStepPt * kStepPt), a = xx / n - x / n * x / n, b = xy / n - x / n * y / n,
                 c = yy / n - y / n * y / n;
    const double middle = (a + c) / 2, apart = std::hypot((a - c) / 2, b);
    // Of a bar, sigma is its length over the root of 12.
    return std::sqrt(12 * (middle + apart)) * kStepPt > kLineLengthPt &&
           std::sqrt(std::max(0.0, middle - apart)) < kLineShape * std::sqrt(middle + apart);
  }
};

std::vector<Piece> pieces_of(const FloatImage& ink, const FloatImage& blank, float least) {
  image::Image<std::uint32_t> label(ink.width(), ink.height());
  base::DisjointSets sets(1);
  for (int y = 0; y < ink.height(); ++y)
    for (int x = 0; x < ink.width(); ++x) {
      if (blank.at(x, y) <= 0 || ink.at(x, y) < least) continue;
      std::uint32_t own = 0;
      const auto join = [&](int u, int v) {
        if (u < 0 || v < 0 || u >= ink.width() || label.at(u, v) == 0) return;
        if (own == 0)
          own = label.at(u, v);
        else
          sets.join(own, label.at(u, v));
      };
      join(x - 1, y), join(x - 1, y - 1), join(x, y - 1), join(x + 1, y - 1);
      label.at(x, y) = own == 0 ? sets.add() : own;
    }
  std::vector<Piece> pieces;
  std::vector<std::uint32_t> number;
  for (int y = 0; y < ink.height(); ++y)
    for (int x = 0; x < ink.width(); ++x) {
      if (label.at(x, y) == 0) continue;
      const std::uint32_t root = sets.root(label.at(x, y));
      if (number.size() <= root) number.resize(root + 1, 0);
      if (number[root] == 0) {
        pieces.push_back({{1e9, 1e9, -1e9, -1e9}});
        number[root] = static_cast<std::uint32_t>(pieces.size());
      }
      Piece& piece = pieces[number[root] - 1];
      piece.box = base::united(piece.box, {x * kStepPt, y * kStepPt, (x + 1) * kStepPt, (y + 1) * kStepPt});
      piece.area += kStepPt * kStepPt;
      piece.add(x, y);
      piece.peak = std::max(piece.peak, static_cast<double>(ink.at(x, y)));
    }
  std::erase_if(pieces, [](const Piece& piece) { return piece.area < kLeastPiecePt2 || piece.is_line(); });
  return pieces;
}

// 1 where the page is blank, and its place in the photo known.
FloatImage blank_of(const page::RegisteredPage& page, FloatImage known) {
  const int w = known.width(), h = known.height(), edge = static_cast<int>(kEdgePt / kStepPt);
  const FloatImage original = image::to_float(image::resize(page.raster.picture.view(), w, h).view());
  FloatImage printed = ink_of(original);
  for (std::size_t i = 0; i < printed.pixels().size(); ++i)
    printed.pixels()[i] =
        printed.pixels()[i] > kOwnInk || original.pixels()[i] < 255 * kLightGround ? 1.0f : 0.0f;
  printed = extremes(printed, static_cast<int>(kApartPt / kStepPt), Extreme::kLightest);
  for (int y = 0; y < h; ++y)
    for (int x = 0; x < w; ++x)
      if (printed.at(x, y) > 0 || x < edge || y < edge || x >= w - edge || y >= h - edge) known.at(x, y) = 0;
  return known;
}

// Pieces that lie together.
std::vector<AddedInk> things_of(const std::vector<Piece>& pieces, double own) {
  base::DisjointSets sets(pieces.size());
  for (std::uint32_t a = 0; a < pieces.size(); ++a)
    for (std::uint32_t b = 0; b < a; ++b) {
      const base::Box common =
          base::intersected(pieces[a].box.grown(kTogetherPt / 2), pieces[b].box.grown(kTogetherPt / 2));
      if (common.width() > 0 && common.height() > 0) sets.join(a, b);
    }
  std::vector<AddedInk> all(pieces.size(), AddedInk{{1e9, 1e9, -1e9, -1e9}});
  for (std::uint32_t a = 0; a < pieces.size(); ++a) {
    AddedInk& one = all[sets.root(a)];
    one.where = base::united(one.where, pieces[a].box);
    one.area_pt2 += pieces[a].area;
    one.darkness = std::max(one.darkness, pieces[a].peak / own);
  }
  return all;
}

}  // namespace

BlankPaper look_at_blank_paper(image::GrayView photo, const page::RegisteredPage& page,
                               const align::Alignment& alignment) {
  const Paper paper(page.model, alignment);
  const std::vector<Surprise> surprises = surprises_of(page.model, paper, alignment);
  const int w = static_cast<int>(page.model.width_pt / kStepPt),
            h = static_cast<int>(page.model.height_pt / kStepPt);
  if (static_cast<double>(w) * h > kMostSamples) return {};
  BlankPaper out{.judged = {image::GrayImage(w, h), 1 / kStepPt}};
  if (median_of(surprises) > kCalmPagePt) return out;
  Laid laid = lay(photo, page, alignment, paper, surprises);
  if (is_negative(laid, page)) {
    for (float& level : laid.photo.pixels()) level = 1 - level;
  }
  const FloatImage ink = ink_of(laid.photo);
  const double own = own_darkness(ink, page.model, alignment);
  if (!(own > kLeastOwnDarkness)) return out;
  const FloatImage blank = blank_of(page, laid.known);
  for (std::size_t i = 0; i < blank.pixels().size(); ++i)
    out.judged.picture.pixels()[i] = blank.pixels()[i] > 0 ? 255 : 0;
  const std::vector<Piece> pieces = pieces_of(ink, blank, static_cast<float>(kInk * own));
  for (const AddedInk& one : things_of(pieces, own))
    if (one.area_pt2 >= kLeastAreaPt2 && one.darkness >= kLeastDarkness &&
        std::min(one.where.width(), one.where.height()) >= kLeastSidePt)
      out.added.push_back(one);
  return out;
}

}  // namespace barium::verify
