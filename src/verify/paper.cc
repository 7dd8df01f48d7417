#include "verify/paper.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "align/coarse.h"
#include "base/median.h"

namespace barium::verify {
namespace {

// As align's own guess for a word from those beside it.
constexpr double kRangePt = 40, kPriorPt2 = 100;
constexpr double kEverywherePt = 1e6;

// A side of the page's words, along the picture's rows or columns: renderers round by half a pixel at either
// end, a camera that is held by hand is off by many. Simulated cameras may be as sharp.
constexpr double kSquarePx = 2;

}  // namespace

Paper::Paper(const page::PageModel& page, const align::Alignment& alignment)
    : domain_{0, 0, page.width_pt, page.height_pt},
      smooth_(alignment.photo_from_page),
      seen_(page.words.size()) {
  for (const page::WordMeasurement& m : alignment.words) {
    if (!m.placed) continue;
    const base::Vec2 p = page.words[m.word].box.centre();
    seen_[m.word] = Seen{p, align::displacement_seen(smooth_, p, m.offset_pt)};
  }
}

align::AffineBeside Paper::beside(base::Vec2 p_in_page, std::optional<std::size_t> but) const {
  align::AffineBeside beside(p_in_page, kRangePt, kPriorPt2);
  for (std::size_t i = 0; i < seen_.size(); ++i)
    if (seen_[i] && i != but) beside.add(seen_[i]->p_in_page, seen_[i]->displacement, 1);
  return beside;
}

Paper::Local Paper::at(base::Vec2 p_in_page, std::optional<std::size_t> own) const {
  const align::AffineBeside beside = this->beside(p_in_page, std::nullopt);
  if (beside.weight() < 1e-3) return {smooth_, 0};
  align::AffineBeside::Affine affine = beside.solve();
  if (own && seen_[*own])
    affine.displacement = affine.displacement + seen_[*own]->displacement - affine(seen_[*own]->p_in_page);
  return {affine.warp(smooth_, domain_), beside.weight()};
}

double Paper::off_plane_pt(const page::PageModel& page, std::span<const double> marks) const {
  align::AffineBeside plane(domain_.centre(), kEverywherePt, kPriorPt2);
  for (const auto& word : seen_)
    if (word) plane.add(word->p_in_page, word->displacement, 1);
  if (!(plane.weight() > 0)) return 1e9;
  const align::AffineBeside::Affine affine = plane.solve();
  std::vector<double> off;
  for (std::size_t i = 0; i < seen_.size(); ++i) {
    if (!seen_[i]) continue;
    double least = 1e9;
    for (const double mark : {0.0, marks[i], -marks[i]})
      least = std::min(least, base::norm(seen_[i]->displacement - affine(seen_[i]->p_in_page) -
                                         mark * page.words[i].along));
    off.push_back(least);
  }
  return base::median(std::move(off));
}

image::Warp Paper::without(std::size_t word) const {
  const base::Vec2 p = seen_[word] ? seen_[word]->p_in_page : base::Vec2{};
  const align::AffineBeside beside = this->beside(p, word);
  return beside.weight() < 1e-3 ? smooth_ : beside.solve().warp(smooth_, domain_);
}

bool is_square(const page::PageModel& page, const align::Alignment& alignment) {
  base::Box words{1e18, 1e18, -1e18, -1e18};
  for (const page::WordMeasurement& m : alignment.words)
    if (m.placed) words = base::united(words, page.words[m.word].box);
  const auto seen = [&](double x, double y) { return alignment.photo_from_page * base::Vec2{x, y}; };
  const std::array corners{seen(words.x0, words.y0), seen(words.x1, words.y0), seen(words.x1, words.y1),
                           seen(words.x0, words.y1)};
  for (std::size_t i = 0; i < corners.size(); ++i) {
    const base::Vec2 side = corners[(i + 1) % corners.size()] - corners[i];
    if (!(std::min(std::abs(side.x), std::abs(side.y)) < kSquarePx)) return false;
  }
  return true;
}

}  // namespace barium::verify
