#include "verify/paper.h"

#include "align/coarse.h"

namespace barium::verify {
namespace {

// As align's own guess for a word from those beside it.
constexpr double kRangePt = 40, kPriorPt2 = 100;

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

image::Warp Paper::without(std::size_t word) const {
  const base::Vec2 p = seen_[word] ? seen_[word]->p_in_page : base::Vec2{};
  const align::AffineBeside beside = this->beside(p, word);
  return beside.weight() < 1e-3 ? smooth_ : beside.solve().warp(smooth_, domain_);
}

}  // namespace barium::verify
