#include "verify/added_ink.h"

#include <algorithm>
#include <cmath>

#include "align/coarse.h"
#include "base/disjoint_sets.h"
#include "image/extremes.h"
#include "verify/dark_areas.h"
#include "verify/regions.h"

namespace barium::verify {
namespace {

using image::FloatImage;

// Coarser pictures blur ink of the page's own farther than the margin that is kept from it. Bench:
// verify_real
// --kind perspective --every 3 --camera thumbnail_700 (0.8), 9 places on 2 of 10 honest pages;
// photo_1000_blurred (1.2), none.
constexpr double kLeastPxPerPt = 1;
// Chosen with verify_real, variant 1: as much as can be found without a false place.
constexpr double kStepPt = kLaidStepPt;
// Strokes are thinner than this, light changes over more. pt.
constexpr double kClosingPt = 5;
// The page's own ink is kept off by so much: what paper may move it, and blur spread it.
constexpr double kApartPt = 3.0;
// Of the original's brightness, in its own closing.
constexpr float kOwnInk = 0.06f;
constexpr double kEdgePt = 14;  // of the page: tables begin there
// Where words stand off where their neighbours say by more than this, on the page's median, so may the page's
// other ink.
constexpr double kCalmPagePt = 0.35;
// The same of words within 45 pt of a place. Same bench, beside doubtful words: of 201 added words all but
// three stand where it is below 0.75 (those at 1.1 to 1.5); the one date that paper carried off, at 1.08.
constexpr double kCalmPlacePt = 0.9;
// Creases, and rules where paper carries them: longer than that, and so thin beside it.
constexpr double kLineLengthPt = 10, kLineShape = 0.12;
// Folds are seldom as dark as ink, and flat paper has none. Bench: verify_real, 51 photographs are as flat.
constexpr double kFlatPt = 0.2;
// Of how dark the page's own ink is.
constexpr float kInk = 0.45f;
constexpr double kLeastOwnDarkness = 0.05;
constexpr double kLeastPiecePt2 = 0.5;
// Bench: verify_real, with kCalmPagePt: of 82 photographs none shows so much where nothing was
// added.
constexpr double kLeastAreaPt2 = 12, kLeastDarkness = 1.0, kLeastSidePt = 3;
constexpr double kTogetherPt = 8;  // pieces nearer than this are one thing

// The share of its paper's brightness that each sample lacks.
FloatImage ink_of(const FloatImage& picture) {
  const int radius = static_cast<int>(kClosingPt / kStepPt / 2);
  const FloatImage paper = image::extremes(image::extremes(picture, radius, image::Extreme::kLightest),
                                           radius, image::Extreme::kDarkest);
  FloatImage ink = paper;
  for (std::size_t i = 0; i < ink.pixels().size(); ++i)
    ink.pixels()[i] = std::max(0.0f, 1 - picture.pixels()[i] / std::max(0.02f, paper.pixels()[i]));
  return ink;
}

struct Piece {
  base::Box box;
  double area = 0, peak = 0;
  double x = 0, y = 0, xx = 0, xy = 0, yy = 0;  // sums over samples
  bool line = false;

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
  image::Image<std::uint8_t> dark(ink.width(), ink.height());
  for (int y = 0; y < ink.height(); ++y)
    for (int x = 0; x < ink.width(); ++x) dark.at(x, y) = blank.at(x, y) > 0 && ink.at(x, y) >= least;
  const Regions regions = connected_regions(dark);
  std::vector<Piece> pieces(regions.count, Piece{{1e9, 1e9, -1e9, -1e9}});
  for (int y = 0; y < ink.height(); ++y)
    for (int x = 0; x < ink.width(); ++x) {
      if (regions.number.at(x, y) == 0) continue;
      Piece& piece = pieces[regions.number.at(x, y) - 1];
      piece.box = base::united(piece.box, {x * kStepPt, y * kStepPt, (x + 1) * kStepPt, (y + 1) * kStepPt});
      piece.area += kStepPt * kStepPt;
      piece.add(x, y);
      piece.peak = std::max(piece.peak, static_cast<double>(ink.at(x, y)));
    }
  std::erase_if(pieces, [](const Piece& piece) { return piece.area < kLeastPiecePt2; });
  for (Piece& piece : pieces) piece.line = piece.is_line();
  return pieces;
}

// 1 where the page is blank.
FloatImage blank_of(const LaidPage& laid) {
  const int w = laid.photo.width(), h = laid.photo.height(), edge = static_cast<int>(kEdgePt / kStepPt);
  FloatImage printed = ink_of(laid.original);
  for (std::size_t i = 0; i < printed.pixels().size(); ++i)
    printed.pixels()[i] =
        printed.pixels()[i] > kOwnInk || laid.original.pixels()[i] < kLightGround ? 1.0f : 0.0f;
  printed = image::extremes(printed, static_cast<int>(kApartPt / kStepPt), image::Extreme::kLightest);
  FloatImage blank(w, h, 1, 0.0f);
  for (int y = edge; y < h - edge; ++y)
    for (int x = edge; x < w - edge; ++x) blank.at(x, y) = printed.at(x, y) > 0 ? 0.0f : 1.0f;
  return blank;
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
    one.line = one.line || pieces[a].line;
  }
  return all;
}

bool lies_beside(const base::Box& where, const base::Box& other) {
  const base::Box common = base::intersected(where, other.grown(kLostPt));
  return common.width() > 0 && common.height() > 0;
}

// Of a word that is not as it should be, where paper is rough; of such a picture, also where nothing around
// tells how paper lies. It may be its own. On calm paper a word looks odd because something was written
// beside it.
bool is_beside_doubtful(const base::Box& where, const LaidPage& laid, const page::PageModel& page,
                        std::span<const WordFinding> words, std::span<const GraphicFinding> graphics) {
  const double unsure_pt = laid.unsure_at(where.centre());
  if (unsure_pt <= kCalmPlacePt) return false;
  for (std::size_t i = 0; unsure_pt < LaidPage::kNotKnownPt && i < words.size(); ++i)
    if ((words[i].reason == Reason::kDoubtful || words[i].reason == Reason::kOutOfView) &&
        lies_beside(where, page.words[i].box))
      return true;
  return std::ranges::any_of(graphics, [&](const GraphicFinding& one) {
    return one.kind == Graphic::Kind::kPicture && one.state != GraphicFinding::State::kVouched &&
           lies_beside(where, one.where);
  });
}

}  // namespace

