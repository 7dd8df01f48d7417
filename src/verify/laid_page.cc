#include "verify/laid_page.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "align/photo_levels.h"
#include "base/median.h"
#include "image/sample.h"
#include "verify/dark_areas.h"
#include "verify/paper.h"

namespace barium::verify {
namespace {

// Chosen with verify_real, variant 1: as much added ink as can be found without a false place.
constexpr double kMostSamples = 12e6;  // twice an A3 page; larger ones are not looked at
constexpr int kTile = 48;              // samples a side: 24 pt, over which the paper is taken for affine
// Of the words beside a tile; beyond, nobody knows where its paper lies.
constexpr double kLeastSupport = 0.3;
// As much as one word gives that is 110 pt away: enough to lay a tile to a few points.
constexpr double kSomeSupport = 0.02;
// Where words near by stand off where their neighbours say by more than this, so may the page's other ink.
constexpr double kCalmPt = 1.5, kNearPt = 45;
// Words stand off by no more on flat paper. Marks of the words around add their mean: of about six.
constexpr double kFlatPagePt = 0.1, kWordsAround = 6;
// Nor does a plane, and a screen's words stand off by what a renderer rounds them: half a pixel, 0.38 pt at
// 96 dpi.
constexpr double kPlanePt = 0.3;
// A screen or scan is a plane everywhere. What is not square to the photo is known so far beyond the words,
// of their width and height: what bends it by kPlanePt among them bends it by three times that there, (1 + 2
// * 0.4)^2. Guarded by verify_simulated, whose crops show a page's foot.
constexpr double kPlaneGoesOn = 0.4;
// A page is a marked one if its carriers stand off by more than this of a mark on the median.
constexpr double kMarkedShare = 0.6;
// Of 255, and of the dark pixels.
constexpr int kDark = 40, kLight = 215;
constexpr double kTwoTones = 0.1;
constexpr std::size_t kLeastOfWord = 20;  // samples

// Of each word of a marked page: what it is displaced by, one way or the other; 0 where it is no carrier.
std::vector<double> marks_of(const page::PageModel& page) {
  std::vector<double> marks(page.words.size(), 0.0);
  for (const page::Carrier& carrier : page.carriers) marks[carrier.word] = carrier.shift_pt;
  return marks;
}

// How far a page's words stand from the paper's by marks: 0 for a page without.
double mark_pt(const page::PageModel& page, const align::Alignment& alignment) {
  if (page.carriers.empty()) return 0;
  std::vector<double> displacements;
  for (const page::Carrier& carrier : page.carriers)
    if (const page::WordMeasurement& m = alignment.words[carrier.word]; m.placed)
      displacements.push_back(std::abs(m.dx_pt));
  const double shift = page.carriers.front().shift_pt;
  return !displacements.empty() && base::median(std::move(displacements)) > kMarkedShare * shift ? shift : 0;
}

std::vector<Surprise> surprises_of(const page::PageModel& page, const Paper& paper,
                                   const align::Alignment& alignment, std::span<const double> marks) {
  std::vector<Surprise> out;
  for (const page::WordMeasurement& m : alignment.words) {
    if (!m.placed) continue;
    const page::Word& word = page.words[m.word];
    const base::Vec2 p = word.box.centre();
    const image::Warp by_others = paper.without(m.word), own = paper.at(p, m.word).photo_from_page;
    const double px_per_pt = std::sqrt(std::abs(own.homography.area_scale(p)));
    const base::Vec2 seen = own * p;
    // A mark is no surprise.
    double least = 1e9;
    for (const double mark : {0.0, marks[m.word], -marks[m.word]})
      least = std::min(least, base::norm(seen - by_others * (p + mark * word.along)));
    out.push_back({p, least / px_per_pt});
  }
  return out;
}

double median_of(const std::vector<Surprise>& page) {
  std::vector<double> sizes;
  for (const Surprise& one : page) sizes.push_back(one.pt);
  return sizes.empty() ? 1e9 : base::median(std::move(sizes));
}

// Where a page goes on as its words have it: nowhere but about them; a little beyond; where its plane is
// known.
struct GoesOn {
  bool is_flat = false;
  base::Box plane{1, 1, 0, 0};
};

base::Box plane_of(const page::PageModel& page, const align::Alignment& alignment) {
  std::optional<base::Box> seen;
  for (const page::WordMeasurement& m : alignment.words)
    if (m.placed) {
      const base::Box& box = page.words[m.word].box;
      seen = seen ? base::united(*seen, box) : box;
    }
  if (!seen) return {1, 1, 0, 0};
  const double dx = kPlaneGoesOn * seen->width(), dy = kPlaneGoesOn * seen->height();
  return {seen->x0 - dx, seen->y0 - dy, seen->x1 + dx, seen->y1 + dy};
}

void lay(LaidPage& laid, image::GrayView photo, const Paper& paper, const GoesOn& goes_on) {
  const align::PhotoLevels levels(photo);
  const int w = laid.photo.width(), h = laid.photo.height();
  for (int y = 0; y < h; y += kTile)
    for (int x = 0; x < w; x += kTile) {
      const align::PatchGrid grid{{(x + 0.5) * kLaidStepPt, (y + 0.5) * kLaidStepPt},
                                  kLaidStepPt,
                                  std::min(kTile, w - x),
                                  std::min(kTile, h - y)};
      const base::Vec2 middle = grid.at(grid.width / 2.0, grid.height / 2.0);
      const Paper::Local local = paper.at(middle, std::nullopt);
      const bool known = goes_on.plane.contains(middle) ||
                         (goes_on.is_flat && local.support >= kSomeSupport) ||
                         (local.support >= kLeastSupport && laid.unsure_at(middle) < kCalmPt);
      const align::WarpLattice lattice(local.photo_from_page, grid);
      if (!lattice.inside(photo.width(), photo.height())) continue;
      const base::Vec2 a = local.photo_from_page * grid.at(0, 0), b = local.photo_from_page * grid.at(1, 0);
      const std::vector<float> samples = sample_patch(levels, levels.level_for(base::norm(b - a)), lattice,
                                                      grid, align::Interpolation::kLinear);
      for (int j = 0; j < grid.height; ++j)
        for (int i = 0; i < grid.width; ++i) {
          laid.anywhere.at(x + i, y + j) = samples[static_cast<std::size_t>(j * grid.width + i)];
          laid.in_view.at(x + i, y + j) = 1;
          if (!known && local.support < kSomeSupport) continue;
          laid.rough.at(x + i, y + j) = laid.anywhere.at(x + i, y + j);
          laid.laid.at(x + i, y + j) = 1;
          if (!known) continue;
          laid.photo.at(x + i, y + j) = laid.rough.at(x + i, y + j);
          laid.known.at(x + i, y + j) = 1;
        }
    }
}

void forget_lost_words(LaidPage& laid, const page::PageModel& page, const align::Alignment& alignment) {
  for (const page::WordMeasurement& m : alignment.words) {
    if (m.placed) continue;
    const base::Box lost = page.words[m.word].box.grown(kLostPt);
    for (int y = std::max(0, static_cast<int>(lost.y0 / kLaidStepPt));
         y < std::min(laid.known.height(), static_cast<int>(lost.y1 / kLaidStepPt)); ++y)
      for (int x = std::max(0, static_cast<int>(lost.x0 / kLaidStepPt));
           x < std::min(laid.known.width(), static_cast<int>(lost.x1 / kLaidStepPt)); ++x)
        laid.known.at(x, y) = 0;
  }
}

void turn(image::FloatImage& picture, const image::FloatImage& seen) {
  for (std::size_t i = 0; i < picture.pixels().size(); ++i)
    if (seen.pixels()[i] > 0) picture.pixels()[i] = 1 - picture.pixels()[i];
}

// Where the original is darker the photo is lighter.
bool is_negative(const LaidPage& laid) {
  double n = 0, a = 0, b = 0, both = 0;
  for (std::size_t i = 0; i < laid.original.pixels().size(); ++i) {
    if (laid.known.pixels()[i] <= 0) continue;
    const double x = static_cast<double>(laid.original.pixels()[i]),
                 y = static_cast<double>(laid.photo.pixels()[i]);
    n += 1, a += x, b += y, both += x * y;
  }
  return n > 0 && both - a * b / n < 0;
}

}  // namespace

double LaidPage::unsure_at(base::Vec2 p_in_page) const {
  double sum = 0;
  int count = 0;
  for (const Surprise& one : surprises)
    if (base::norm(one.p_in_page - p_in_page) < kNearPt) sum += one.pt * one.pt, ++count;
  return count >= 2 ? std::sqrt(sum / count) : kNotKnownPt;
}

double darkness_of_ink(const image::FloatImage& lacks, const page::PageModel& page,
                       const align::Alignment& alignment) {
  std::vector<double> darkest;
  for (const page::WordMeasurement& m : alignment.words) {
    if (!m.placed) continue;
    const base::Box& box = page.words[m.word].box;
    std::vector<double> all;
    for (int y = std::max(0, static_cast<int>(box.y0 / kLaidStepPt));
         y < std::min(lacks.height(), static_cast<int>(box.y1 / kLaidStepPt)); ++y)
      for (int x = std::max(0, static_cast<int>(box.x0 / kLaidStepPt));
           x < std::min(lacks.width(), static_cast<int>(box.x1 / kLaidStepPt)); ++x)
        all.push_back(static_cast<double>(lacks.at(x, y)));
    if (all.size() < kLeastOfWord) continue;
    const auto at = all.begin() + static_cast<std::ptrdiff_t>(all.size() * 9 / 10);
    std::ranges::nth_element(all, at);
    darkest.push_back(*at);
  }
  return darkest.empty() ? 0 : base::median(std::move(darkest));
}

namespace {

double paper_of(const LaidPage& laid, const page::PageModel& page, const align::Alignment& alignment) {
  std::vector<double> levels;
  for (const page::WordMeasurement& m : alignment.words) {
    if (!m.placed) continue;
    const base::Box& box = page.words[m.word].box;
    float lightest = 0;
    for (int y = std::max(0, static_cast<int>(box.y0 / kLaidStepPt));
         y < std::min(laid.rough.height(), static_cast<int>(box.y1 / kLaidStepPt)); ++y)
      for (int x = std::max(0, static_cast<int>(box.x0 / kLaidStepPt));
           x < std::min(laid.rough.width(), static_cast<int>(box.x1 / kLaidStepPt)); ++x)
        if (laid.laid.at(x, y) > 0) lightest = std::max(lightest, laid.rough.at(x, y));
    levels.push_back(static_cast<double>(lightest));
  }
  return levels.empty() ? 1 : base::median(std::move(levels));
}

// Of its dark pixels and those between dark and light, hardly any are between: smooth edges alone give as
// many.
bool has_two_tones(image::GrayView photo) {
  std::size_t dark = 0, between = 0;
  for (int y = 0; y < photo.height(); ++y)
    for (int x = 0; x < photo.width(); ++x)
      dark += photo.at(x, y) < kDark, between += photo.at(x, y) >= kDark && photo.at(x, y) < kLight;
  return static_cast<double>(between) < kTwoTones * static_cast<double>(dark);
}

}  // namespace

LaidPage lay_page(image::GrayView photo, const page::RegisteredPage& page,
                  const align::Alignment& alignment) {
  const int w = static_cast<int>(page.model.width_pt / kLaidStepPt),
            h = static_cast<int>(page.model.height_pt / kLaidStepPt);
  if (static_cast<double>(w) * h > kMostSamples || w < 1 || h < 1) return {};
  const Paper paper(page.model, alignment);
  const double mark = mark_pt(page.model, alignment);
  const std::vector<double> marks =
      mark > 0 ? marks_of(page.model) : std::vector<double>(page.model.words.size(), 0.0);
  LaidPage laid{.photo = image::FloatImage(w, h, 1, 1.0f),
                .original = image::to_float(image::resize(page.raster.picture.view(), w, h).view()),
                .rough = image::FloatImage(w, h, 1, 1.0f),
                .laid = image::FloatImage(w, h, 1, 0.0f),
                .anywhere = image::FloatImage(w, h, 1, 1.0f),
                .in_view = image::FloatImage(w, h, 1, 0.0f),
                .known = image::FloatImage(w, h, 1, 0.0f),
                .surprises = surprises_of(page.model, paper, alignment, marks)};
  for (float& level : laid.original.pixels()) level /= 255;
  laid.unsure_pt = median_of(laid.surprises);
  const base::Box whole{0, 0, page.model.width_pt, page.model.height_pt};
  GoesOn goes_on{.is_flat = laid.unsure_pt <= std::hypot(kFlatPagePt, mark / std::sqrt(kWordsAround))};
  if (paper.off_plane_pt(page.model, marks) <= kPlanePt)
    goes_on.plane = is_square(page.model, alignment) ? whole : plane_of(page.model, alignment);
  lay(laid, photo, paper, goes_on);
  forget_lost_words(laid, page.model, alignment);
  if (is_negative(laid)) {
    turn(laid.photo, laid.known);
    turn(laid.rough, laid.laid);
    turn(laid.anywhere, laid.in_view);
  }
  laid.paper = paper_of(laid, page.model, alignment);
  laid.two_tones = has_two_tones(photo);
  laid.across = across_the_sheet(laid, dark_areas(laid, page.model, alignment));
  for (std::size_t i = 0; i < laid.known.pixels().size(); ++i)
    if (laid.across.pixels()[i] != 0) laid.known.pixels()[i] = laid.in_view.pixels()[i] = 0;
  return laid;
}

}  // namespace barium::verify
