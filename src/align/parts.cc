#include "align/parts.h"

#include <algorithm>
#include <cmath>

#include "align/affine_beside.h"
#include "align/coarse.h"

namespace barium::align {
namespace {

// Length of a part, in heights of the word's area; and the most columns of a long word. Measured: align_real,
// crumpleshard, median error of words 0.142 pt at 0.9, 0.118 at 0.6, 0.113 at 0.45; one row in place of two
// 0.17.
constexpr double kPartHeights = 0.5;
constexpr int kRows = 2, kMostColumns = 6;
// Parts are made longer on dense pages, where the next word is near anyway.
constexpr double kMostParts = 1200;
constexpr double kLeastCorrelation = 0.4;
constexpr int kPasses = 3;
constexpr double kReachPt = 1.5;
// A part further from the affine map of those around it is matched elsewhere.
constexpr double kFarPt = 1.0;
// Of the affine maps that the photo is resampled by: of words, then of parts.
constexpr double kWordRangePt = 40, kPartRangePt = 20, kWordPriorPt2 = 100, kPartPriorPt2 = 10;
constexpr double kOwnWeight = 5;  // of the word itself, beside its neighbours
constexpr double kLeastInlier = 0.2;

struct Cut {
  std::size_t word;
  WordModel model;
  base::Vec2 displacement, variance;
  bool seen = false;
};

class Parts {
 public:
  Parts(const PhotoLevels& photo, std::span<const WordState> words, const image::Warp& photo_from_page)
      : photo_(photo), words_(words), photo_from_page_(photo_from_page) {}

  void cut(std::span<const WordSite> sites) {
    double all = 0;
    for (std::size_t i = 0; i < words_.size(); ++i)
      if (usable(i)) all += kRows * columns(sites[i], kPartHeights);
    const double heights = kPartHeights * std::max(1.0, all / kMostParts);
    for (std::size_t i = 0; i < words_.size(); ++i) {
      if (!usable(i)) continue;
      for (const base::Box& box : boxes(sites[i], heights)) {
        Look look = part_of(words_[i].model->look(), box);
        if (look.grid.size() > 0)
          cuts_.push_back({i, WordModel(std::move(look), sites[i].along), {}, {}, false});
      }
    }
  }

  void measure() {
    for (int pass = 0; pass < kPasses; ++pass) {
      std::vector<AffineBeside::Affine> around(words_.size());
      for (std::size_t i = 0; i < words_.size(); ++i)
        if (usable(i)) around[i] = pass == 0 ? around_words(i) : around_parts(i);
      for (Cut& cut : cuts_) match(cut, around[cut.word]);
    }
  }

  std::vector<Part> seen() const {
    std::vector<Part> out;
    for (const Cut& cut : cuts_)
      if (cut.seen) out.push_back({cut.word, cut.model.centre(), cut.displacement, cut.variance});
    return out;
  }

 private:
  bool usable(std::size_t i) const {
    return words_[i].fitted && words_[i].fix && words_[i].inlier >= kLeastInlier;
  }

  static bool runs_down(const WordSite& site) { return std::abs(site.along.y) > std::abs(site.along.x); }

  static int columns(const WordSite& site, double heights) {
    const double w = site.area.width(), h = site.area.height();
    const double ratio = runs_down(site) ? h / w : w / h;
    return std::clamp(static_cast<int>(std::lround(ratio / heights)), 1, kMostColumns);
  }

  static std::vector<base::Box> boxes(const WordSite& site, double heights) {
    const base::Box& a = site.area;
    int across = columns(site, heights), down = kRows;
    if (runs_down(site)) std::swap(across, down);
    std::vector<base::Box> out;
    const double w = a.width() / across, h = a.height() / down;
    for (int i = 0; i < across; ++i)
      for (int j = 0; j < down; ++j)
        out.push_back({a.x0 + w * i, a.y0 + h * j, a.x0 + w * (i + 1), a.y0 + h * (j + 1)});
    return out;
  }

  AffineBeside::Affine around_words(std::size_t i) const {
    AffineBeside beside(words_[i].model->centre(), kWordRangePt, kWordPriorPt2);
    for (std::size_t j = 0; j < words_.size(); ++j)
      if (usable(j)) beside.add(words_[j].model->centre(), words_[j].displacement, j == i ? kOwnWeight : 1.0);
    return beside.solve();
  }

  AffineBeside::Affine around_parts(std::size_t i) const {
    AffineBeside beside(words_[i].model->centre(), kPartRangePt, kPartPriorPt2);
    for (const Cut& cut : cuts_)
      if (cut.seen) beside.add(cut.model.centre(), cut.displacement, cut.word == i ? kOwnWeight : 1.0);
    return beside.solve();
  }

  void match(Cut& cut, const AffineBeside::Affine& around) const {
    const WordState& word = words_[cut.word];
    const image::Warp warp = around.warp(photo_from_page_, photo_from_page_.displacement.domain);
    const auto fix = cut.model.refine(photo_, word.level, warp, {}, kReachPt, WordModel::Ask::kPlace);
    cut.seen = fix && fix->correlation >= kLeastCorrelation;
    if (!cut.seen) return;
    cut.displacement = displacement_seen(warp, cut.model.centre(), fix->offset_pt);
    cut.seen = base::norm(cut.displacement - around(cut.model.centre())) < kFarPt;
    // Noise is as correlated in a part as in its word.
    cut.variance = {fix->variance.x * word.variance.x / word.fix->variance.x,
                    fix->variance.y * word.variance.y / word.fix->variance.y};
  }

  const PhotoLevels& photo_;
  std::span<const WordState> words_;
  const image::Warp& photo_from_page_;
  std::vector<Cut> cuts_;
};

}  // namespace

std::vector<Part> measure_parts(const PhotoLevels& photo, std::span<const WordSite> sites,
                                std::span<const WordState> words, const image::Warp& photo_from_page) {
  Parts parts(photo, words, photo_from_page);
  parts.cut(sites);
  parts.measure();
  return parts.seen();
}

}  // namespace barium::align