BlankPaper look_at_blank_paper(const LaidPage& laid, const page::RegisteredPage& page,
                               const align::Alignment& alignment, std::span<const WordFinding> words,
                               std::span<const GraphicFinding> graphics) {
  if (laid.photo.empty()) return {};
  BlankPaper out{.judged = {image::GrayImage(laid.photo.width(), laid.photo.height()), 1 / kStepPt}};
  if (laid.unsure_pt > kCalmPagePt) return out;
  const base::Vec2 middle{page.model.width_pt / 2, page.model.height_pt / 2};
  if (align::px_per_pt_at(alignment.photo_from_page.homography, middle) < kLeastPxPerPt) return out;
  const FloatImage ink = ink_of(laid.photo);
  const double own = darkness_of_ink(ink, page.model, alignment);
  if (!(own > kLeastOwnDarkness)) return out;
  FloatImage blank = blank_of(laid);
  double all = 0, judged = 0;
  for (std::size_t i = 0; i < blank.pixels().size(); ++i) {
    all += static_cast<double>(blank.pixels()[i]);
    blank.pixels()[i] *= laid.known.pixels()[i];
    judged += static_cast<double>(blank.pixels()[i]);
    out.judged.picture.pixels()[i] = blank.pixels()[i] > 0 ? 255 : 0;
  }
  out.judged_share = all > 0 ? judged / all : 1;
  std::vector<Piece> pieces = pieces_of(ink, blank, static_cast<float>(kInk * own));
  const bool is_flat = laid.unsure_pt <= kFlatPt;
  std::erase_if(pieces, [&](const Piece& piece) {
    if (piece.line && !is_flat && piece.peak >= kLeastDarkness * own && piece.area >= kLeastAreaPt2)
      out.lines.push_back({piece.box, piece.area, piece.peak / own, true});
    return piece.line && (!is_flat || piece.peak < kLeastDarkness * own);
  });
  for (const AddedInk& one : things_of(pieces, own))
    if (one.area_pt2 >= kLeastAreaPt2 && one.darkness >= kLeastDarkness &&
        !is_beside_doubtful(one.where, laid, page.model, words, graphics) &&
        (one.line || std::min(one.where.width(), one.where.height()) >= kLeastSidePt))
      out.added.push_back(one);
  return out;
}

}  // namespace barium::verify
