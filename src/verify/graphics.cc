#include "verify/graphics.h"

#include <algorithm>
#include <cmath>

#include "base/median.h"
#include "verify/graphic_look.h"

namespace barium::verify {
namespace {

using State = GraphicFinding::State;

// Bench: verify_graphics --evidence, 177 real photographs. Less contrast than this is not looked at.
constexpr double kLeastRuleContrast = 0.015, kLeastPictureContrast = 0.04;
// Where words stand off where their neighbours say by more than this, graphics may stand anywhere.
constexpr double kMostUnsurePt = 0.5;
// And by no more than this, near by and on the page's median, it is not paper that moves a graphic.
constexpr double kCalmPt = 0.25, kCalmPagePt = 0.2;
// How dark a rule should be is what the page's others of like contrast are: light ones print lighter still.
constexpr double kLikeContrast = 1.6;
constexpr std::size_t kLeastLike = 4;
constexpr double kAnyRulesGain = 0.15;  // where there are none like it, to vouch for it
// Of that gain.
constexpr double kGoneShare = 0.4, kThereShare = 0.4;
constexpr double kClear = 0.8, kUnlike = 0.6, kLikeElsewhere = 0.7;  // correlations
constexpr double kMostShiftPt = 1.5, kShiftOfUnsure = 4;
constexpr double kPlain = 5;     // standard deviations
constexpr double kLooked = 0.6;  // of the places around, before a graphic is said to be nowhere
// Of a graphic's parts.
constexpr double kMostRuleGone = 0.7, kRuleStillThere = 0.1, kPictureUnlike = 0.3;
constexpr double kRuleVouched = 0.6, kPictureVouched = 0.8;
constexpr int kLeastParts = 2;
// Of a picture that tells where it stands: by the rest of it.
constexpr int kLeastPlacedOther = 3;
constexpr double kPlacedUnlike = 0.25, kPlacedThere = 0.3;
constexpr float kDarkInk = 0.5f;       // 0 black, 1 white
constexpr double kNothingNear = 0.35;  // honest: 0.8 and more
constexpr double kNothingThere = 0.3;  // of the contrast that the original has there
// 95 % bound: none on the photographs.
constexpr double kFalseAlarm = 0.02;

enum class Part { kThere, kOther, kUnknown, kCarried };

struct Expected {
  double gain = kAnyRulesGain;
  double least = -1e9;  // none: a photocopy may drop it, and none like it shows that it does not
};

// What other rules of the page have at like contrast.
Expected expected_gain(const std::vector<GraphicEvidence>& page, const GraphicEvidence& own,
                       const PartEvidence& part) {
  std::vector<double> like;
  for (const GraphicEvidence& other : page) {
    if (&other == &own || other.graphic.kind != Graphic::Kind::kRule) continue;
    for (const PartEvidence& p : other.parts)
      if (p.correlation > kClear && p.contrast < kLikeContrast * part.contrast &&
          part.contrast < kLikeContrast * p.contrast)
        like.push_back(p.gain);
  }
  if (like.size() < kLeastLike) return {};
  std::ranges::sort(like);
  return {like[like.size() / 2], like[like.size() / 10]};
}

bool is_calm(const PartEvidence& part, double page_unsure_pt) {
  return part.unsure_pt <= kCalmPt && page_unsure_pt <= kCalmPagePt;
}

Part judge_rule(const PartEvidence& part, const Expected& expected, double page_unsure_pt) {
  if (part.contrast < kLeastRuleContrast || part.unsure_pt > kMostUnsurePt) return Part::kUnknown;
  const bool in_place = base::norm(part.shift_pt) <= kMostShiftPt;
  // A thin rule may be drawn lighter than others; it is there all the same.
  const bool shows = in_place && part.correlation > kClear && part.gain > kPlain * part.gain_sigma;
  if (!shows && part.gain + 2 * part.gain_sigma < kGoneShare * expected.least) {
    const bool nowhere = part.far_looked >= kLooked && part.far_gain < kGoneShare * expected.least;
    return nowhere || is_calm(part, page_unsure_pt) ? Part::kOther : Part::kCarried;
  }
  return part.correlation > kClear && part.gain > kThereShare * expected.gain && in_place ? Part::kThere
                                                                                          : Part::kUnknown;
}

// Of a picture that tells by itself where it stands: what is seen beside its place is carried there, glare
// and what covers it show nothing, and it may have been moved where paper does not go.
Part judge_placed(const PartEvidence& part) {
  if (part.contrast < kLeastPictureContrast) return Part::kUnknown;
  if (part.correlation < kUnlike) {
    if (part.shown < kNothingThere) return Part::kUnknown;
    return part.far_looked >= kLooked && part.far_correlation < kLikeElsewhere ? Part::kOther
                                                                               : Part::kCarried;
  }
  if (part.correlation <= kClear) return Part::kUnknown;
  return base::norm(part.shift_pt) <= kMostShiftPt + kShiftOfUnsure * part.unsure_pt ? Part::kThere
                                                                                     : Part::kCarried;
}

Part judge_picture(const PartEvidence& part, double page_unsure_pt) {
  if (part.placed) return judge_placed(part);
  if (part.contrast < kLeastPictureContrast || part.unsure_pt > kMostUnsurePt) return Part::kUnknown;
  if (part.correlation < kUnlike) {
    const bool nowhere = part.far_looked >= kLooked && part.far_correlation < kLikeElsewhere;
    return nowhere || is_calm(part, page_unsure_pt) ? Part::kOther : Part::kCarried;
  }
  return part.correlation > kClear ? Part::kThere : Part::kUnknown;
}

GraphicFinding judge(const std::vector<GraphicEvidence>& page, const GraphicEvidence& one,
                     double page_unsure_pt) {
  const bool is_rule = one.graphic.kind == Graphic::Kind::kRule;
  GraphicFinding out{.kind = one.graphic.kind, .where = one.graphic.where};
  if (one.shown && *one.shown < kNothingNear)
    return {State::kAltered, out.kind, out.where, true, kFalseAlarm};
  const bool placed = std::ranges::any_of(one.parts, &PartEvidence::placed);
  if (page_unsure_pt > kMostUnsurePt && !placed) return out;
  int there = 0, other = 0, carried = 0;
  base::Box differs{};
  std::vector<double> shown;
  for (const PartEvidence& part : one.parts) {
    const Part state = is_rule ? judge_rule(part, expected_gain(page, one, part), page_unsure_pt)
                               : judge_picture(part, page_unsure_pt);
    there += state == Part::kThere, carried += state == Part::kCarried;
    if (state != Part::kOther) continue;
    differs = ++other == 1 ? part.where : base::united(differs, part.where);
    shown.push_back(part.shown);
  }
  const auto parts = static_cast<double>(one.parts.size());
  // What is out of view is not vouched for.
  const auto all = static_cast<double>(one.graphic.parts.size());
  const auto matched = static_cast<double>(
      std::ranges::count_if(one.parts, [](const PartEvidence& p) { return p.correlation > kClear; }));
  const bool by_place = is_rule ? other >= kMostRuleGone * parts && there <= kRuleStillThere * parts
                                : other >= kPictureUnlike * parts;
  const bool by_rest =
      other >= kLeastPlacedOther && other >= kPlacedUnlike * parts && matched >= kPlacedThere * parts;
  const bool is_calm_there =
      !placed || std::ranges::all_of(one.parts, [&](const auto& p) { return is_calm(p, page_unsure_pt); });
  const bool is_other = (placed && by_rest) || (is_calm_there && other >= kLeastParts && by_place);
  if (is_other)
    return {State::kAltered, out.kind, differs, base::median(std::move(shown)) < kNothingThere, kFalseAlarm};
  if (other == 0 && carried == 0 && there >= (is_rule ? kLeastParts : 1) &&
      there >= (is_rule ? kRuleVouched : kPictureVouched) * all)
    out.state = State::kVouched;
  return out;
}

// Light greys are white in a fax, and where the paper is as light as can be, as of a screen or of a photo
// that got too much light.
bool may_be_burnt_out(const LaidPage& laid, const page::PageModel& page, const GraphicFinding& one) {
  if (laid.two_tones) return true;
  if (laid.paper < static_cast<double>(LaidPage::kGlare)) return false;
  const auto index = [](double pt) { return static_cast<int>(pt / kLaidStepPt); };
  const auto is_of_word = [&](base::Vec2 p) {
    return std::ranges::any_of(page.words, [&](const page::Word& word) { return word.box.contains(p); });
  };
  const int x1 = std::min(laid.original.width(), index(one.where.x1) + 1),
            y1 = std::min(laid.original.height(), index(one.where.y1) + 1);
  for (int y = std::max(0, index(one.where.y0)); y < y1; ++y)
    for (int x = std::max(0, index(one.where.x0)); x < x1; ++x)
      if (laid.original.at(x, y) < kDarkInk &&
          !is_of_word({(x + 0.5) * kLaidStepPt, (y + 0.5) * kLaidStepPt}))
        return false;
  return true;
}

}  // namespace

std::vector<GraphicFinding> judge_graphics(const std::vector<GraphicEvidence>& page, double page_unsure_pt) {
  std::vector<GraphicFinding> findings;
  for (const GraphicEvidence& one : page) findings.push_back(judge(page, one, page_unsure_pt));
  return findings;
}

std::vector<GraphicFinding> look_at_graphics(const LaidPage& laid, const page::RegisteredPage& page,
                                             const align::Alignment& alignment) {
  std::vector<GraphicFinding> findings =
      judge_graphics(graphic_evidence(laid, page, alignment), laid.unsure_pt);
  for (GraphicFinding& one : findings)
    if (one.state == State::kAltered && may_be_burnt_out(laid, page.model, one))
      one = {.kind = one.kind, .where = one.where};
  return findings;
}

}  // namespace barium::verify
